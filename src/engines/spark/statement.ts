import type { ParsedSql } from '../../sql/ast.js'
import { sparkName } from '../../sql/spark/spark-text.js'
import type { SqlField } from '../../sql/spark/sql-type.js'
import { parseType } from '../../sql/spark/sql-type.js'
import { macroOf, toSpark } from '../../sql/spark/to-spark.js'
import type { QueryTree } from '../duckdb/query-tree.js'
import type { ResultColumn } from '../engine.js'
import type { SparkRaw } from './external/raw-table.js'
import { selectTable, type SparkTable, sqlFields } from './tables.js'

/** A view beside the tables, parsed by DuckDB. */
export interface SparkView {
  readonly name: string
  readonly parsed: ParsedSql
  readonly columns: readonly ResultColumn[]
}

export interface SparkMounts {
  readonly tables: readonly SparkTable[]
  readonly externals?: readonly SparkRaw[]
  readonly views: readonly SparkView[]
}

/**
 * One statement of Spark's that answers a query as DuckDB would: the tables and views that it names come
 * first, as a WITH. Throws `invalid` with `details.reason` `engine-difference` for what has no counterpart.
 */
export function sparkStatement(
  tree: QueryTree,
  { tables, externals = [], views }: SparkMounts,
): string {
  const names = new Map<string, readonly SqlField[]>()
  for (const table of tables) names.set(table.name.toLowerCase(), sqlFields(table.columns))
  for (const raw of externals) names.set(raw.name.toLowerCase(), raw.columns)
  const macros = new Map<string, ReturnType<typeof macroOf>[]>()
  for (const { name, parameters, parsed } of tree.macros) {
    const known = macros.get(name.toLowerCase()) ?? []
    macros.set(name.toLowerCase(), [...known, macroOf(parameters, parsed)])
  }
  const heads = [
    ...tables.map((t) => [t.name, selectTable(t)] as const),
    ...externals.map((t) => [t.name, t.select] as const),
  ]
  const known = { tables: names, macros, integerDivision: tree.integerDivision }
  const seen = views.map((view) => {
    const { sql } = toSpark(view.parsed, { tables: names }, view.columns)
    const columns = view.columns.map((c) => ({ name: c.name, type: parseType(c.type) }))
    names.set(view.name.toLowerCase(), columns)
    const list = columns.map((c) => sparkName(c.name)).join(', ')
    return [view.name, sql, `(${list})`] as const
  })
  const { sql } = toSpark(tree.parsed, known, tree.columns)
  const withs = [...heads, ...seen]
    .filter(
      ([name]) => sql.includes(sparkName(name)) || seen.some((v) => v[1].includes(sparkName(name))),
    )
    .map(([name, text, list = '']) => `${sparkName(name)}${list} AS (${text})`)
  return withs.length === 0 ? sql : `WITH ${withs.join(',\n')}\n${sql}`
}

/** A view in Spark's SQL, over tables and views that are known by their names. */
export interface SparkViewText {
  readonly name: string
  readonly columns: readonly string[]
  readonly sql: string
}

/** The views as a session whose catalog has the tables can make them, in this order. Throws as `sparkStatement`. */
export function sparkViews(
  tables: readonly Pick<SparkTable, 'name' | 'columns'>[],
  views: readonly SparkView[],
): SparkViewText[] {
  const names = new Map(tables.map((t) => [t.name.toLowerCase(), sqlFields(t.columns)] as const))
  return views.map(({ name, parsed, columns }) => {
    const { sql } = toSpark(parsed, { tables: names }, columns)
    names.set(
      name.toLowerCase(),
      columns.map((c) => ({ name: c.name, type: parseType(c.type) })),
    )
    return { name, columns: columns.map((c) => c.name), sql }
  })
}
