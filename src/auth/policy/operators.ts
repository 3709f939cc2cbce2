import { isIP } from 'node:net'
import { isInRange } from './ip-range.js'
import { fill, fillText, splitArn, type Context, type Template } from './template.js'
import { isMatch, literal, type Pattern } from './wildcard.js'

/** How one value of a request is held against one value of a policy. */
type Test = (given: string, wanted: Template, context: Context) => boolean

interface Operator {
  /** Whether it holds when nothing matches. */
  readonly isNegated: boolean
  readonly test: Test
  /** Whether `*` and `?` in a policy's values stand for others. */
  readonly wildcards: boolean
}

const equals: Test = (given, wanted, context) => fillText(wanted, context) === given

const equalsIgnoreCase: Test = (given, wanted, context) =>
  fillText(wanted, context)?.toLowerCase() === given.toLowerCase()

const like: Test = (given, wanted, context) => {
  const pattern = fill(wanted, context)
  return pattern !== undefined && isMatch(pattern, given)
}

const arnLike: Test = (given, wanted, context) => {
  const pattern = fill(wanted, context)
  if (!pattern) return false
  const wantedParts = splitPattern(pattern)
  const parts = splitArn(given)
  return (
    parts.length === 6 &&
    wantedParts.length === 6 &&
    wantedParts.every((part, i) => isMatch(part, parts[i] ?? ''))
  )
}

const numeric = (compare: (a: number, b: number) => boolean): Test =>
  compared((text) => (/^[+-]?\d{1,30}(\.\d{1,30})?$/.test(text) ? Number(text) : NaN), compare)

const date = (compare: (a: number, b: number) => boolean): Test => compared(instant, compare)

const bool: Test = (given, wanted, context) => {
  const text = fillText(wanted, context)?.toLowerCase()
  return (text === 'true' || text === 'false') && text === given.toLowerCase()
}

const ip: Test = (given, wanted, context) => {
  const range = fillText(wanted, context)
  return range !== undefined && isIP(given) > 0 && isInRange(given, range)
}

const eq = (a: number, b: number): boolean => a === b
const lt = (a: number, b: number): boolean => a < b
const le = (a: number, b: number): boolean => a <= b
const gt = (a: number, b: number): boolean => a > b
const ge = (a: number, b: number): boolean => a >= b

/** Every condition operator of IAM but Null, which looks at no value. */
export const OPERATORS = {
  StringEquals: plain(equals),
  StringNotEquals: not(equals),
  StringEqualsIgnoreCase: plain(equalsIgnoreCase),
  StringNotEqualsIgnoreCase: not(equalsIgnoreCase),
  StringLike: plain(like, true),
  StringNotLike: not(like, true),
  NumericEquals: plain(numeric(eq)),
  NumericNotEquals: not(numeric(eq)),
  NumericLessThan: plain(numeric(lt)),
  NumericLessThanEquals: plain(numeric(le)),
  NumericGreaterThan: plain(numeric(gt)),
  NumericGreaterThanEquals: plain(numeric(ge)),
  DateEquals: plain(date(eq)),
  DateNotEquals: not(date(eq)),
  DateLessThan: plain(date(lt)),
  DateLessThanEquals: plain(date(le)),
  DateGreaterThan: plain(date(gt)),
  DateGreaterThanEquals: plain(date(ge)),
  Bool: plain(bool),
  BinaryEquals: plain(equals),
  IpAddress: plain(ip),
  NotIpAddress: not(ip),
  ArnEquals: plain(arnLike, true),
  ArnLike: plain(arnLike, true),
  ArnNotEquals: not(arnLike, true),
  ArnNotLike: not(arnLike, true),
} as const satisfies Readonly<Record<string, Operator>>

export type OperatorName = keyof typeof OPERATORS

function plain(test: Test, wildcards = false): Operator {
  return { isNegated: false, test, wildcards }
}

function not(test: Test, wildcards = false): Operator {
  return { isNegated: true, test, wildcards }
}

function compared(
  read: (text: string) => number,
  compare: (given: number, wanted: number) => boolean,
): Test {
  return (given, wanted, context) => {
    const text = fillText(wanted, context)
    return text !== undefined && compare(read(given), read(text))
  }
}

/** Milliseconds since 1970 of an ISO 8601 time, or of seconds since 1970. */
function instant(text: string): number {
  if (/^\d{1,12}(\.\d{1,3})?$/.test(text) && text.length > 4) return Number(text) * 1000
  return /^\d{4}(-\d\d){0,2}(T[\d:.]{5,12}(Z|[+-]\d\d:?\d\d))?$/.test(text) ? Date.parse(text) : NaN
}

function splitPattern(pattern: Pattern): readonly Pattern[] {
  const colon = literal(':')[0]
  const parts: number[][] = [[]]
  for (const code of pattern) {
    if (code === colon && parts.length < 6) parts.push([])
    else parts.at(-1)?.push(code)
  }
  return parts
}
