/** A place in SQL text: both from 1, columns in characters. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** Where a byte of the text's UTF-8 form is; the end of the text when it is beyond. */
export function positionAt(sql: string, byte: number): Position {
  const before = Buffer.from(sql).subarray(0, byte).toString()
  const lines = before.split('\n')
  return { line: lines.length, column: Array.from(lines.at(-1) ?? '').length + 1 }
}

const WIDTH = 100

/**
 * The line at that place with a caret below, indented; a long line is cut around it.
 * @example caret('select x from t', { line: 1, column: 8 })
 */
export function caret(sql: string, { line, column }: Position): string {
  const text = Array.from(
    (sql.split('\n')[line - 1] ?? '').replace(/\r$/, '').replaceAll('\t', ' '),
  )
  const start = Math.max(0, Math.min(column - 1 - WIDTH / 2, text.length - WIDTH))
  const shown = text.slice(start, start + WIDTH).join('')
  return `  ${shown}\n  ${' '.repeat(column - 1 - start)}^`
}
