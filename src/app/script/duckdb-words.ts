import type { HiveType } from '../../catalog/hive-type.js'
import { hiveTypeSql } from '../../engines/duckdb/external/hive-types.js'
import { identifier, literal } from '../../sql/text.js'
import type { Words } from './row-sql.js'

/** Rows in DuckDB's SQL. */
export const DUCKDB_WORDS: Words = {
  name: identifier,
  text: literal,
  string: 'VARCHAR',
  cast: (value, type) => `CAST(${value} AS ${hiveTypeSql(type)})`,
  parquet: (value, type) => `CAST(${value} AS ${instants(type)})`,
  object: (fields) =>
    `CAST(to_json(struct_pack(${fields.map(([n, v]) => `${identifier(n)} := ${v}`).join(', ')})) AS VARCHAR)`,
  json: (value) => `CAST(to_json(${value}) AS VARCHAR)`,
  matches: (value, pattern) => `regexp_matches(${value}, ${literal(pattern)})`,
  isFinite: (value) => `isfinite(${value})`,
  fail: (text) => `error(${literal(text)})`,
}

/** The type with instants for times, so that both engines' files say that they are in UTC. */
function instants(type: HiveType): string {
  if (type.kind === 'timestamp') return 'TIMESTAMPTZ'
  if (type.kind === 'array') return `${instants(type.of)}[]`
  if (type.kind === 'map') return `MAP(${instants(type.key)}, ${instants(type.value)})`
  if (type.kind !== 'struct') return hiveTypeSql(type)
  return `STRUCT(${type.fields.map((f) => `${identifier(f.name)} ${instants(f.type)}`).join(', ')})`
}
