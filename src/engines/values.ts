/**
 * Values as every engine hands them out, ready for JSON:
 * - whole numbers and decimals: a number when that is exact, else text with all digits
 * - timestamps: ISO 8601 in UTC with `Z`, fractions only when there are any; days: `yyyy-mm-dd`
 * - bytes: base64; structs and maps: objects; lists: arrays; anything else: the engine's own text
 */
export type Value =
  | null
  | boolean
  | number
  | string
  | readonly Value[]
  | { readonly [field: string]: Value }

const DAY_MICROS = 86_400_000_000

/**
 * Microseconds since 1970 as ISO 8601 in UTC.
 * @example isoTime(1705277100000000) // '2024-01-15T00:05:00Z'
 */
export function isoTime(micros: number): string {
  const days = Math.floor(micros / DAY_MICROS)
  const rest = micros - days * DAY_MICROS
  const fraction = rest % 1_000_000
  const seconds = (rest - fraction) / 1_000_000
  const clock = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  return `${isoDay(days)}T${clock}${isoFraction(fraction)}Z`
}

/** `isoTime` of any time, also of those that no number holds exactly (from 2255 on). */
export function isoTimeOf(micros: bigint): string {
  const number = Number(micros)
  if (Number.isSafeInteger(number)) return isoTime(number)
  const day = BigInt(DAY_MICROS)
  const rest = ((micros % day) + day) % day
  const clock = isoTime(Number(rest)).slice('1970-01-01'.length)
  return `${isoDay(Number((micros - rest) / day))}${clock}`
}

/** Microseconds of a second, from the point on; nothing when there are none. */
export function isoFraction(micros: number): string {
  return micros === 0 ? '' : `.${String(micros).padStart(6, '0').replace(/0+$/, '')}`
}

let lastDays = Number.NaN
let lastText = ''

/**
 * Days since 1970 as `yyyy-mm-dd`; years beyond 9999 or before 1 as ISO 8601 has them (`+010000-…`).
 * @example isoDay(19737) // '2024-01-15'
 */
export function isoDay(days: number): string {
  if (days === lastDays) return lastText
  const date = new Date(days * 86_400_000)
  lastText = Number.isNaN(date.getTime())
    ? `${days} days since 1970`
    : (date.toISOString().split('T', 1)[0] ?? '')
  lastDays = days
  return lastText
}

const two = (n: number): string => (n < 10 ? `0${n}` : String(n))
