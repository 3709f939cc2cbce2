/** Stands for any run of characters; characters are their codes. */
export const MANY = -1
/** Stands for any one character. */
export const ONE = -2

/** Character codes, MANY and ONE. */
export type Pattern = readonly number[]

/**
 * Whether a pattern is the whole of a text. It goes back to the last MANY only, so it takes at
 * most as many steps as the two lengths multiplied, whatever the pattern.
 * @example isMatch([97, MANY], 'abc') // true
 */
export function isMatch(pattern: Pattern, text: string): boolean {
  let p = 0
  let t = 0
  let star = -1
  let resume = 0
  while (t < text.length) {
    const want = pattern[p]
    if (want === MANY) {
      star = p++
      resume = t
    } else if (want === ONE || want === text.charCodeAt(t)) {
      p++
      t++
    } else if (star >= 0) {
      p = star + 1
      t = ++resume
    } else return false
  }
  while (pattern[p] === MANY) p++
  return p === pattern.length
}

/** The characters as they are, none standing for others. */
export function literal(text: string): Pattern {
  return Array.from({ length: text.length }, (_, i) => text.charCodeAt(i))
}
