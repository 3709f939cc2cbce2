import { HeadrigError } from './errors.js'

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
}

/**
 * Reads a size in bytes: `512MiB`, `1.5 GiB`, `2G` (binary), `500MB` (decimal), `1048576`.
 * Throws `invalid` for anything else, for zero and for sizes beyond 2^53.
 */
export function parseSize(text: string): number {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text)
  const unit = UNITS[match?.[2]?.toLowerCase() ?? '?']
  const bytes = Math.round(Number(match?.[1]) * (unit ?? Number.NaN))
  if (!Number.isSafeInteger(bytes) || bytes < 1) {
    throw new HeadrigError(
      'invalid',
      `${JSON.stringify(text)} is no size: write a number and a unit, such as 512MiB or 1GiB`,
    )
  }
  return bytes
}

/**
 * A size for people, in binary units with up to one decimal.
 * @example formatSize(1536) // '1.5 KiB'
 */
export function formatSize(bytes: number): string {
  const names = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let value = bytes
  let unit = 0
  while (Math.round(value * 10) / 10 >= 1024 && unit < names.length - 1) {
    value /= 1024
    unit++
  }
  return `${Math.round(value * 10) / 10} ${names[unit] ?? 'B'}`
}
