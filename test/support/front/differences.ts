import { isDeepStrictEqual } from 'node:util'
import type { Reading } from './both-fronts.js'

/** Shown of a list, and of a text around where it differs. */
const SHOWN = 3
const AROUND = 120

/**
 * What two readings have that the other has not, in short: whole batches are too much to print.
 * @param pieces texts were read in pieces: a reject may show less where one ends, and fronts cut them differently
 */
export function differences(
  native: Partial<Reading>,
  portable: Partial<Reading>,
  pieces = false,
): readonly string[] {
  const parts = ['outcomes', 'rejects', 'detected', 'rows', 'files'] as const
  return parts.flatMap((part) => {
    const [a, b] = [native[part] ?? [], portable[part] ?? []]
    const found = a.length === b.length ? [] : [`${part}: ${a.length}, portable ${b.length}`]
    const most = Math.max(a.length, b.length)
    for (let i = 0; i < most && found.length < SHOWN; i++)
      if (!isDeepStrictEqual(a[i], b[i]) && !(pieces && part === 'rejects' && begin(a[i], b[i])))
        found.push(`${part}[${i}]: ${pair(a[i], b[i])}`)
    return found
  })
}

const begin = (a: unknown, b: unknown): boolean =>
  String(a).startsWith(String(b)) || String(b).startsWith(String(a))

function pair(a: unknown, b: unknown): string {
  const [x, y] = [a, b].map((v) => (typeof v === 'string' ? v : (JSON.stringify(v) ?? 'nothing')))
  let at = 0
  while (at < (x?.length ?? 0) && x?.[at] === y?.[at]) at++
  const cut = (text = ''): string => text.slice(Math.max(0, at - AROUND), at + AROUND)
  return `…${cut(x)}… portable …${cut(y)}…`
}
