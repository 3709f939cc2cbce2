import type { LakeContext } from '../context.js'
import type { Place } from './place.js'
import { writeByDuckDb } from './write-duckdb.js'
import type { RowsToWrite, WrittenRows } from './written-rows.js'

/**
 * Runs a query and writes its rows into a place that nobody reads yet, by the engine of the settings.
 * Throws as `query` does.
 */
export async function writeRows(
  rows: RowsToWrite,
  place: Place,
  context: LakeContext,
): Promise<WrittenRows> {
  if (context.settings.engine === 'duckdb') return writeByDuckDb(rows, place, context)
  const { writeBySpark } = await import('./write-spark.js')
  return (await writeBySpark(rows, place, context)) ?? writeByDuckDb(rows, place, context)
}
