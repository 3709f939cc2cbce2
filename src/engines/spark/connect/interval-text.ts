import { isoFraction } from '../../values.js'

const DAY_MICROS = 86_400_000_000n

/**
 * An interval as DuckDB writes it, so that both engines' rows can be compared.
 * @example intervalText(14, 3, 4_000_000n) // '1 year 2 months 3 days 00:00:04'
 */
export function intervalText(months: number, days: number, micros: bigint): string {
  const parts = [
    unit(Math.trunc(months / 12), 'year'),
    unit(months % 12, 'month'),
    unit(days, 'day'),
    micros === 0n ? '' : timeText(micros),
  ].filter((part) => part !== '')
  return parts.length === 0 ? '00:00:00' : parts.join(' ')
}

/** Months of a year-month interval. */
export function monthsText(months: number): string {
  return intervalText(months, 0, 0n)
}

/** Microseconds of a day-time interval. */
export function dayTimeText(micros: bigint): string {
  return intervalText(0, Number(micros / DAY_MICROS), micros % DAY_MICROS)
}

/** Microseconds of a day as `hh:mm:ss`, fractions only when there are any. */
export function timeText(micros: bigint): string {
  const sign = micros < 0n ? '-' : ''
  const positive = micros < 0n ? -micros : micros
  const seconds = Number(positive / 1_000_000n)
  const [hour, minute, second] = [seconds / 3600, (seconds / 60) % 60, seconds % 60].map((n) =>
    String(Math.floor(n)).padStart(2, '0'),
  )
  return `${sign}${hour}:${minute}:${second}${isoFraction(Number(positive % 1_000_000n))}`
}

const unit = (n: number, name: string): string =>
  n === 0 ? '' : `${n} ${name}${n === 1 ? '' : 's'}`
