import { parseDuration } from './duration.js'
import { HeadrigError, isKind } from './errors.js'

const ISO =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?\s*(Z|[+-]\d\d:?\d\d)?)?$/i

/**
 * Reads a moment: a day (`2024-01-15`: its UTC midnight), ISO 8601 (UTC when it names no zone), a span
 * before now (`7d`, `12h`), or `now`, `today`, `yesterday`. Throws `invalid` for anything else.
 * @example parseWhen('24h', new Date('2024-01-15T00:00:00Z')) // 2024-01-14T00:00:00Z
 */
export function parseWhen(text: string, now: Date): Date {
  const word = text.trim().toLowerCase()
  const midnight = Math.floor(now.getTime() / 86_400_000) * 86_400_000
  if (word === 'now') return now
  if (word === 'today') return new Date(midnight)
  if (word === 'yesterday') return new Date(midnight - 86_400_000)
  return fromIso(text.trim()) ?? fromSpan(word, now) ?? fail(text)
}

function fromIso(text: string): Date | undefined {
  const match = ISO.exec(text)
  if (!match) return undefined
  const [, y, mo, d, h = '0', mi = '0', s = '0', fraction = '', zone = 'Z'] = match
  const ms = Number(fraction.padEnd(3, '0').slice(0, 3))
  const parts = [y, mo, d, h, mi, s].map(Number) as [number, number, number, number, number, number]
  const utc = Date.UTC(parts[0], parts[1] - 1, parts[2], parts[3], parts[4], parts[5], ms)
  const back = new Date(utc)
  const kept =
    back.getUTCFullYear() === parts[0] &&
    back.getUTCMonth() === parts[1] - 1 &&
    back.getUTCDate() === parts[2] &&
    back.getUTCHours() === parts[3] &&
    back.getUTCMinutes() === parts[4] &&
    back.getUTCSeconds() === parts[5]
  if (!kept) return undefined
  const digits = zone.replace(':', '')
  const offset = /z/i.test(zone) ? 0 : Number(digits.slice(1, 3)) * 60 + Number(digits.slice(3))
  return new Date(utc - (zone.startsWith('-') ? -offset : offset) * 60_000)
}

function fromSpan(word: string, now: Date): Date | undefined {
  try {
    return new Date(now.getTime() - parseDuration(word))
  } catch (error) {
    if (isKind(error, 'invalid')) return undefined
    throw error
  }
}

function fail(text: string): never {
  throw new HeadrigError(
    'invalid',
    `${JSON.stringify(text)} is no time: write a day (2024-01-15), ISO 8601 (2024-01-15T08:00:00Z) or a span before now (7d, 12h)`,
  )
}
