import type {
  DuckDBDecimalType,
  DuckDBListType,
  DuckDBStructType,
  DuckDBType,
  DuckDBTypeId as TypeId,
} from '@duckdb/node-api'
import { identifier, literal } from '../../sql/text.js'
import { DuckDBTypeId } from './node-api.js'

export interface TextColumn {
  readonly name: string
  readonly type: DuckDBType
}

/** SQL of one text for each row; columns are `c0`, `c1`, …; undefined when a type needs another way. */
export function rowText(columns: readonly TextColumn[], form: 'json' | 'csv'): string | undefined {
  const cells = columns.map(({ type }, i) =>
    form === 'json' ? jsonValue(type, `c${i}`, 0) : csvCell(type, `c${i}`),
  )
  if (cells.length === 0 || cells.includes(undefined)) return undefined
  if (form === 'csv') return cells.join(` || ',' || `)
  const fields = columns.map((c, i) => `${identifier(c.name)} := ${cells[i]}`)
  return `to_json(struct_pack(${fields.join(', ')}))::VARCHAR`
}

const SAFE = '9007199254740991'

/** An expression of which `to_json` makes what the contract asks for. */
function jsonValue(type: DuckDBType, x: string, depth: number): string | undefined {
  const id = type.typeId
  if (PLAIN.has(id)) return x
  if (AS_TEXT.has(id)) return `${x}::VARCHAR`
  if (WHOLE.has(id)) {
    return `CASE WHEN ${x} BETWEEN -${SAFE} AND ${SAFE} THEN to_json(${x}) ELSE to_json(${x}::VARCHAR) END`
  }
  if (id === DuckDBTypeId.FLOAT || id === DuckDBTypeId.DOUBLE) {
    return `CASE WHEN isfinite(${x}) THEN ${x} END`
  }
  if (id === DuckDBTypeId.DECIMAL) {
    if ((type as DuckDBDecimalType).width <= 15) return x
    const digits = `length(regexp_replace(${x}::VARCHAR, '\\D', '', 'g'))`
    return `CASE WHEN ${digits} <= 15 THEN to_json(${x}) ELSE to_json(${x}::VARCHAR) END`
  }
  if (TIMES.has(id)) return timeText(id, x)
  if (id === DuckDBTypeId.BLOB) return `base64(${x})`
  if (id === DuckDBTypeId.STRUCT) return structValue(type as DuckDBStructType, x, depth)
  if (id === DuckDBTypeId.LIST) {
    const item = `e${depth}`
    const value = jsonValue((type as DuckDBListType).valueType, item, depth + 1)
    if (value === undefined || value === item) return value && x
    return `list_transform(${x}, lambda ${item}: ${value})`
  }
  return undefined
}

function structValue(type: DuckDBStructType, x: string, depth: number): string | undefined {
  let same = true
  const fields: string[] = []
  for (const [i, name] of type.entryNames.entries()) {
    const child = type.entryTypes[i]
    const field = `struct_extract(${x}, ${literal(name)})`
    const value = child && jsonValue(child, field, depth)
    if (value === undefined) return undefined
    same &&= value === field || value === `${field}::VARCHAR`
    fields.push(`${identifier(name)} := ${value}`)
  }
  if (same && !type.entryTypes.some((t) => t.alias === 'JSON')) return x
  return `CASE WHEN ${x} IS NOT NULL THEN struct_pack(${fields.join(', ')}) END`
}

function csvCell(type: DuckDBType, x: string): string | undefined {
  const id = type.typeId
  if (PLAIN.has(id) || WHOLE.has(id) || NUMBERS.has(id)) return `coalesce(${x}::VARCHAR, '')`
  const value = jsonValue(type, x, 0)
  if (value === undefined) return undefined
  const nested = id === DuckDBTypeId.STRUCT || id === DuckDBTypeId.LIST
  const text = nested ? `to_json(${value})::VARCHAR` : value
  if (TIMES.has(id)) return `coalesce(${text}, '')`
  const quoted = `'"' || replace(${text}, '"', '""') || '"'`
  if (nested) return `CASE WHEN ${x} IS NULL THEN '' ELSE ${quoted} END`
  const plain = `NOT regexp_matches(${text}, '[",\\r\\n]|^\\s|\\s$|^$')`
  return `CASE WHEN ${text} IS NULL THEN '' WHEN ${plain} THEN ${text} ELSE ${quoted} END`
}

/** ISO 8601 in UTC; a fraction only when there is one. */
function timeText(id: TypeId, x: string): string {
  const zoned = id === DuckDBTypeId.TIMESTAMP_TZ
  const plain = id === DuckDBTypeId.TIMESTAMP ? x : `${x}::TIMESTAMP`
  const t = zoned ? `make_timestamp(epoch_us(${x}))` : plain
  const seconds = `strftime(${t}, '%Y-%m-%dT%H:%M:%S')`
  const fraction = `CASE WHEN epoch_us(${t}) % 1000000 = 0 THEN 'Z' ELSE rtrim(strftime(${t}, '.%f'), '0') || 'Z' END`
  return `CASE WHEN isfinite(${x}) THEN ${seconds} || ${fraction} ELSE ${x}::VARCHAR END`
}

const { BOOLEAN, TINYINT, SMALLINT, INTEGER, UTINYINT, USMALLINT, UINTEGER } = DuckDBTypeId
const PLAIN = new Set([BOOLEAN, TINYINT, SMALLINT, INTEGER, UTINYINT, USMALLINT, UINTEGER])

const { BIGINT, UBIGINT, HUGEINT, UHUGEINT } = DuckDBTypeId
const WHOLE = new Set([BIGINT, UBIGINT, HUGEINT, UHUGEINT])

const { FLOAT, DOUBLE, DECIMAL } = DuckDBTypeId
const NUMBERS = new Set([FLOAT, DOUBLE, DECIMAL])

const { TIMESTAMP, TIMESTAMP_S, TIMESTAMP_MS, TIMESTAMP_NS, TIMESTAMP_TZ } = DuckDBTypeId
const TIMES = new Set([TIMESTAMP, TIMESTAMP_S, TIMESTAMP_MS, TIMESTAMP_TZ, TIMESTAMP_NS])

const { VARCHAR, DATE, TIME, INTERVAL, UUID, ENUM, BIT, SQLNULL } = DuckDBTypeId
const AS_TEXT = new Set([VARCHAR, DATE, TIME, INTERVAL, UUID, ENUM, BIT, SQLNULL])
