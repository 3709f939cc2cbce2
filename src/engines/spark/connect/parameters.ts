import { HeadrigError } from '../../../core/errors.js'
import { daysOf, microsOf } from './iso.js'
import type { Expression, Literal, SqlRelation } from './messages.js'

/**
 * A value bound to a place in a statement. Whole numbers are INT or BIGINT by their size, others
 * DOUBLE; a `Date` is a TIMESTAMP, bytes are BINARY. Objects name the type themselves.
 */
export type Parameter =
  | null
  | boolean
  | number
  | bigint
  | string
  | Date
  | Uint8Array
  | { readonly long: number | bigint }
  | { readonly double: number }
  /** All its digits count. */
  | { readonly decimal: string }
  /** `yyyy-mm-dd`. */
  | { readonly date: string }
  /** ISO 8601 with an offset or `Z`, to microseconds. */
  | { readonly timestamp: string }
  /** ISO 8601 without an offset, to microseconds. */
  | { readonly timestampNtz: string }

/** For `?` in order, or for `:name` by name. */
export type Parameters = readonly Parameter[] | Readonly<Record<string, Parameter>>

/** A statement with its parameters bound beside the text, never in it. */
export function boundSql(query: string, parameters: Parameters = []): SqlRelation {
  if (isList(parameters)) {
    return parameters.length === 0 ? { query } : { query, posArguments: parameters.map(expression) }
  }
  const bound = Object.entries(parameters).map(([name, value]) => [name, expression(value)])
  return { query, namedArguments: Object.fromEntries(bound) }
}

/** False when there is nothing to bind. */
export function hasParameters({ posArguments, namedArguments }: SqlRelation): boolean {
  return posArguments !== undefined || Object.keys(namedArguments ?? {}).length > 0
}

function isList(parameters: Parameters): parameters is readonly Parameter[] {
  return Array.isArray(parameters)
}

function expression(value: Parameter): Expression {
  return { literal: literal(value) }
}

const INT = 2 ** 31

function literal(value: Parameter): Literal {
  if (value === null) return { null: { null: {} } }
  if (typeof value === 'string') return { string: value }
  if (typeof value === 'boolean') return { boolean: value }
  if (typeof value === 'bigint') return whole(value)
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) return { double: value }
    return value >= -INT && value < INT ? { integer: value } : { long: String(value) }
  }
  if (value instanceof Date) return { timestamp: String(microsOf(value.toISOString())) }
  if (value instanceof Uint8Array) return { binary: value }
  if ('long' in value) return { long: String(value.long) }
  if ('double' in value) return { double: value.double }
  if ('decimal' in value) return { decimal: decimal(value.decimal) }
  if ('date' in value) return { date: daysOf(value.date) }
  if ('timestamp' in value) return { timestamp: String(microsOf(value.timestamp)) }
  return { timestampNtz: String(microsOf(`${value.timestampNtz}Z`)) }
}

function whole(value: bigint): Literal {
  return BigInt.asIntN(64, value) === value
    ? { long: String(value) }
    : { decimal: decimal(String(value)) }
}

function decimal(text: string): NonNullable<Literal['decimal']> {
  const [, left, right = ''] = /^[+-]?(\d+)(?:\.(\d*))?$/.exec(text) ?? []
  if (left === undefined) throw invalid(text, 'decimal: write digits, such as -1.50')
  const precision = Math.max(left.replace(/^0+/, '').length, 1) + right.length
  if (precision > 38) throw invalid(text, 'decimal of at most 38 digits')
  return { value: text.replace(/^\+/, ''), precision, scale: right.length }
}

const invalid = (text: string, what: string): HeadrigError =>
  new HeadrigError('invalid', `parameter ${JSON.stringify(text)} is no ${what}`)
