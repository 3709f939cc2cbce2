import type { AstNode, ParsedSql } from '../ast.js'
import type { Macro, SparkQuery, Translation } from './emit.js'
import { select } from './select.js'
import { differs, sparkName } from './spark-text.js'
import { parseType, sparkType, type SqlField } from './sql-type.js'

/** What a query may name. */
export interface SparkNames {
  /** By lower-case name, as `parseType` reads their columns' types. */
  readonly tables: ReadonlyMap<string, readonly SqlField[]>
  readonly macros?: ReadonlyMap<string, readonly Macro[]>
  readonly integerDivision?: boolean
}

/**
 * A query that DuckDB parsed, in Spark's SQL, with the same answer: what Spark would answer otherwise is
 * written otherwise, or refused. `result`: the columns as DuckDB gives them, whose types Spark's
 * are cast to; only then every difference of types is gone.
 * Throws `invalid`, with `details.reason` `engine-difference`, for what has no counterpart.
 * @example toSpark(parsed, { tables: new Map([['t', [{ name: 'a', type: INT }]]]) }).sql
 */
export function toSpark(
  parsed: ParsedSql,
  { tables, macros = new Map(), integerDivision = false }: SparkNames,
  result?: readonly { readonly name: string; readonly type: string }[],
): SparkQuery {
  const all: Translation = { tables, macros, integerDivision, query: select }
  const [statement] = parsed.statements as { node: AstNode }[]
  if (!statement) throw differs('nothing')
  const inner = select(statement.node, { relations: [], ctes: new Map() }, all)
  return result ? asResult(inner, result) : inner
}

/** The macros of DuckDB's texts of them, each parsed as `SELECT <text>`. */
export function macroOf(parameters: readonly string[], parsed: ParsedSql): Macro {
  const [statement] = parsed.statements as { node: { select_list: AstNode[] } }[]
  const body = statement?.node.select_list[0]
  if (!body) throw differs('a macro without a value')
  const { alias: _, ...own } = body
  return { parameters, body: own }
}

function asResult(
  { sql, columns }: SparkQuery,
  result: readonly { readonly name: string; readonly type: string }[],
): SparkQuery {
  if (columns.length !== result.length) throw differs('a query whose columns are not the same')
  const names = columns.map((_, i) => `c${i}`)
  const typed = result.map(({ name, type }) => ({ name, type: parseType(type) }))
  const casts = typed.map(({ type }, i) => {
    const wanted = sparkType(type)
    const at = names[i] ?? ''
    if (wanted === undefined)
      throw differs(`a column of type ${result[i]?.type ?? ''} in the result`)
    const same =
      columns[i] && sparkType(columns[i].type) === wanted && columns[i].type.kind === type.kind
    return same ? at : `CAST(${at} AS ${wanted}) AS ${at}`
  })
  return {
    sql: `SELECT ${casts.join(', ')} FROM (\n${sql}\n) AS ${sparkName('answer')}(${names.join(', ')})`,
    columns: typed,
  }
}
