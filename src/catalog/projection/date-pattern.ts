import { HeadrigError } from '../../core/errors.js'

export const DATE_UNITS = [
  'years',
  'months',
  'weeks',
  'days',
  'hours',
  'minutes',
  'seconds',
] as const
export type DateUnit = (typeof DATE_UNITS)[number]

/** How a moment is written in a folder's name, such as `yyyy/MM/dd`; moments are UTC, in ms. */
export interface DatePattern {
  /** The finest part that it shows. */
  readonly unit: DateUnit
  format(time: number): string
  /** Undefined when the text is not written so. */
  parse(text: string): number | undefined
}

interface Part {
  readonly width: number
  readonly unit: DateUnit
  read(date: Date): number
}

const PARTS: Readonly<Record<string, Part>> = {
  y: { width: 4, unit: 'years', read: (d) => d.getUTCFullYear() },
  M: { width: 2, unit: 'months', read: (d) => d.getUTCMonth() + 1 },
  d: { width: 2, unit: 'days', read: (d) => d.getUTCDate() },
  H: { width: 2, unit: 'hours', read: (d) => d.getUTCHours() },
  m: { width: 2, unit: 'minutes', read: (d) => d.getUTCMinutes() },
  s: { width: 2, unit: 'seconds', read: (d) => d.getUTCSeconds() },
}

type Piece =
  | { readonly text: string }
  | { readonly letter: string; readonly part: Part; width: number }

/**
 * Reads a pattern of Java's: `y`, `M`, `d`, `H`, `m` and `s` are parts of a moment, in runs as wide as
 * the digits, text in quotes and other signs stand for themselves. Throws `invalid` for other letters.
 * @example datePattern('yyyy/MM/dd').format(0) // '1970/01/01'
 */
export function datePattern(pattern: string): DatePattern {
  const pieces: Piece[] = (pattern.match(/'(?:[^']|'')*'|([A-Za-z])\1*|[^A-Za-z']+/g) ?? []).map(
    (run) => {
      const part = PARTS[run.charAt(0) === 'u' ? 'y' : run.charAt(0)]
      if (part) return { letter: run.charAt(0), part, width: run.length }
      if (/^[A-Za-z]/.test(run)) throw unknown(pattern, run)
      const text = run.startsWith("'") ? run.slice(1, -1).replaceAll("''", "'") || "'" : run
      return { text }
    },
  )
  const parts = pieces.filter((p) => 'part' in p)
  const unit = DATE_UNITS.findLast((u) => parts.some((p) => p.part.unit === u))
  if (!unit) throw unknown(pattern, pattern)
  const regex = new RegExp(
    `^${pieces.map((p) => ('text' in p ? escaped(p.text) : digits(p))).join('')}$`,
  )
  return {
    unit,
    format(time) {
      const date = new Date(time)
      const shown = (p: Piece): string => {
        if ('text' in p) return p.text
        const digitsOf = String(p.part.read(date)).padStart(Math.min(p.width, p.part.width), '0')
        return p.part.unit === 'years' && p.width === 2 ? digitsOf.slice(-2) : digitsOf
      }
      return pieces.map(shown).join('')
    },
    parse(text) {
      const match = regex.exec(text)
      if (!match) return undefined
      const value = (wanted: DateUnit, otherwise: number): number => {
        const at = parts.findIndex((p) => p.part.unit === wanted)
        if (at < 0) return otherwise
        const number = Number(match[at + 1])
        return wanted === 'years' && parts[at]?.width === 2 ? 2000 + number : number
      }
      const [month, day] = [value('months', 1), value('days', 1)]
      const date = new Date(0)
      date.setUTCFullYear(value('years', 1970), month - 1, day)
      date.setUTCHours(value('hours', 0), value('minutes', 0), value('seconds', 0))
      return date.getUTCMonth() === month - 1 && date.getUTCDate() === day
        ? date.getTime()
        : undefined
    },
  }
}

function digits({ width, part }: { readonly width: number; readonly part: Part }): string {
  const most = part.unit === 'years' && width !== 2 ? 4 : 2
  return width === 1 ? `(\\d{1,${most}})` : `(\\d{${most}})`
}

const escaped = (text: string): string => text.replaceAll(/[^\w\s]/g, '\\$&')

function unknown(pattern: string, run: string): HeadrigError {
  return new HeadrigError(
    'invalid',
    `date format ${JSON.stringify(pattern)}: ${JSON.stringify(run)} is no part of a date here: use yyyy, MM, dd, HH, mm and ss, with other letters in quotes`,
  )
}

/** So many units after a moment; the last day of a shorter month stays in that month. */
export function addUnits(time: number, count: number, unit: DateUnit): number {
  const date = new Date(time)
  if (unit === 'years' || unit === 'months') {
    const day = date.getUTCDate()
    date.setUTCDate(1)
    date.setUTCMonth(date.getUTCMonth() + (unit === 'years' ? 12 * count : count))
    const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
    date.setUTCDate(Math.min(day, last))
    return date.getTime()
  }
  return time + count * MS[unit]
}

const MS = {
  weeks: 604_800_000,
  days: 86_400_000,
  hours: 3_600_000,
  minutes: 60_000,
  seconds: 1000,
} as const
