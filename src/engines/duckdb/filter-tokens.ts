export interface FilterToken {
  readonly kind: 'text' | 'number' | 'word' | 'quoted' | 'sign'
  readonly value: string
}

const TOKEN =
  /\s*(?:'((?:[^']|'')*)'|"((?:[^"]|"")*)"|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|([A-Za-z_][\w$]*)|(::|>=|<=|!=|<>|[-+*/%~!|&^@#:=<>().,[\]{}?]))/y

/** Splits the text of a filter, as EXPLAIN prints it; undefined when it has something else in it. */
export function filterTokens(text: string): FilterToken[] | undefined {
  const source = text.trim()
  const tokens: FilterToken[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < source.length) {
    const match = TOKEN.exec(source)
    if (!match) return undefined
    const [, literal, quoted, number, word, sign] = match
    if (literal !== undefined) tokens.push({ kind: 'text', value: literal.replaceAll("''", "'") })
    else if (quoted !== undefined) {
      tokens.push({ kind: 'quoted', value: quoted.replaceAll('""', '"') })
    } else if (number !== undefined) tokens.push({ kind: 'number', value: number })
    else if (word !== undefined) tokens.push({ kind: 'word', value: word })
    else tokens.push({ kind: 'sign', value: sign ?? '' })
  }
  return tokens
}

/**
 * Cuts the filters of a scan apart: one a line, and `optional:` parts on their own; line ends inside
 * text do not count.
 */
export function filterSections(filters: string): string[][] {
  const lines: string[] = ['']
  for (const part of filters.split(/('(?:[^']|'')*'|\n)/)) {
    if (part === '\n') lines.push('')
    else lines.push(`${lines.pop() ?? ''}${part}`)
  }
  return lines.map((line) => {
    const sections: string[] = ['']
    for (const part of line.split(/('(?:[^']|'')*'|optional: )/)) {
      if (part === 'optional: ') sections.push('')
      else sections.push(`${sections.pop() ?? ''}${part}`)
    }
    return sections
  })
}
