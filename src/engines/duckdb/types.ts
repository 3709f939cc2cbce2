import type { ScalarType } from '../../formats/format.js'
import type { TableType } from '../../formats/table-schema.js'
import { identifier } from '../../sql/text.js'

/** Delta's types of one value, as DuckDB and its Parquet reader and writer have them. */
export const SCALAR_TYPES: Readonly<Record<ScalarType, string>> = {
  string: 'VARCHAR',
  int: 'INTEGER',
  long: 'BIGINT',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  timestamp: 'TIMESTAMP WITH TIME ZONE',
  date: 'DATE',
}

/**
 * A column's type as DuckDB spells it, the same as `DESCRIBE` prints.
 * @example duckDbType('timestamp') // 'TIMESTAMP WITH TIME ZONE'
 */
export function duckDbType(type: TableType): string {
  if (typeof type === 'string') return SCALAR_TYPES[type]
  const fields = 'struct' in type ? type.struct : type.list
  const struct = `STRUCT(${fields.map((f) => `${identifier(f.name)} ${duckDbType(f.type)}`).join(', ')})`
  return 'struct' in type ? struct : `${struct}[]`
}
