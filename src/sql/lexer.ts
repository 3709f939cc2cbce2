/** A piece of SQL text; the pieces in their order are the text. */
export interface Token {
  readonly kind: 'space' | 'word' | 'quoted' | 'string' | 'number' | 'sign'
  readonly text: string
  /** Byte offset in the text's UTF-8 form. */
  readonly start: number
}

const TOKEN = new RegExp(
  [
    String.raw`(?<space>\s+|--[^\n]*|\/\*)`,
    String.raw`(?<quoted>"(?:[^"]|"")*(?:"|$))`,
    String.raw`(?<string>[eE]'(?:[^'\\]|''|\\[\s\S])*(?:'|$)|[xX]?'(?:[^']|'')*(?:'|$)|\$(?<tag>[A-Za-z_]*)\$[\s\S]*?(?:\$\k<tag>\$|$))`,
    String.raw`(?<word>[\p{L}_][\p{L}\p{N}_$]*)`,
    String.raw`(?<number>\d[\w.]*)`,
    String.raw`(?<sign>::|[\s\S])`,
  ].join('|'),
  'uy',
)

/** Splits SQL of the DuckDB dialect; never fails: what it does not know are signs. */
export function tokenize(sql: string): Token[] {
  const tokens: Token[] = []
  let start = 0
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < sql.length) {
    const at = TOKEN.lastIndex
    const groups = TOKEN.exec(sql)?.groups ?? {}
    if (groups['space'] === '/*') TOKEN.lastIndex = commentEnd(sql, at)
    const kind = (['space', 'quoted', 'string', 'word', 'number', 'sign'] as const).find(
      (k) => groups[k] !== undefined,
    )
    const text = sql.slice(at, TOKEN.lastIndex)
    tokens.push({ kind: kind ?? 'sign', text, start })
    start += Buffer.byteLength(text)
  }
  return tokens
}

/** Comments nest. */
function commentEnd(sql: string, at: number): number {
  let depth = 0
  for (const match of sql.slice(at).matchAll(/\/\*|\*\//g)) {
    depth += match[0] === '/*' ? 1 : -1
    if (depth === 0) return at + match.index + 2
  }
  return sql.length
}

/** The name that a word or a quoted identifier means; undefined for other tokens. */
export function nameOf(token: Token | undefined): string | undefined {
  if (token?.kind === 'word') return token.text
  if (token?.kind === 'quoted') return token.text.slice(1, -1).replaceAll('""', '"')
  return undefined
}
