import type { ScalarType } from '../formats/format.js'
import { compareKeys } from '../storage/key.js'

/** A value in a form whose order is that of the column's type. */
export type Comparable = number | string

const DAY = /^\d{4}-\d\d-\d\d$/
const TIMESTAMP =
  /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?\s*(Z|[+-]\d\d(?::?\d\d)?)$/i

/** Undefined when the value is not certain to compare as its column does: then nothing may be skipped. */
export function toComparable(value: unknown, type: ScalarType): Comparable | undefined {
  switch (type) {
    case 'string':
      return typeof value === 'string' ? value : undefined
    case 'date':
      return typeof value === 'string' && DAY.test(value) ? value : undefined
    case 'boolean':
      return typeof value === 'boolean' ? Number(value) : undefined
    case 'timestamp':
      return typeof value === 'string' ? parseMicros(value) : undefined
    case 'double':
      return typeof value === 'number' && Number.isFinite(value) ? value : undefined
    case 'int':
    case 'long':
      return typeof value === 'number' && Math.abs(value) <= Number.MAX_SAFE_INTEGER
        ? value
        : undefined
  }
}

/** A partition's text as its column's value. */
export function fromPartitionText(text: string, type: ScalarType): Comparable | undefined {
  if (type === 'boolean') return text === 'true' ? 1 : text === 'false' ? 0 : undefined
  if (type === 'int' || type === 'long' || type === 'double') {
    return /^-?\d/.test(text) ? toComparable(Number(text), type) : undefined
  }
  return toComparable(text, type)
}

/** Negative, zero or positive; text by code points, as engines compare its UTF-8 bytes. */
export function compare(a: Comparable, b: Comparable): number {
  if (typeof a === 'string' && typeof b === 'string') return compareKeys(a, b)
  return Number(a) - Number(b)
}

/** Microseconds since 1970 of a timestamp with a zone; undefined for anything else. */
export function parseMicros(text: string): number | undefined {
  const match = TIMESTAMP.exec(text)
  if (!match) return undefined
  const [, y, mo, d, h, mi, s, fraction = '', zone = 'Z'] = match
  // Date.UTC takes the years 0 to 99 for those of the last century.
  if (Number(y) < 100) return undefined
  const ms = Date.UTC(Number(y), Number(mo) - 1, Number(d), Number(h), Number(mi), Number(s))
  const digits = zone.replace(':', '')
  const offset = /z/i.test(zone)
    ? 0
    : (Number(digits.slice(1, 3)) * 60 + Number(digits.slice(3) || 0)) * 60_000
  const micros =
    (ms - (zone.startsWith('-') ? -offset : offset)) * 1000 +
    Number(fraction.padEnd(6, '0').slice(0, 6))
  return Number.isSafeInteger(micros) ? micros : undefined
}
