import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api'
import { type ParsedSql, readParsed } from '../../sql/ast.js'
import type { QueryOptions, ResultColumn } from '../engine.js'

/** What another engine has to know of a query to answer it as DuckDB would. */
export interface QueryTree {
  readonly parsed: ParsedSql
  /** The columns of the answer as DuckDB names and types them. */
  readonly columns: readonly ResultColumn[]
  /** The user's macros, by name. */
  readonly macros: readonly MacroTree[]
  readonly integerDivision: boolean
}

export interface MacroTree {
  readonly name: string
  readonly parameters: readonly string[]
  /** Of `SELECT <what it stands for>`. */
  readonly parsed: ParsedSql
}

/** Reads a query that can be bound on this connection; nothing of it runs. */
export async function queryTree(
  connection: DuckDBConnection,
  sql: string,
  params?: QueryOptions['params'],
): Promise<QueryTree> {
  const parsed = await parseSql(connection, sql)
  const division = await connection.runAndReadAll(`SELECT current_setting('integer_division')`)
  return {
    parsed,
    columns: await answerColumns(connection, sql, params),
    macros: await macrosOf(connection),
    integerDivision: division.getRows()[0]?.[0] === true,
  }
}

/** What DuckDB's parser makes of a query. */
export async function parseSql(connection: DuckDBConnection, sql: string): Promise<ParsedSql> {
  const result = await connection.runAndReadAll('SELECT json_serialize_sql($1::VARCHAR)', [sql])
  return readParsed(String(result.getRows()[0]?.[0]))
}

/** The columns that a query gives. */
export async function answerColumns(
  connection: DuckDBConnection,
  sql: string,
  params?: QueryOptions['params'],
): Promise<ResultColumn[]> {
  if (params === undefined) {
    const prepared = await connection.prepare(sql)
    return Array.from({ length: prepared.columnCount }, (_, i) => ({
      name: prepared.columnName(i),
      type: String(prepared.columnType(i)),
    }))
  }
  const none = await connection.stream(`FROM (${sql}\n) LIMIT 0`, [...params] as DuckDBValue[])
  const names = none.columnNames()
  return none.columnTypes().map((type, i) => ({ name: names[i] ?? '', type: String(type) }))
}

async function macrosOf(connection: DuckDBConnection): Promise<MacroTree[]> {
  const found = await connection.runAndReadAll(
    `SELECT function_name, to_json(parameters), macro_definition FROM duckdb_functions() WHERE function_type = 'macro' AND NOT internal`,
  )
  const macros: MacroTree[] = []
  for (const [name, parameters, body] of found.getRows()) {
    macros.push({
      name: String(name),
      parameters: JSON.parse(String(parameters)) as string[],
      parsed: await parseSql(connection, `SELECT ${String(body)}`),
    })
  }
  return macros
}
