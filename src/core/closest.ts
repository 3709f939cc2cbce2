/**
 * The candidate a mistyped word most likely meant, or none when all are too far.
 * @example closest('colect', ['collect', 'query']) // 'collect'
 */
export function closest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = word.toLowerCase()
  let best: string | undefined
  let least = Math.max(1, Math.floor(word.length / 3)) + 1
  for (const candidate of candidates) {
    const d = distance(wanted, candidate.toLowerCase(), least)
    if (d < least) [best, least] = [candidate, d]
  }
  return best
}

/**
 * The end of an error message: `: did you mean "collect"?`, or nothing.
 * @example `unknown format ${JSON.stringify(id)}${didYouMean(id, ids)}`
 */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const meant = closest(word, candidates)
  return meant === undefined ? '' : `: did you mean ${JSON.stringify(meant)}?`
}

/** Edits (insert, delete, replace, swap of neighbours) between two words; gives up at `limit`. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let d = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        d = Math.min(d, at(before, j - 2) + 1)
      }
      row.push(d)
    }
    ;[before, last] = [last, row]
  }
  return at(last, b.length)
}

const at = (row: readonly number[], index: number): number => row[index] ?? 0
