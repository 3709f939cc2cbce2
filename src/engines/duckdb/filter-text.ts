import type { TableType } from '../../formats/table-schema.js'
import type { ScanFilter } from '../engine.js'
import { anyOf } from './filter-any.js'
import { filterSections, type FilterToken, filterTokens } from './filter-tokens.js'
import { type Literal, literalValue, nextDay } from './filter-values.js'

type ColumnTypes = ReadonlyMap<string, TableType>

/**
 * What a scan's filters, as EXPLAIN prints them, demand of columns. Only what is understood for sure:
 * the rest asks for nothing.
 * @example parseFilters(`dstport<=1024`, new Map([['dstport', 'int']])) // [{ column: 'dstport', op: '<=', values: [1024] }]
 */
export function parseFilters(text: string, columns: ColumnTypes): ScanFilter[] {
  return filterSections(text).flatMap((sections) =>
    sections.some((s, i) => i < sections.length - 1 && /\bOR\s*$/.test(s))
      ? []
      : sections.flatMap((section) => parseSection(section.replace(/\sAND\s*$/, ''), columns)),
  )
}

function parseSection(text: string, columns: ColumnTypes): ScanFilter[] {
  const tokens = filterTokens(quoteNames(text, columns))
  if (!tokens || tokens.length === 0) return []
  try {
    const parser = new Parser(tokens, columns)
    const filters = parser.level()
    return parser.atEnd() ? filters : []
  } catch (error) {
    if (error instanceof Unknown) return []
    throw error
  }
}

/** EXPLAIN writes `aws-region` without quotes. */
function quoteNames(text: string, columns: ColumnTypes): string {
  const odd = [...columns.keys()]
    .filter((name) => !/^[A-Za-z_][\w$]*$/.test(name) && text.includes(name))
    .toSorted((a, b) => b.length - a.length)
  if (odd.length === 0) return text
  const names = odd
    .map((name) => name.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`))
    .join('|')
  const found = new RegExp(
    String.raw`('(?:[^']|'')*'|"(?:[^"]|"")*")|(?<![\p{L}\p{N}_$-])(?:${names})(?![\p{L}\p{N}_$-])`,
    'gu',
  )
  return text.replaceAll(found, (match, quoted: string | undefined) =>
    quoted === undefined ? `"${match.replaceAll('"', '""')}"` : quoted,
  )
}

class Unknown extends Error {}

type Operand =
  | { readonly kind: 'literal'; readonly literal: Literal }
  | { readonly kind: 'column'; readonly name: string }
  | { readonly kind: 'day-of'; readonly name: string }
  | { readonly kind: 'other' }

const FLIP = { '=': '=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const
type Comparison = keyof typeof FLIP

const RESERVED = /^(?:AND|OR|NOT|IN|IS|BETWEEN|CASE|WHEN|THEN|ELSE|END|DISTINCT|FROM|AS)$/

/** Reads conditions; what it can read and cannot use gives no filters, what it cannot read throws. */
class Parser {
  private at = 0
  private readonly tokens: readonly FilterToken[]
  private readonly columns: ColumnTypes

  constructor(tokens: readonly FilterToken[], columns: ColumnTypes) {
    this.tokens = tokens
    this.columns = columns
  }

  atEnd(): boolean {
    return this.at === this.tokens.length
  }

  /** Terms joined by AND, or by OR; a mixture without parentheses can be read in two ways. */
  level(): ScanFilter[] {
    const terms = [this.term()]
    let joint: string | undefined
    while (this.isWord('AND') || this.isWord('OR')) {
      const word = this.next().value
      if (joint !== undefined && joint !== word) throw new Unknown()
      joint = word
      terms.push(this.term())
    }
    return joint === 'OR' ? anyOf(terms) : terms.flat()
  }

  private term(): ScanFilter[] {
    if (this.takeWord('NOT')) {
      this.term()
      return []
    }
    if (this.isSign('(')) {
      const start = this.at
      this.at++
      const inner = this.level()
      if (this.takeSign(')') && !this.isComparison()) return inner
      this.at = start
    }
    return this.comparison()
  }

  private comparison(): ScanFilter[] {
    const left = this.operand()
    const token = this.tokens[this.at]
    if (token?.kind === 'sign' && /^(?:=|<|<=|>|>=|!=|<>)$/.test(token.value)) {
      this.at++
      const right = this.operand()
      if (token.value === '!=' || token.value === '<>') return []
      const op = token.value as Comparison
      if (right.kind === 'literal') return this.filters(left, op, right.literal)
      return left.kind === 'literal' ? this.filters(right, FLIP[op], left.literal) : []
    }
    const not = this.takeWord('NOT')
    if (this.takeWord('IN')) return this.list(left, not)
    if (this.takeWord('BETWEEN')) return this.between(left, not)
    if (not) throw new Unknown()
    if (this.takeWord('IS')) {
      this.takeWord('NOT')
      if (this.takeWord('NULL')) return []
      if (!this.takeWord('DISTINCT') || !this.takeWord('FROM')) throw new Unknown()
      this.operand()
    }
    return []
  }

  private between(left: Operand, not: boolean): ScanFilter[] {
    const low = this.operand()
    if (!this.takeWord('AND')) throw new Unknown()
    const high = this.operand()
    if (not || low.kind !== 'literal' || high.kind !== 'literal') return []
    return [...this.filters(left, '>=', low.literal), ...this.filters(left, '<=', high.literal)]
  }

  private list(left: Operand, not: boolean): ScanFilter[] {
    if (!this.takeSign('(')) throw new Unknown()
    const items: Operand[] = []
    do items.push(this.operand())
    while (this.takeSign(','))
    if (!this.takeSign(')')) throw new Unknown()
    if (not) return []
    return anyOf(items.map((i) => (i.kind === 'literal' ? this.filters(left, '=', i.literal) : [])))
  }

  private filters(left: Operand, op: Comparison, literal: Literal): ScanFilter[] {
    if (left.kind === 'column') {
      const value = literalValue(literal, this.columns.get(left.name))
      return value === undefined ? [] : [{ column: left.name, op, values: [value] }]
    }
    if (left.kind !== 'day-of' || this.columns.get(left.name) !== 'timestamp') return []
    const day = literalValue(literal, 'date')
    if (typeof day !== 'string') return []
    const [start, end] = [`${day}T00:00:00.000000Z`, `${nextDay(day)}T00:00:00.000000Z`]
    const from = { column: left.name, op: '>=', values: [op === '>' ? end : start] } as const
    const to = { column: left.name, op: '<', values: [op === '<' ? start : end] } as const
    if (op === '=') return [from, to]
    return op === '>' || op === '>=' ? [from] : [to]
  }

  private operand(): Operand {
    const token = this.next()
    if (token.kind === 'text' || token.kind === 'number') {
      const cast = this.takeSign('::') ? this.type() : undefined
      return { kind: 'literal', literal: { token, cast } }
    }
    if (token.kind === 'sign') {
      if (token.value !== '(') throw new Unknown()
      this.level()
      if (!this.takeSign(')')) throw new Unknown()
      return { kind: 'other' }
    }
    if (token.kind === 'word' && RESERVED.test(token.value)) throw new Unknown()
    if (token.value === 'CAST' && this.takeSign('(')) return this.cast()
    if (this.takeSign('(')) return this.call()
    if (this.takeSign('.')) {
      do this.next()
      while (this.takeSign('.'))
      return { kind: 'other' }
    }
    return this.columns.has(token.value) ? { kind: 'column', name: token.value } : { kind: 'other' }
  }

  private cast(): Operand {
    const inner = this.operand()
    if (!this.takeWord('AS')) throw new Unknown()
    const type = this.type()
    if (!this.takeSign(')')) throw new Unknown()
    return inner.kind === 'column' && type === 'DATE'
      ? { kind: 'day-of', name: inner.name }
      : { kind: 'other' }
  }

  private call(): Operand {
    if (this.takeSign(')')) return { kind: 'other' }
    do this.level()
    while (this.takeSign(','))
    if (!this.takeSign(')')) throw new Unknown()
    return { kind: 'other' }
  }

  private type(): string {
    const words: string[] = []
    while (
      this.tokens[this.at]?.kind === 'word' &&
      !/^(?:AND|OR)$/.test(this.tokens[this.at]?.value ?? '')
    ) {
      words.push(this.next().value)
    }
    if (words.length === 0 || this.isSign('(')) throw new Unknown()
    return words.join(' ')
  }

  private isComparison(): boolean {
    const token = this.tokens[this.at]
    return (
      token !== undefined &&
      !this.isWord('AND') &&
      !this.isWord('OR') &&
      !this.isSign(')') &&
      !this.isSign(',')
    )
  }

  private next(): FilterToken {
    const token = this.tokens[this.at++]
    if (!token) throw new Unknown()
    return token
  }

  private isWord(value: string): boolean {
    const token = this.tokens[this.at]
    return token?.kind === 'word' && token.value === value
  }

  private isSign(value: string): boolean {
    const token = this.tokens[this.at]
    return token?.kind === 'sign' && token.value === value
  }

  private takeWord(value: string): boolean {
    const found = this.isWord(value)
    if (found) this.at++
    return found
  }

  private takeSign(value: string): boolean {
    const found = this.isSign(value)
    if (found) this.at++
    return found
  }
}
