import type { DuckDBConnection } from '@duckdb/node-api'
import type { LogFormat } from '../../formats/format.js'
import { tableColumns } from '../../formats/table-schema.js'
import type { WrittenFile } from '../../front/parquet/data-file.js'
import { identifier, literal } from '../../sql/text.js'
import { onConnection } from './on-connection.js'
import type { DuckDbEngine } from './open.js'
import { duckDbType } from './types.js'

/** The table that holds the rows to leave out: data file of the batch (its number) and row in it, both from 0. */
export async function makeDrops(engine: DuckDbEngine, name: string): Promise<void> {
  await onConnection(engine, (c) =>
    c.run(`CREATE TABLE ${name} (f BIGINT, r BIGINT, object VARCHAR)`),
  )
}

export async function removeDrops(engine: DuckDbEngine, name: string): Promise<void> {
  await onConnection(engine, (c) => c.run(`DROP TABLE IF EXISTS ${name}`))
}

/** What is left out so far: rows by data file's number, and by source object. */
export async function countDrops(
  engine: DuckDbEngine,
  name: string,
): Promise<{ files: Map<number, number>; objects: Map<string, number> }> {
  return onConnection(engine, async (c) => {
    const files = await (await c.run(`SELECT f, count(*) FROM ${name} GROUP BY 1`)).getRows()
    const objects = await (await c.run(`SELECT object, count(*) FROM ${name} GROUP BY 1`)).getRows()
    return {
      files: new Map(files.map(([f, n]) => [Number(f), Number(n)])),
      objects: new Map(objects.map(([o, n]) => [String(o), Number(n)])),
    }
  })
}

/**
 * Adds the rows to leave out to `drops`: an equal record is there already. Equal is: the same `event_id`, the same
 * time, and the same value in every column that comes from the raw record. Ids find candidates; a SHA-256
 * of the contents decides, so that a forged or colliding id never hides a record.
 * @param lake local paths of data files whose time range overlaps the batch
 * @param within ids that the batch may have more than once; undefined: any
 */
export async function findDuplicates(
  engine: DuckDbEngine,
  format: LogFormat,
  written: readonly WrittenFile[],
  lake: readonly string[],
  within: readonly string[] | undefined,
  drops: string,
): Promise<void> {
  await onConnection(engine, async (connection) => {
    const all = { written: writtenSource(written), lake: lakeSource(lake, rangeOf(written)) }
    const range = await findCandidates(connection, all, within, rangeOf(written))
    if (!range) return
    // Whole rows are read only where candidates can be.
    const near = written.filter(
      (f) => BigInt(f.maxTime) >= range.min && BigInt(f.minTime) <= range.max,
    )
    const sources = { written: writtenSource(near), lake: lakeSource(lake, range) }
    const columns = await contentInUse(connection, format, sources)
    const digest = `sha256(to_json({${columns.map((c) => `${literal(c.name)}: ${c.sql}`).join(', ')}})::VARCHAR)`
    const number = `[${near.map((f) => written.indexOf(f)).join(', ')}][(file_index + 1)::BIGINT]`
    const parts = [
      `SELECT event_id AS id, time AS moment, ${digest} AS digest, 1 AS origin, ${number} AS f,
         file_row_number AS r, source_object AS object
       FROM ${sources.written} WHERE event_id IN (SELECT id FROM candidates)`,
    ]
    if (sources.lake) {
      const held = `sha256(to_json({${columns.map((c) => `${literal(c.name)}: ${c.lake}`).join(', ')}})::VARCHAR)`
      parts.push(
        `SELECT event_id, time, ${held}, 0, NULL, NULL, NULL FROM ${sources.lake} WHERE event_id IN (SELECT id FROM candidates)`,
      )
    }
    await connection.run(
      `INSERT INTO ${drops} SELECT f, r, object FROM (
         SELECT f, r, object, origin, row_number() OVER (same ORDER BY origin, f, r) > 1 AS again FROM (${parts.join(' UNION ALL ')})
         WINDOW same AS (PARTITION BY id, moment, digest)
       ) AS q WHERE again AND origin = 1 AND NOT EXISTS (SELECT 1 FROM ${drops} AS d WHERE d.f = q.f AND d.r = q.r)`,
    )
    await connection.run('DROP TABLE temp.candidates')
  })
}

/** Ids of the files' rows, each once, at most so many. */
export async function idsIn(
  engine: DuckDbEngine,
  files: readonly WrittenFile[],
  most: number,
): Promise<string[]> {
  return onConnection(engine, async (c) => {
    const sql = `SELECT DISTINCT event_id FROM ${lakeFiles(files.map((f) => f.path))} LIMIT ${most}`
    return (await (await c.run(sql)).getRows()).map(([id]) => String(id))
  })
}

interface Sources {
  readonly written: string
  /** Undefined: no data file of the lake can hold an equal record. */
  readonly lake: string | undefined
}

/** µs since 1970, both included. */
interface TimeRange {
  readonly min: bigint
  readonly max: bigint
}

/** Puts the ids that occur more than once into a temporary table; answers when their records were, undefined when there are none. */
async function findCandidates(
  connection: DuckDBConnection,
  sources: Sources,
  within: readonly string[] | undefined,
  all: TimeRange,
): Promise<TimeRange | undefined> {
  const repeated: string[] = []
  if (!within) {
    repeated.push(
      `SELECT event_id AS id, NULL AS moment FROM ${sources.written} GROUP BY 1 HAVING count(*) > 1`,
    )
  } else if (within.length > 0) {
    repeated.push(`SELECT unnest([${within.map(literal).join(', ')}]), NULL`)
  }
  if (sources.lake) {
    // Equal records have equal times.
    repeated.push(
      `SELECT event_id, time FROM ${sources.lake} WHERE (event_id, time) IN (SELECT (event_id, time) FROM ${sources.written})`,
    )
  }
  if (repeated.length === 0) return undefined
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE candidates (id VARCHAR, moment TIMESTAMPTZ);
     INSERT INTO candidates ${repeated.join(' UNION ')}`,
  )
  const result = await connection.run(
    `SELECT count(*), count(moment), epoch_us(min(moment)), epoch_us(max(moment)) FROM candidates`,
  )
  const [[count = 0, timed = 0, min = 0, max = 0] = []] = await result.getRows()
  if (Number(count) === 0) return undefined
  return count === timed ? { min: BigInt(String(min)), max: BigInt(String(max)) } : all
}

function rangeOf(written: readonly WrittenFile[]): TimeRange {
  return {
    min: written.map((f) => BigInt(f.minTime)).reduce((a, b) => (b < a ? b : a)),
    max: written.map((f) => BigInt(f.maxTime)).reduce((a, b) => (b > a ? b : a)),
  }
}

interface ContentColumn {
  readonly name: string
  readonly sql: string
  readonly lake: string
}

/** Columns that come from the raw record and that the batch or the lake's files have: in the others all rows are equal. */
async function contentInUse(
  connection: DuckDBConnection,
  format: LogFormat,
  sources: Sources,
): Promise<ContentColumn[]> {
  const present = await columnsOf(connection, sources.written)
  const held =
    sources.lake === undefined ? new Set<string>() : await columnsOf(connection, sources.lake)
  const content = new Set([...Object.keys(format.columns), 'unmapped'])
  return tableColumns(format)
    .filter(({ name }) => content.has(name) && (held.has(name) || present.has(name)))
    .map(({ name, type }) => {
      const absent = `NULL::${duckDbType(type)}`
      const there = identifier(name)
      return {
        name,
        sql: present.has(name) ? there : absent,
        lake: held.has(name) ? there : absent,
      }
    })
}

function writtenSource(written: readonly WrittenFile[]): string {
  return `read_parquet([${written.map((f) => literal(f.path)).join(', ')}], union_by_name = true, hive_partitioning = false, file_row_number = true)`
}

/** The lake's rows in a range of time. */
function lakeSource(lake: readonly string[], { min, max }: TimeRange): string | undefined {
  if (lake.length === 0) return undefined
  return `(SELECT * FROM ${lakeFiles(lake)} WHERE time >= make_timestamptz(${min}) AND time <= make_timestamptz(${max}))`
}

function lakeFiles(lake: readonly string[]): string {
  return `read_parquet([${lake.map(literal).join(', ')}], union_by_name = true, hive_partitioning = false)`
}

async function columnsOf(connection: DuckDBConnection, source: string): Promise<Set<string>> {
  const described = await connection.run(`DESCRIBE SELECT * FROM ${source}`)
  return new Set((await described.getRows()).map((row) => String(row[0])))
}
