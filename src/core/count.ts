import { HeadrigError } from './errors.js'

/** Reads a whole number from `least` to `most`. Throws `invalid` for anything else. */
export function parseCount(text: string, least: number, most: number): number {
  const n = /^\s*\d+\s*$/.test(text) ? Number(text) : Number.NaN
  if (n >= least && n <= most) return n
  throw new HeadrigError(
    'invalid',
    `${JSON.stringify(text)} is no whole number from ${least}${most === Number.MAX_SAFE_INTEGER ? ' on' : ` to ${most}`}`,
  )
}
