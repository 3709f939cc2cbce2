import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { sha256Hex } from '../../src/core/sha256.js'
import { literal } from '../../src/sql/text.js'
import { alternate, sideOf } from '../lib/alternate.js'
import { duckdb } from '../lib/duckdb.js'
import { run } from '../lib/measure.js'
import { collectInto, FRONT } from '../lib/ours.js'
import type { Bar, Bench, Scenario, Side } from '../lib/scenario.js'
import { cloudTrailToParquet } from '../peers/cloudtrail-sql.js'

const PEER = fileURLToPath(new URL('../peers/query.mjs', import.meta.url))
/** In one process, after one that does not count. */
const TIMES = 9

/** `$files` is what is read, `$key` an access key that is there. */
const QUERIES = {
  'most active pairs': `SELECT actor, source_ip, count(*) AS n FROM $files GROUP BY ALL ORDER BY n DESC, actor, source_ip LIMIT 25`,
  'one access key': `SELECT time::VARCHAR, event_id, event_name FROM $files WHERE user_identity.access_key_id = $key ORDER BY time, event_id LIMIT 1000`,
  'count by event_name': `SELECT event_name, count(*) AS n FROM $files GROUP BY 1 ORDER BY n DESC, 1`,
} as const

interface Files {
  readonly name: string
  readonly paths: readonly string[]
  readonly bytes: number
}

/** Both are read by a plain DuckDB, so that only the files differ. */
export const frontQuery: Scenario = {
  title: "Queries over the native front's Parquet files against DuckDB's own",
  async measure(bench) {
    const data = await bench.data('ct-m')
    const lake = bench.temp('lake')
    await collectInto(lake, data.folder, FRONT.native)
    const ours = filesOf('native front', join(lake, 'tables', 'aws_cloudtrail'))
    const theirs = await written(bench, data.folder)
    const small = await written(bench, data.folder, 1)
    const key = await anyKey(bench, ours)
    const wanted = Object.entries(QUERIES).map(
      ([name, sql]) => [name, sql.replace('$key', literal(key))] as const,
    )
    const sides = await alternate(
      wanted.flatMap(([name, sql]) => [
        side(bench, ours, name, sql),
        side(bench, theirs, name, sql),
      ]),
      bench.runs,
    )
    const bars = wanted.map(([name]): Bar => {
      const [own, other] = [ours, theirs].map((f) => sideOf(sides, `${name}, ${f.name}`))
      if (own?.facts?.['answer'] !== other?.facts?.['answer'])
        throw new Error(`${name}: answers differ`)
      const value = (own?.medianSeconds ?? 0) / (other?.medianSeconds ?? 0)
      return { what: `time of ${name}`, value, unit: 'x', atMost: 1.05 }
    })
    for (const { name, paths, bytes } of [ours, theirs, small])
      bench.note(`${name}: ${bytes.toLocaleString('en')} bytes in ${paths.length} files`)
    bench.note(
      `against DuckDB's zstd level 1: ${(ours.bytes / small.bytes).toFixed(2)} x; ours hold \`source_row\` and the keys of addresses besides`,
    )
    return {
      data: data.why,
      sides,
      bars: [
        ...bars,
        {
          what: "size against DuckDB's zstd, default level",
          value: ours.bytes / theirs.bytes,
          unit: 'x',
          atMost: 1.05,
        },
      ],
    }
  },
}

function filesOf(name: string, folder: string): Files {
  const paths = readdirSync(folder, { recursive: true })
    .map((path) => join(folder, String(path)))
    .filter((path) => path.endsWith('.parquet') && !path.includes('_delta_log'))
  return { name, paths, bytes: paths.reduce((sum, path) => sum + statSync(path).size, 0) }
}

async function written(bench: Bench, folder: string, zstdLevel?: 1): Promise<Files> {
  const out = bench.temp('duckdb.parquet')
  const variant = { maxObjectMiB: 4, ...(zstdLevel ? { zstdLevel } : {}) }
  await duckdb(cloudTrailToParquet(folder, out, variant), bench.temp('statement.sql'))
  const name = `DuckDB's file, zstd level ${zstdLevel ?? 'default'}`
  return { name, paths: [out], bytes: statSync(out).size }
}

function side(bench: Bench, files: Files, query: string, sql: string): Side {
  return {
    name: `${query}, ${files.name}`,
    async once() {
      const done = await ask(bench, files, sql, TIMES)
      return { ...done, facts: { answer: sha256Hex(JSON.stringify(done.rows)) } }
    },
  }
}

async function ask(bench: Bench, { paths }: Files, sql: string, times: number) {
  const file = bench.temp('query.json')
  const source = `read_parquet([${paths.map(literal).join(', ')}])`
  writeFileSync(file, JSON.stringify({ sql: sql.replace('$files', source), times }))
  const done = await run([process.execPath, PEER, file])
  const { seconds, rows } = JSON.parse(done.stdout) as { seconds: number; rows: unknown[][] }
  return { ...done, seconds, rows }
}

async function anyKey(bench: Bench, files: Files): Promise<string> {
  const sql = 'SELECT min(user_identity.access_key_id) FROM $files'
  const { rows } = await ask(bench, files, sql, 1)
  return String(rows[0]?.[0])
}
