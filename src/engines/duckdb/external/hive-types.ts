import type { HiveType } from '../../../catalog/hive-type.js'
import { identifier } from '../../../sql/text.js'

const NAMES = {
  boolean: 'BOOLEAN',
  tinyint: 'TINYINT',
  smallint: 'SMALLINT',
  int: 'INTEGER',
  bigint: 'BIGINT',
  float: 'FLOAT',
  double: 'DOUBLE',
  string: 'VARCHAR',
  binary: 'BLOB',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
} as const

/** A type of Hive's as DuckDB writes it. */
export function hiveTypeSql(type: HiveType): string {
  if (type.kind === 'decimal') return `DECIMAL(${type.precision},${type.scale})`
  if (type.kind === 'array') return `${hiveTypeSql(type.of)}[]`
  if (type.kind === 'map') return `MAP(${hiveTypeSql(type.key)}, ${hiveTypeSql(type.value)})`
  if (type.kind !== 'struct') return NAMES[type.kind]
  return `STRUCT(${type.fields.map((f) => `${identifier(f.name)} ${hiveTypeSql(f.type)}`).join(', ')})`
}

/** Text as a value of a type without parts; what is no such value is null, as Hive has it. */
export function castText(text: string, type: HiveType): string {
  if (type.kind === 'string') return text
  if (type.kind === 'binary') return `encode(${text})`
  // DuckDB would round a fraction.
  const isWhole = /^(?:tiny|small|big)?int$/.test(type.kind)
  const whole = isWhole ? `CASE WHEN NOT contains(${text}, '.') THEN ${text} END` : text
  return `TRY_CAST(${whole} AS ${hiveTypeSql(type)})`
}
