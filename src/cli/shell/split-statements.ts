export interface Split {
  /** Finished statements, without their `;`. */
  readonly complete: readonly string[]
  /** What follows the last `;`. */
  readonly rest: string
}

/** What may hold a `;` that ends nothing: quoted text, quoted names, dollar quotes and comments. */
const OPAQUE =
  /'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|(\$(?:[A-Za-z_]\w*)?\$)[\s\S]*?(?:\1|$)|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y

/**
 * Splits SQL at each `;` that is not inside quotes or a comment.
 * @example splitStatements("select ';'; select") // { complete: ["select ';'"], rest: ' select' }
 */
export function splitStatements(text: string): Split {
  const complete: string[] = []
  let start = 0
  for (let at = 0; at < text.length;) {
    if (text[at] === ';') {
      complete.push(text.slice(start, at))
      start = at + 1
      at++
      continue
    }
    OPAQUE.lastIndex = at
    at += OPAQUE.exec(text)?.[0].length || 1
  }
  return { complete, rest: text.slice(start) }
}

/** True when there is nothing to run: blanks and comments only. */
export function isBlank(sql: string): boolean {
  return sql.replace(/--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g, '').trim() === ''
}
