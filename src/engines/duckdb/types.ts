import type { TableType } from '../../formats/table-schema.js'
import { identifier } from '../../sql/text.js'

const SCALARS = {
  string: 'VARCHAR',
  int: 'INTEGER',
  long: 'BIGINT',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  timestamp: 'TIMESTAMP WITH TIME ZONE',
  date: 'DATE',
} as const

/**
 * A column's type as DuckDB spells it, the same as `DESCRIBE` prints.
 * @example duckDbType('timestamp') // 'TIMESTAMP WITH TIME ZONE'
 */
export function duckDbType(type: TableType): string {
  if (typeof type === 'string') return SCALARS[type]
  const fields = 'struct' in type ? type.struct : type.list
  const struct = `STRUCT(${fields.map((f) => `${identifier(f.name)} ${duckDbType(f.type)}`).join(', ')})`
  return 'struct' in type ? struct : `${struct}[]`
}
