import type { LogFormat } from '../../formats/format.js'
import { tableColumns } from '../../formats/table-schema.js'
import { STAGED, type StagedFile } from '../../front/stage.js'
import { identifier, literal } from '../../sql/text.js'
import type { DuckDbEngine } from './open.js'
import { contentColumns, stagedExpressions } from './staged-select.js'
import { duckDbType } from './types.js'

/** Rows of a batch that repeat another: of the batch itself, or of the lake. */
export interface Duplicates {
  /** Row numbers from 0, ascending, by the staged file's path. */
  readonly rows: ReadonlyMap<string, readonly number[]>
  /** How many, by source object. */
  readonly perObject: ReadonlyMap<string, number>
}

/**
 * Finds the rows to leave out: an equal record is there already. Equal is: the same `event_id`, the same
 * time, and the same value in every column that comes from the raw record. Ids find candidates;
 * contents decide, so that a forged or colliding id never hides a record.
 * @param lake local paths of data files whose time range overlaps the batch
 * @param within false: the batch itself was looked through before
 */
export async function findDuplicates(
  engine: DuckDbEngine,
  format: LogFormat,
  staged: readonly StagedFile[],
  lake: readonly string[],
  within: boolean,
): Promise<Duplicates> {
  const connection = await engine.connect()
  try {
    const source = `read_parquet([${staged.map((f) => literal(f.path)).join(', ')}], union_by_name = true, filename = true, file_row_number = true)`
    const id = identifier(STAGED.id)
    const time = identifier(STAGED.time)
    const repeated = within
      ? [`SELECT ${id} AS id FROM ${source} GROUP BY 1 HAVING count(*) > 1`]
      : []
    const lakeRows = lakeSource(lake, staged)
    if (lakeRows) {
      repeated.push(
        `SELECT event_id AS id FROM ${lakeRows} WHERE event_id IN (SELECT ${id} FROM ${source})`,
      )
    }
    if (repeated.length === 0) return NONE
    await connection.run(
      `CREATE TEMP TABLE candidates AS SELECT DISTINCT id FROM (${repeated.join(' UNION ALL ')})`,
    )
    const [count] = await (await connection.run('SELECT count(*) FROM candidates')).getRows()
    if (Number(count?.[0]) === 0) return NONE

    const present = new Set(staged.flatMap((f) => f.columns))
    const content = contentColumns(format)
    const types = new Map(tableColumns(format).map((c) => [c.name, duckDbType(c.type)]))
    const expressions = new Map(
      stagedExpressions(format, present, new Date(0)).map((e) => [e.column.name, e.sql]),
    )
    const stagedContent = content.map(
      (c) => `${expressions.get(c) ?? `NULL::${types.get(c)}`} AS ${identifier(c)}`,
    )
    const parts = [
      `SELECT ${id} AS id, ${time} AS at, 1 AS origin, filename AS f, file_row_number AS r, ${identifier(STAGED.object)} AS object, ${stagedContent.join(', ')}
       FROM ${source} WHERE ${id} IN (SELECT id FROM candidates)`,
    ]
    if (lakeRows) {
      const held = await columnsOf(lake, (sql) => connection.run(sql).then((r) => r.getRows()))
      const lakeContent = content.map(
        (c) => `${held.has(c) ? identifier(c) : `NULL::${types.get(c)}`} AS ${identifier(c)}`,
      )
      parts.push(
        `SELECT event_id, time, 0, NULL, NULL, NULL, ${lakeContent.join(', ')} FROM ${lakeRows} WHERE event_id IN (SELECT id FROM candidates)`,
      )
    }
    // Without the batch's own pairs, a row is left out only for the lake's sake.
    const order = within ? 'row_number() OVER same > 1' : 'min(origin) OVER same = 0'
    const result = await connection.run(
      `SELECT f, r, object FROM (
         SELECT f, r, object, origin, ${order} AS again FROM (${parts.join(' UNION ALL ')})
         WINDOW same AS (PARTITION BY id, at, ${content.map(identifier).join(', ')} ${within ? 'ORDER BY origin, f, r' : ''})
       ) WHERE again AND origin = 1 ORDER BY f, r`,
    )
    const rows = new Map<string, number[]>()
    const perObject = new Map<string, number>()
    for (const [f, r, object] of await result.getRows()) {
      const list = rows.get(String(f)) ?? []
      list.push(Number(r))
      rows.set(String(f), list)
      perObject.set(String(object), (perObject.get(String(object)) ?? 0) + 1)
    }
    return { rows, perObject }
  } finally {
    await connection.run('DROP TABLE IF EXISTS temp.candidates').catch(() => undefined)
    connection.closeSync()
  }
}

const NONE: Duplicates = { rows: new Map(), perObject: new Map() }

/** The lake's rows in the batch's range of time; equal records have equal times. */
function lakeSource(lake: readonly string[], staged: readonly StagedFile[]): string | undefined {
  if (lake.length === 0) return undefined
  const min = staged.map((f) => BigInt(f.minTime)).reduce((a, b) => (b < a ? b : a))
  const max = staged.map((f) => BigInt(f.maxTime)).reduce((a, b) => (b > a ? b : a))
  const files = lake.map(literal).join(', ')
  return `(SELECT * FROM read_parquet([${files}], union_by_name = true, hive_partitioning = false)
    WHERE time >= make_timestamptz(${min}) AND time <= make_timestamptz(${max}))`
}

async function columnsOf(
  lake: readonly string[],
  rows: (sql: string) => Promise<unknown[][]>,
): Promise<Set<string>> {
  const files = lake.map(literal).join(', ')
  const described = await rows(
    `DESCRIBE SELECT * FROM read_parquet([${files}], union_by_name = true, hive_partitioning = false)`,
  )
  return new Set(described.map((row) => String(row[0])))
}
