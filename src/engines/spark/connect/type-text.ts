import type { DataType, IntervalFields } from './messages.js'

const PLAIN: readonly (readonly [keyof DataType, string])[] = [
  ['null', 'void'],
  ['binary', 'binary'],
  ['boolean', 'boolean'],
  ['byte', 'tinyint'],
  ['short', 'smallint'],
  ['integer', 'int'],
  ['long', 'bigint'],
  ['float', 'float'],
  ['double', 'double'],
  ['string', 'string'],
  ['date', 'date'],
  ['timestamp', 'timestamp'],
  ['timestampNtz', 'timestamp_ntz'],
  ['calendarInterval', 'interval'],
  ['variant', 'variant'],
]
const YEAR_MONTH = ['year', 'month']
const DAY_TIME = ['day', 'hour', 'minute', 'second']

/**
 * A type as Spark's SQL writes it.
 * @example typeText({ array: { elementType: { long: {} } } }) // 'array<bigint>'
 */
export function typeText(type: DataType | undefined): string {
  if (!type) return 'void'
  const plain = PLAIN.find(([kind]) => type[kind] !== undefined)
  if (plain) return plain[1]
  const { decimal, char, varChar, array, struct, map, udt, time, geometry, geography } = type
  if (decimal) return `decimal(${decimal.precision ?? 10},${decimal.scale ?? 0})`
  if (char) return `char(${char.length ?? 1})`
  if (varChar) return `varchar(${varChar.length ?? 1})`
  if (array) return `array<${typeText(array.elementType)}>`
  if (map) return `map<${typeText(map.keyType)},${typeText(map.valueType)}>`
  if (struct) {
    const fields = struct.fields.map((f) => `${name(f.name ?? '')}:${typeText(f.dataType)}`)
    return `struct<${fields.join(',')}>`
  }
  if (time) return `time(${time.precision ?? 6})`
  if (type.yearMonthInterval) return interval(type.yearMonthInterval, YEAR_MONTH)
  if (type.dayTimeInterval) return interval(type.dayTimeInterval, DAY_TIME)
  if (udt) return udt.sqlType ? typeText(udt.sqlType) : (udt.type ?? 'udt')
  if (geometry) return `geometry(${geometry.srid ?? 0})`
  return geography ? `geography(${geography.srid ?? 0})` : 'unknown'
}

function name(text: string): string {
  return /^\w+$/.test(text) ? text : `\`${text.replaceAll('`', '``')}\``
}

function interval({ startField, endField }: IntervalFields, names: readonly string[]): string {
  const from = names[startField ?? 0] ?? ''
  const to = names[endField ?? names.length - 1] ?? ''
  return from === to ? `interval ${from}` : `interval ${from} to ${to}`
}
