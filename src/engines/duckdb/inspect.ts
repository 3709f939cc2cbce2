import { messageOf } from '../../core/errors.js'
import { literal } from '../../sql/text.js'
import { enginePath } from './engine-path.js'
import type { DuckDbEngine } from './open.js'

const AT_A_TIME = 256

/** Rows of Parquet files by path, from their footers; an error's message for one that is unreadable. */
export async function rowCounts(
  engine: DuckDbEngine,
  paths: readonly string[],
): Promise<ReadonlyMap<string, number | string>> {
  const counts = new Map<string, number | string>()
  for (let i = 0; i < paths.length; i += AT_A_TIME) {
    await countInto(engine, counts, paths.slice(i, i + AT_A_TIME))
  }
  return counts
}

async function countInto(
  engine: DuckDbEngine,
  counts: Map<string, number | string>,
  paths: readonly string[],
): Promise<void> {
  const connection = await engine.connect()
  try {
    const list = paths.map((p) => literal(enginePath(p))).join(', ')
    const found = await connection.runAndReadAll(
      `SELECT file_name, num_rows::DOUBLE FROM parquet_file_metadata([${list}])`,
    )
    for (const [path, rows] of found.getRows()) counts.set(String(path), Number(rows))
  } catch (error) {
    const [first] = paths
    if (paths.length === 1 && first !== undefined) counts.set(first, messageOf(error))
    const middle = paths.length >> 1
    if (middle > 0) {
      await countInto(engine, counts, paths.slice(0, middle))
      await countInto(engine, counts, paths.slice(middle))
    }
  } finally {
    connection.closeSync()
  }
}

/** Rows that the ledger says were added, by log type. */
export async function ledgerRows(
  engine: DuckDbEngine,
  paths: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (paths.length === 0) return new Map()
  const connection = await engine.connect()
  try {
    const list = paths.map((p) => literal(enginePath(p))).join(', ')
    const found = await connection.runAndReadAll(
      `SELECT format, sum("rows")::DOUBLE FROM read_parquet([${list}], hive_partitioning = false, union_by_name = true) WHERE format IS NOT NULL GROUP BY format`,
    )
    return new Map(found.getRows().map(([format, rows]) => [String(format), Number(rows)]))
  } finally {
    connection.closeSync()
  }
}
