import type { ExternalColumn } from '../../catalog/external-table.js'
import type { HiveType } from '../../catalog/hive-type.js'
import { HeadrigError } from '../../core/errors.js'
import type { ResultColumn } from '../../engines/engine.js'
import { parseType, type SqlType } from '../../sql/spark/sql-type.js'

/**
 * The columns of a query as files and tables have them: names in lower case, a column without a name is
 * `_c0`, as Hive calls it.
 * @throws `invalid` for two columns of one name
 */
export function writtenColumns(columns: readonly ResultColumn[]): ExternalColumn[] {
  const seen = new Set<string>()
  return columns.map(({ name, type }, i) => {
    const own = /^[\p{L}\p{N}_$][\p{L}\p{N}_$. -]*$/u.test(name) ? name.toLowerCase() : `_c${i}`
    if (seen.has(own)) {
      throw new HeadrigError(
        'invalid',
        `the query has two columns ${JSON.stringify(own)}: give one another name with AS`,
      )
    }
    seen.add(own)
    return { name: own, type: hiveType(parseType(type)) }
  })
}

function hiveType(type: SqlType): HiveType {
  switch (type.kind) {
    case 'integer':
      return WHOLE[type.bits]
    case 'decimal':
      return { kind: 'decimal', precision: type.width, scale: type.scale }
    case 'list':
      return { kind: 'array', of: hiveType(type.item) }
    case 'map':
      return { kind: 'map', key: hiveType(type.key), value: hiveType(type.value) }
    case 'struct':
      return {
        kind: 'struct',
        fields: type.fields.map((f) => ({ name: f.name.toLowerCase(), type: hiveType(f.type) })),
      }
    case 'boolean':
    case 'float':
    case 'double':
    case 'binary':
    case 'date':
    case 'timestamp':
      return { kind: type.kind }
    case 'timestamptz':
      return { kind: 'timestamp' }
    case 'null':
    case 'string':
    case 'json':
    case 'interval':
    case 'other':
      return { kind: 'string' }
  }
}

const WHOLE = {
  8: { kind: 'tinyint' },
  16: { kind: 'smallint' },
  32: { kind: 'int' },
  64: { kind: 'bigint' },
  128: { kind: 'decimal', precision: 38, scale: 0 },
} as const satisfies Readonly<Record<number, HiveType>>

/** True for a type that holds others. */
export function isNested({ kind }: HiveType): boolean {
  return kind === 'array' || kind === 'map' || kind === 'struct'
}
