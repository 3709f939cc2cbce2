export interface Split {
  /** Finished statements, without their `;`. */
  readonly complete: readonly string[]
  /** What follows the last `;`. */
  readonly rest: string
}

/** A statement of a script. */
export interface Piece {
  readonly text: string
  /** Where its first word stands, in UTF-16 units from the start of the script. */
  readonly start: number
}

/** What ends nothing that is inside: quoted text, quoted names, dollar quotes and comments. */
const PLAIN =
  /'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|(\$(?:[A-Za-z_]\w*)?\$)[\s\S]*?(?:\1|$)|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y
/** The same where a backslash keeps a quote from ending a text. */
const ESCAPED =
  /'(?:[^'\\]|\\[\s\S])*(?:'|$)|"(?:[^"\\]|\\[\s\S])*(?:"|$)|`(?:[^`]|``)*(?:`|$)|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y

/**
 * The text that stands as one at this place: in quotes, or a comment; else one character.
 * `backslash`: as Hive and Spark read text.
 */
export function unitAt(text: string, at: number, backslash: boolean): string {
  const pattern = backslash ? ESCAPED : PLAIN
  pattern.lastIndex = at
  return pattern.exec(text)?.[0] || text.charAt(at)
}

/**
 * Splits SQL at each `;` that is not inside quotes or a comment.
 * @example splitStatements("select ';'; select") // { complete: ["select ';'"], rest: ' select' }
 */
export function splitStatements(text: string, backslash = false): Split {
  const complete: string[] = []
  let start = 0
  for (let at = 0; at < text.length;) {
    const unit = unitAt(text, at, backslash)
    if (unit === ';') {
      complete.push(text.slice(start, at))
      start = at + 1
    }
    at += unit.length
  }
  return { complete, rest: text.slice(start) }
}

/**
 * The statements of a script with their places; blank ones are left out.
 * @example piecesOf('a; b', false) // [{ text: 'a', start: 0 }, { text: 'b', start: 3 }]
 */
export function piecesOf(text: string, backslash: boolean): Piece[] {
  const { complete, rest } = splitStatements(text, backslash)
  const pieces: Piece[] = []
  let start = 0
  for (const whole of [...complete, rest]) {
    if (!isBlank(whole)) {
      const [blank = ''] = /^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*/.exec(whole) ?? []
      pieces.push({ text: whole.slice(blank.length).trimEnd(), start: start + blank.length })
    }
    start += whole.length + 1
  }
  return pieces
}

/** True when there is nothing to run: blanks and comments only. */
export function isBlank(sql: string): boolean {
  return sql.replace(/--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g, '').trim() === ''
}
