/** A piece of a Hive statement that means something; blanks and comments are left out. */
export interface DdlToken {
  readonly kind: 'word' | 'quoted' | 'string' | 'number' | 'sign' | 'end'
  /** What it says: without quotes, escapes resolved. */
  readonly value: string
  /** Offset in the text, in UTF-16 units. */
  readonly start: number
}

const TOKEN = new RegExp(
  [
    String.raw`(?<space>\s+|--[^\n]*|/\*[\s\S]*?(?:\*/|$))`,
    String.raw`(?<quoted>\x60(?:[^\x60]|\x60\x60)*\x60)`,
    String.raw`(?<string>'(?:[^'\\]|\\[\s\S])*'|"(?:[^"\\]|\\[\s\S])*")`,
    String.raw`(?<number>\d+(?:\.\d+)?(?![\p{L}\p{N}_]))`,
    String.raw`(?<word>[\p{L}\p{N}_$]+)`,
    String.raw`(?<sign>[\s\S])`,
  ].join('|'),
  'uy',
)

/** Splits a statement in the words of Hive and Athena; what it does not know are signs. Never fails. */
export function ddlTokens(sql: string): DdlToken[] {
  const tokens: DdlToken[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < sql.length) {
    const start = TOKEN.lastIndex
    const groups = TOKEN.exec(sql)?.groups ?? {}
    const text = sql.slice(start, TOKEN.lastIndex)
    const kind = (['quoted', 'string', 'number', 'word', 'sign'] as const).find(
      (k) => groups[k] !== undefined,
    )
    if (kind !== undefined) tokens.push({ kind, value: valueOf(kind, text), start })
  }
  tokens.push({ kind: 'end', value: '', start: sql.length })
  return tokens
}

function valueOf(kind: DdlToken['kind'], text: string): string {
  if (kind === 'quoted') return text.slice(1, -1).replaceAll('``', '`')
  if (kind === 'string') return unescapeText(text.slice(1, -1))
  return text
}

const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  b: '\b',
  n: '\n',
  r: '\r',
  t: '\t',
  Z: '\x1a',
}

/** As Hive reads text in quotes: `\001` and `\u0001` are characters, `\%` and `\_` stay as they are. */
function unescapeText(text: string): string {
  return text.replaceAll(
    /\\(?:u([0-9a-fA-F]{4})|([0-3][0-7]{2})|([\s\S]))/g,
    (whole, hex?: string, octal?: string, one?: string) => {
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16))
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8))
      return one === '%' || one === '_' ? whole : (ESCAPES[one ?? ''] ?? one ?? '')
    },
  )
}
