import { HeadrigError } from '../../../core/errors.js'
import { isoDay } from '../../values.js'

const DAY = /^(?:\d{4}|[+-]\d{6})-\d\d-\d\d$/
const TIME =
  /^((?:\d{4}|[+-]\d{6})-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(Z|[+-]\d\d:\d\d)$/

/**
 * Days since 1970.
 * @throws HeadrigError `invalid`
 * @example daysOf('2024-01-15') // 19737
 */
export function daysOf(text: string): number {
  const days = DAY.test(text) ? Date.parse(`${text}T00:00:00Z`) / 86_400_000 : Number.NaN
  if (Number.isNaN(days) || isoDay(days) !== text) throw invalid(text, 'day: write yyyy-mm-dd')
  return days
}

/**
 * Microseconds since 1970.
 * @throws HeadrigError `invalid`
 * @example microsOf('2024-01-15T00:05:00.000001Z') // 1705277100000001n
 */
export function microsOf(text: string): bigint {
  const [, day = '', clock = '', fraction = '', zone = ''] = TIME.exec(text) ?? []
  const time = day === '' ? Number.NaN : Date.parse(`${day}T${clock}${zone}`)
  if (Number.isNaN(time)) throw invalid(text, 'time: write it as 2024-01-15T00:05:00.000001Z')
  daysOf(day)
  return BigInt(time) * 1000n + BigInt(fraction.padEnd(6, '0'))
}

const invalid = (text: string, what: string): HeadrigError =>
  new HeadrigError('invalid', `${JSON.stringify(text)} is no ${what}`)
