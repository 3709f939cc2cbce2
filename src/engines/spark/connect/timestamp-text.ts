import { isoDay, isoFraction } from '../../values.js'

const DAY_MICROS = 86_400_000_000n

/**
 * Microseconds since 1970 as Spark's text has them, without a zone.
 * @example timestampText(1705277100000001n) // '2024-01-15 00:05:00.000001'
 */
export function timestampText(micros: bigint): string {
  const rest = ((micros % DAY_MICROS) + DAY_MICROS) % DAY_MICROS
  const clock = new Date(Number(rest / 1000n)).toISOString().slice(11, 19)
  return `${isoDay(Number((micros - rest) / DAY_MICROS))} ${clock}${isoFraction(Number(rest % 1_000_000n))}`
}
