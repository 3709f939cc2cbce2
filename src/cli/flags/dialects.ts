import type { QueryOptions } from '../../app/query.js'

export type Dialect = NonNullable<QueryOptions['dialect']>

/** The kinds of SQL that a query may be written in. */
export const DIALECTS = [
  'duckdb',
  'athena',
  'trino',
  'hive',
  'spark',
] as const satisfies readonly Dialect[]
