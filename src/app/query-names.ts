import { openCatalog } from '../catalog/catalog.js'
import { PATH_COLUMN } from '../engines/duckdb/external/raw-file.js'
import { type LakeContext, requireLake } from './context.js'
import { lakeTables } from './lake-tables.js'
import { type QueryOptions, viewsOver } from './query-parts.js'

/**
 * What a query may name: tables, views, and those external tables that no table hides. Also the query in DuckDB's words.
 * Throws `not-found` without a lake, `invalid` for what cannot be translated.
 */
export async function queryNames(options: QueryOptions, context: LakeContext) {
  const { sql, dialect = 'duckdb' } = options
  context.signal.throwIfAborted()
  await requireLake(context)
  const { preludeFor, translate } = await import('../sql/dialects.js')
  const [tables, declared] = await Promise.all([
    lakeTables(context, options.asOf),
    openCatalog(context.store).entries(),
  ])
  const entries = declared.filter((e) => !tables.some((t) => t.name === e.table.name))
  const withPath = sql.includes(PATH_COLUMN)
  return {
    tables,
    entries,
    withPath,
    externals: entries.map(({ table }) => ({ table, withPath })),
    views: viewsOver(tables),
    prelude: preludeFor(dialect),
    text: await translate(sql, dialect),
  }
}
