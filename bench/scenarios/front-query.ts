import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sha256Hex } from '../../src/core/sha256.js'
import { literal } from '../../src/sql/text.js'
import { alternate, sideOf } from '../lib/alternate.js'
import { duckdb } from '../lib/duckdb.js'
import { run } from '../lib/measure.js'
import { collectInto, FRONT } from '../lib/ours.js'
import type { Bar, Bench, Measured, Scenario, Side } from '../lib/scenario.js'
import { cloudTrailToParquet } from '../peers/cloudtrail-sql.js'

const PEER = fileURLToPath(new URL('../peers/query.mjs', import.meta.url))
/** In one process, after one that does not count. */
const TIMES = 9

/** `$files` is what is read, `$field` where its access keys are, `$key` one that is there. */
const QUERIES = {
  'most active pairs': `SELECT actor, source_ip, count(*) AS n FROM $files GROUP BY ALL ORDER BY n DESC, actor, source_ip LIMIT 25`,
  'one access key': `SELECT time::VARCHAR, event_id, event_name FROM $files WHERE $field = $key ORDER BY time, event_id LIMIT 1000`,
  'count by event_name': `SELECT event_name, count(*) AS n FROM $files GROUP BY 1 ORDER BY n DESC, 1`,
} as const

interface Files {
  readonly name: string
  readonly paths: readonly string[]
  readonly bytes: number
  readonly keyField: string
}

/**
 * A plain DuckDB reads all of them, so that only the files differ. The bars hold ours against the same rows in the
 * same files as DuckDB writes them; its one file of the raw logs, not in order of time, stands beside.
 */
export const frontQuery: Scenario = {
  title: "Queries over the native front's Parquet files against DuckDB's own",
  async measure(bench) {
    const data = await bench.data('ct-m')
    const lake = bench.temp('lake')
    await collectInto(lake, data.folder, FRONT.native)
    const ours = collected(join(lake, 'tables', 'aws_cloudtrail'))
    const same = await rewritten(bench, ours)
    const small = await rewritten(bench, ours, 1)
    const one = await fromLogs(bench, data.folder)
    const key = await anyKey(bench, ours)
    const queries = Object.entries(QUERIES).map(
      ([name, sql]) => [name, sql.replace('$key', literal(key))] as const,
    )
    const sides = await alternate(
      queries.flatMap(([name, sql]) => [ours, same, one].map((f) => side(bench, f, name, sql))),
      bench.runs,
    )
    const bars = queries.map(([name]): Bar => {
      const [own, theirs, alone] = [ours, same, one].map((f) => sideOf(sides, sideName(name, f)))
      expectSame(name, own, theirs)
      expectSame(name, own, alone)
      const against = (other: Measured | undefined): number =>
        (own?.medianSeconds ?? 0) / (other?.medianSeconds ?? 0)
      bench.note(`${name}: ${against(alone).toFixed(2)} x the time of ${one.name}`)
      return { what: `time of ${name}`, value: against(theirs), unit: 'x', atMost: 1.05 }
    })
    for (const { name, paths, bytes } of [ours, same, small, one])
      bench.note(`${name}: ${bytes.toLocaleString('en')} bytes in ${paths.length} files`)
    const size = (other: Files): Bar => ({
      what: `size against ${other.name}`,
      value: ours.bytes / other.bytes,
      unit: 'x',
      atMost: 1.05,
    })
    return { data: data.why, sides, bars: [...bars, size(same), size(small)] }
  },
}

const OUR_KEY = 'user_identity.access_key_id'

/** A lake's data files that were never compacted. */
function collected(folder: string): Files {
  const paths = readdirSync(folder, { recursive: true })
    .map((path) => join(folder, String(path)))
    .filter((path) => path.endsWith('.parquet') && !path.includes('_delta_log'))
  return { name: 'native front', paths, bytes: bytesOf(paths), keyField: OUR_KEY }
}

/** The same rows, file by file, as DuckDB writes them. */
async function rewritten(bench: Bench, { paths }: Files, zstdLevel?: number): Promise<Files> {
  const folder = bench.temp('rewritten')
  mkdirSync(folder)
  const out = paths.map((_, i) => join(folder, `${i}.parquet`))
  const level = zstdLevel === undefined ? '' : `, COMPRESSION_LEVEL ${zstdLevel}`
  const copies = paths.map(
    (path, i) =>
      `COPY (SELECT * FROM read_parquet(${literal(path)}, hive_partitioning = false)) TO ${literal(out[i] ?? '')} (FORMAT parquet, COMPRESSION zstd${level});`,
  )
  await duckdb(`SET TimeZone = 'UTC';\n${copies.join('\n')}`, bench.temp('statement.sql'))
  const name = `DuckDB, zstd level ${zstdLevel ?? 'default'}`
  return { name, paths: out, bytes: bytesOf(out), keyField: OUR_KEY }
}

async function fromLogs(bench: Bench, folder: string): Promise<Files> {
  const out = bench.temp('duckdb.parquet')
  await duckdb(cloudTrailToParquet(folder, out, { maxObjectMiB: 4 }), bench.temp('statement.sql'))
  // Structs keep the names that they have in the logs.
  const keyField = 'user_identity."accessKeyId"'
  return { name: "DuckDB's one file", paths: [out], bytes: bytesOf([out]), keyField }
}

const bytesOf = (paths: readonly string[]): number =>
  paths.reduce((sum, path) => sum + statSync(path).size, 0)

const sideName = (query: string, files: Files): string => `${query}, ${files.name}`

function side(bench: Bench, files: Files, query: string, sql: string): Side {
  return {
    name: sideName(query, files),
    async once() {
      const done = await ask(bench, files, sql, TIMES)
      return { ...done, facts: { answer: sha256Hex(JSON.stringify(done.rows)) } }
    },
  }
}

function expectSame(query: string, a: Measured | undefined, b: Measured | undefined): void {
  if (a?.facts?.['answer'] !== b?.facts?.['answer'])
    throw new Error(`${query}: ${a?.name} and ${b?.name} answer differently`)
}

async function ask(bench: Bench, { paths, keyField }: Files, sql: string, times: number) {
  const file = bench.temp('query.json')
  const source = `read_parquet([${paths.map(literal).join(', ')}], hive_partitioning = false, union_by_name = true)`
  const spelled = sql.replace('$files', source).replace('$field', keyField)
  writeFileSync(file, JSON.stringify({ sql: spelled, times }))
  const done = await run([process.execPath, PEER, file])
  const { seconds, rows } = JSON.parse(done.stdout) as { seconds: number; rows: unknown[][] }
  return { ...done, seconds, rows }
}

async function anyKey(bench: Bench, files: Files): Promise<string> {
  const { rows } = await ask(bench, files, 'SELECT min($field) FROM $files', 1)
  return String(rows[0]?.[0])
}
