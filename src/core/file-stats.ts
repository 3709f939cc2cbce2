/** Rows of a data file and the range of its values, as Delta's `stats` has them; structs nest. */
export interface FileStats {
  readonly numRecords: number
  readonly minValues: Readonly<Record<string, unknown>>
  readonly maxValues: Readonly<Record<string, unknown>>
  readonly nullCount: Readonly<Record<string, unknown>>
}

/** Delta's writers cut text in statistics at this many characters. */
const TEXT_LIMIT = 32

/**
 * Text as a bound in statistics: cut, and a cut maximum gets the last character there is, so that it is
 * still no less than the text.
 * @example textBound('short', 'max') // 'short'
 */
export function textBound(text: string, end: 'min' | 'max'): string {
  const characters = Array.from(text)
  if (characters.length <= TEXT_LIMIT) return text
  const cut = characters.slice(0, TEXT_LIMIT).join('')
  return end === 'min' ? cut : `${cut}\u{10ffff}`
}
