import { HeadrigError } from './errors.js'

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

/**
 * Reads a span of time in milliseconds: `30s`, `5m`, `1h30m`, `7d`, `2w`, `500ms`.
 * Throws `invalid` for anything else.
 */
export function parseDuration(text: string): number {
  const compact = text.trim().toLowerCase()
  if (!/^(?:\d+(?:\.\d+)?(?:ms|[smhdw]))+$/.test(compact)) throw notADuration(text)
  let total = 0
  for (const [, amount, unit] of compact.matchAll(/(\d+(?:\.\d+)?)(ms|[smhdw])/g)) {
    total += Number(amount) * (UNITS[unit ?? ''] ?? Number.NaN)
  }
  if (!Number.isSafeInteger(Math.round(total))) throw notADuration(text)
  return Math.round(total)
}

/**
 * A span of time for people, in its two largest units.
 * @example formatDuration(5_400_000) // '1h30m'
 */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)}ms`
  const seconds = Math.round(ms / 1000)
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ] as const
  const first = parts.findIndex(([amount]) => amount > 0)
  const shown = parts.slice(first, first + 2).filter(([amount]) => amount > 0)
  return shown.map(([amount, unit]) => `${amount}${unit}`).join('')
}

function notADuration(text: string): HeadrigError {
  return new HeadrigError(
    'invalid',
    `${JSON.stringify(text)} is no span of time: write a number and a unit, such as 30s, 5m, 12h or 7d`,
  )
}
