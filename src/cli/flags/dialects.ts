/** The kinds of SQL that a query may be written in. */
export const DIALECTS = ['duckdb', 'athena', 'trino', 'hive', 'spark'] as const
export type Dialect = (typeof DIALECTS)[number]
