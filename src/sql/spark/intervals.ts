import { differs } from './spark-text.js'

const DAY = 86_400_000_000
const MICROS: Readonly<Record<string, number>> = {
  microsecond: 1,
  millisecond: 1000,
  second: 1_000_000,
  sec: 1_000_000,
  s: 1_000_000,
  minute: 60_000_000,
  min: 60_000_000,
  m: 60_000_000,
  hour: 3_600_000_000,
  hr: 3_600_000_000,
  h: 3_600_000_000,
  day: DAY,
  d: DAY,
  week: 7 * DAY,
  w: 7 * DAY,
}
const MONTHS: Readonly<Record<string, number>> = { month: 1, mon: 1, quarter: 3, year: 12, y: 12 }

/** Months, or microseconds, of the text of an interval; the units that vary are not mixed. */
export function intervalParts(text: string): { readonly months: number; readonly micros: number } {
  let [months, micros] = [0, 0]
  const parts = [
    ...text.trim().matchAll(/([+-]?\d+(?:\.\d+)?)\s*([a-z]+)|(\d+):(\d\d)(?::(\d\d))?/gi),
  ]
  for (const [, amount, unit = '', hours, minutes, seconds] of parts) {
    if (hours !== undefined) {
      micros += (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds ?? 0)) * 1e6
      continue
    }
    const word = unit.toLowerCase()
    const name = word.length > 1 ? word.replace(/s$/, '') : word
    const size = MICROS[name]
    const long = MONTHS[name]
    if (size !== undefined) micros += Math.round(Number(amount) * size)
    else if (long !== undefined) months += Math.round(Number(amount) * long)
    else throw differs(`the interval '${text}'`)
  }
  const left = text.replaceAll(/([+-]?\d+(?:\.\d+)?)\s*([a-z]+)|(\d+):(\d\d)(?::(\d\d))?|\s/gi, '')
  if (parts.length === 0 || left !== '' || (months !== 0 && micros !== 0)) {
    throw differs(`the interval '${text}'`)
  }
  return { months, micros }
}

/**
 * An interval as Spark writes it.
 * @example interval('1 hour') // 'make_dt_interval(0, 0, 0, 3600.000000)'
 */
export function interval(text: string): string {
  const { months, micros } = intervalParts(text)
  if (months !== 0) return `make_ym_interval(0, ${months})`
  return `make_dt_interval(0, 0, 0, ${(micros / 1e6).toFixed(6)})`
}
