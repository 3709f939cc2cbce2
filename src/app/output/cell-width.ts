const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u
const NONE = /\p{Mn}|\p{Me}|\p{Cf}/u
// oxlint-disable-next-line no-control-regex
const ASCII = /^[\u0000-\u007f]*$/

/** How many columns of a terminal the text takes. */
export function widthOf(text: string): number {
  if (ASCII.test(text)) return text.length
  let width = 0
  for (const c of text) width += charWidth(c)
  return width
}

/** The text in exactly `width` columns: cut with `…`, or filled with blanks on the left or right. */
export function fit(text: string, width: number, side: 'left' | 'right'): string {
  const full = widthOf(text)
  if (full > width) return cut(text, width)
  const blanks = ' '.repeat(width - full)
  return side === 'right' ? blanks + text : text + blanks
}

function cut(text: string, width: number): string {
  let kept = ''
  let used = 0
  for (const c of text) {
    const next = used + charWidth(c)
    if (next > width - 1) break
    kept += c
    used = next
  }
  return `${kept}…${' '.repeat(width - 1 - used)}`
}

function charWidth(c: string): number {
  if (NONE.test(c)) return 0
  return WIDE.test(c) ? 2 : 1
}
