import { type ParsedSql, withoutAlias } from './ast.js'
import { nameOf, type Token, tokenize } from './lexer.js'
import { DOCUMENTED_PARTS, respelt, squash } from './squash.js'
import { identifier, literal } from './text.js'

/** The names a query may use. */
export interface Names {
  readonly tables: readonly string[]
  readonly columns: readonly string[]
  /** Fields inside structs. */
  readonly fields: readonly string[]
}

/** Why the engine could not bind a query, as it says it. */
export interface BindFailure {
  readonly message: string
  readonly position?: number
  readonly name?: string
  readonly missing?: string
}

/**
 * SQL whose names may be spelt as the logs spell them. The engine decides what a name means: only one
 * that it does not find is respelt, in place, and a result column keeps the user's spelling.
 * @example while (failed) if (!spelling.repair(failure)) throw …
 */
export class Spelling {
  private readonly tokens: readonly Token[]
  private readonly texts: string[]
  private readonly repaired = new Set<number>()
  private readonly names: Names
  private readonly unnamed: ReturnType<typeof withoutAlias>

  constructor(sql: string, parsed: ParsedSql, names: Names) {
    this.tokens = tokenize(sql)
    this.texts = this.tokens.map((t) => t.text)
    this.names = names
    this.unnamed = withoutAlias(parsed)
  }

  /** The text with what was respelt so far. */
  get sql(): string {
    return this.texts.join('')
  }

  /** Where a byte of `sql` is in the text as the user wrote it. */
  original(byte: number): number {
    let end = 0
    for (const [i, text] of this.texts.entries()) {
      const start = end
      end += Buffer.byteLength(text)
      if (byte < end) {
        const token = this.tokens[i]
        return (token?.start ?? 0) + (text === token?.text ? byte - start : 0)
      }
    }
    return byte
  }

  /** Respells the name that the failure is about; false when there is nothing to respell. */
  repair(failure: BindFailure): boolean {
    const { message } = failure
    const quoted = /"([^"]*)"/.exec(message)?.[1]
    const path = failure.position === undefined ? [] : this.pathAt(failure.position)
    if (failure.missing === 'Table' || /because schema .* does not exist/.test(message)) {
      return this.repairTable(path)
    }
    const catalog = /^Catalog "(.*)" does not exist/.exec(message)?.[1]
    if (catalog !== undefined) {
      const start = this.find((i) => this.is(i, catalog) && this.isSign(this.after(i), '.'))
      return start !== undefined && this.repairTable(this.pathFrom(start))
    }
    if (message.startsWith('Could not find key ')) {
      return this.repairAll(quoted, (i) => this.isField(i), [
        ...this.names.fields,
        ...this.names.columns,
      ])
    }
    if (/(?:EXCLUDE|REPLACE|RENAME) list|side of join/.test(message)) {
      return this.repairAll(quoted, (i) => this.isInList(i), this.names.columns)
    }
    const wanted = failure.name ?? /a column named "([^"]*)"/.exec(message)?.[1] ?? quoted
    const named = path.filter((i) => wanted !== undefined && this.is(i, wanted))
    return [...named, ...path].some((i) => this.repairColumn(i, path))
  }

  private repairColumn(index: number, path: readonly number[]): boolean {
    const spelt = nameOf(this.tokens[index])
    if (spelt === undefined) return false
    const known =
      index === path[0] ? [...this.names.columns, ...this.names.tables] : this.names.columns
    const name = respelt(spelt, known)
    const part = DOCUMENTED_PARTS[squash(spelt)]
    if (name !== undefined) {
      if (!this.replace(index, identifier(name))) return false
    } else if (part && index === path.at(-1)) {
      if (!this.replace(index, `${identifier(part.column)}, ${literal(part.format)})`)) return false
      const first = path[0] ?? index
      this.texts[first] = `strftime(${this.texts[first] ?? ''}`
    } else return false
    if (index === path.at(-1) && this.isSelectItem(path)) {
      this.texts[index] += ` AS ${identifier(spelt)}`
    }
    return true
  }

  private repairTable(path: readonly number[]): boolean {
    const [first, last] = [path[0], path.at(-1)]
    const spelt = nameOf(this.tokens[last ?? -1])
    if (first === undefined || last === undefined || spelt === undefined) return false
    const exact = this.names.tables.find((n) => n.toLowerCase() === spelt.toLowerCase())
    const name = path.length > 1 && exact !== undefined ? exact : respelt(spelt, this.names.tables)
    if (name === undefined || !this.replace(last, identifier(name))) return false
    for (let i = first; i < last; i++) this.texts[i] = ''
    const before = this.texts[this.before(first) ?? -1] ?? ''
    const start = this.tokens[first]?.start ?? -1
    if (this.unnamed.tables.has(start) && !/^(?:DESC|DESCRIBE|SUMMARIZE|SHOW)$/i.test(before)) {
      this.texts[last] += ` AS ${identifier(spelt)}`
    }
    return true
  }

  private repairAll(
    name: string | undefined,
    fits: (index: number) => boolean,
    names: readonly string[],
  ): boolean {
    if (name === undefined) return false
    let changed = false
    for (const [i, token] of this.tokens.entries()) {
      const text = token.kind === 'string' ? token.text.slice(1, -1) : nameOf(token)
      if (text?.toLowerCase() !== name.toLowerCase() || !fits(i)) continue
      const right = respelt(text, names)
      if (right === undefined) continue
      const replaced = this.replace(i, token.kind === 'string' ? `'${right}'` : identifier(right))
      changed ||= replaced
      const path = this.pathTo(i)
      if (replaced && this.isSelectItem(path)) this.texts[i] += ` AS ${identifier(text)}`
    }
    return changed
  }

  private replace(index: number, text: string): boolean {
    if (this.repaired.has(index)) return false
    this.repaired.add(index)
    this.texts[index] = text
    return true
  }

  /** A column that stands alone in a select list: its name becomes the result's. */
  private isSelectItem(path: readonly number[]): boolean {
    const first = path[0]
    if (first === undefined || !this.unnamed.columns.has(this.tokens[first]?.start ?? -1))
      return false
    return !this.isSign(this.before(first), '(')
  }

  /** Behind a dot, or a key in brackets. */
  private isField(index: number): boolean {
    const sign = this.tokens[index]?.kind === 'string' ? '[' : '.'
    return this.isSign(this.before(index), sign)
  }

  /** In the parentheses behind USING, EXCLUDE and the like. */
  private isInList(index: number): boolean {
    let at = this.before(index)
    while (at !== undefined && !this.isSign(at, '(')) at = this.before(at)
    const word = this.tokens[(at === undefined ? undefined : this.before(at)) ?? -1]?.text ?? ''
    return /^(?:USING|EXCLUDE|EXCEPT|REPLACE|RENAME)$/i.test(word)
  }

  /** The names joined by dots from the byte of `sql` on, as indices of tokens. */
  private pathAt(byte: number): number[] {
    const start = this.original(byte)
    const index = this.find((i) => this.tokens[i]?.start === start)
    return index === undefined ? [] : this.pathFrom(index)
  }

  private pathFrom(index: number): number[] {
    const path: number[] = []
    for (let at: number | undefined = index; at !== undefined;) {
      if (nameOf(this.tokens[at]) === undefined) break
      path.push(at)
      const dot = this.after(at)
      at = dot !== undefined && this.isSign(dot, '.') ? this.after(dot) : undefined
    }
    return path
  }

  private pathTo(index: number): number[] {
    let first = index
    for (;;) {
      const dot = this.before(first)
      const name = dot !== undefined && this.isSign(dot, '.') ? this.before(dot) : undefined
      if (name === undefined || nameOf(this.tokens[name]) === undefined) break
      first = name
    }
    const path = this.pathFrom(first)
    return path.at(-1) === index ? path : []
  }

  private find(fits: (index: number) => boolean): number | undefined {
    const index = this.tokens.findIndex((_, i) => fits(i))
    return index < 0 ? undefined : index
  }

  private is(index: number, name: string): boolean {
    return nameOf(this.tokens[index])?.toLowerCase() === name.toLowerCase()
  }

  private isSign(index: number | undefined, sign: string): boolean {
    const token = this.tokens[index ?? -1]
    return token?.kind === 'sign' && token.text === sign
  }

  private after(index: number): number | undefined {
    for (let i = index + 1; i < this.tokens.length; i++) {
      if (this.tokens[i]?.kind !== 'space') return i
    }
    return undefined
  }

  private before(index: number): number | undefined {
    for (let i = index - 1; i >= 0; i--) if (this.tokens[i]?.kind !== 'space') return i
    return undefined
  }
}
