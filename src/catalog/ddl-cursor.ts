import { HeadrigError } from '../core/errors.js'
import { caret, positionAt } from '../sql/position.js'
import { type DdlToken, ddlTokens } from './ddl-tokens.js'

/** Reads a statement token by token; what does not fit is told with its line and column. */
export class DdlCursor {
  readonly sql: string
  private readonly tokens: readonly DdlToken[]
  private at = 0

  constructor(sql: string) {
    this.sql = sql
    this.tokens = ddlTokens(sql)
  }

  get token(): DdlToken {
    return this.tokens[this.at] as DdlToken
  }

  /** True when the next words are these, in capitals or not. */
  isWords(...words: string[]): boolean {
    return words.every((word, i) => {
      const token = this.tokens[this.at + i]
      return token?.kind === 'word' && token.value.toUpperCase() === word
    })
  }

  isSign(sign: string): boolean {
    return this.token.kind === 'sign' && this.token.value === sign
  }

  takeWords(...words: string[]): boolean {
    const found = this.isWords(...words)
    if (found) this.at += words.length
    return found
  }

  takeSign(sign: string): boolean {
    const found = this.isSign(sign)
    if (found) this.at++
    return found
  }

  words(...words: string[]): void {
    if (!this.takeWords(...words)) throw this.fail(`expected ${words.join(' ')}`)
  }

  sign(sign: string): void {
    if (!this.takeSign(sign)) throw this.fail(`expected ${JSON.stringify(sign)}`)
  }

  /** True when a name, perhaps with dots, is all that is left. */
  isNameOnly(): boolean {
    const left = this.tokens.slice(this.at, -1).filter((t) => t.value !== ';' || t.kind !== 'sign')
    return (
      left.length % 2 === 1 &&
      left.every(({ kind, value }, i) =>
        i % 2 === 1 ? kind === 'sign' && value === '.' : kind === 'word' || kind === 'quoted',
      )
    )
  }

  /** A name in lower case, quoted in backticks or not (double quotes are taken too, as Athena's editor does). */
  name(what: string): string {
    const { kind, value } = this.token
    const isName = kind === 'word' || kind === 'quoted' || (kind === 'string' && this.isDouble())
    if (!isName || value === '') throw this.fail(`expected ${what}`)
    this.at++
    return value.toLowerCase()
  }

  text(what: string): string {
    const { kind, value } = this.token
    if (kind !== 'string') throw this.fail(`expected ${what} in quotes`)
    this.at++
    return value
  }

  number(what: string): number {
    const { kind, value } = this.token
    if (kind !== 'number' || !/^\d+$/.test(value)) throw this.fail(`expected ${what}, a number`)
    this.at++
    return Number(value)
  }

  /** Text, or a number as it is written, perhaps below 0. */
  constant(what: string): string {
    const minus = this.isSign('-') && this.tokens[this.at + 1]?.kind === 'number'
    if (minus) this.at++
    const { kind, value } = this.token
    if (kind !== 'string' && kind !== 'number') throw this.fail(`expected ${what}`)
    this.at++
    return minus ? `-${value}` : value
  }

  /** Items with commas between, in parentheses. */
  list<T>(item: () => T): T[] {
    this.sign('(')
    const items: T[] = []
    do items.push(item())
    while (this.takeSign(','))
    this.sign(')')
    return items
  }

  /** Throws unless nothing but semicolons follows. */
  end(): void {
    while (this.takeSign(';'));
    if (this.token.kind !== 'end') throw this.fail('expected the end of the statement')
  }

  /** An error about a token; default: the next one. */
  fail(message: string, token: DdlToken = this.token): HeadrigError {
    const found = token.kind === 'end' ? '' : `, found ${JSON.stringify(token.value)}`
    const said = message.startsWith('expected') ? `${message}${found}` : message
    const position = positionAt(this.sql, Buffer.byteLength(this.sql.slice(0, token.start)))
    return new HeadrigError(
      'invalid',
      `${said} (line ${position.line}, column ${position.column})\n${caret(this.sql, position)}`,
      { details: { sql: this.sql, position } },
    )
  }

  private isDouble(): boolean {
    return this.sql[this.token.start] === '"'
  }
}
