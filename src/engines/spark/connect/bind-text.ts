import { decimalText } from './decimal-text.js'
import type { Literal, SqlRelation } from './messages.js'
import { timestampText } from './timestamp-text.js'

/** A statement whose parameters stand in its text. */
export interface BoundText {
  readonly text: string
  /** Where an index of that text is in the statement as it was written. */
  at(index: number): number
}

// Strings, comments, names (also `name:path` of a variant) and casts are stepped over; the last two are
// what is looked for.
const TOKEN =
  /\b[rR]'[^']*'|\b[rR]"[^"]*"|'(?:\\[\s\S]|[^'\\])*'|"(?:\\[\s\S]|[^"\\])*"|--(?:\\\n|[^\r\n])*|\/\*|(?:`(?:``|[^`])*`|\w+|[)\]])(?::(?!:))?|::|(\?)|:([A-Za-z_]\w*)/g

/**
 * For servers that lose bound parameters (Delta's SQL extension 4.4 does): writes them into the text.
 * Only numbers, hexadecimal digits and single words get there, so nothing of a value is read as SQL.
 * @example bindText({ query: 'SELECT ?', posArguments: [{ literal: { string: "o'x" } }] }).text // "SELECT string(X'6F2778')"
 */
export function bindText({
  query,
  posArguments = [],
  namedArguments = {},
}: SqlRelation): BoundText {
  const cuts: { readonly from: number; readonly to: number; readonly grown: number }[] = []
  let text = ''
  let taken = 0
  let next = 0
  TOKEN.lastIndex = 0
  for (let match = TOKEN.exec(query); match; match = TOKEN.exec(query)) {
    const [token, mark, name] = match
    if (token === '/*') {
      TOKEN.lastIndex = commentEnd(query, match.index)
      continue
    }
    const value = mark
      ? posArguments[next++]
      : name !== undefined && Object.hasOwn(namedArguments, name)
        ? namedArguments[name]
        : undefined
    if (!value) continue
    text += query.slice(taken, match.index) + literalText(value.literal)
    taken = match.index + token.length
    cuts.push({ from: match.index, to: taken, grown: text.length })
  }
  return {
    text: text + query.slice(taken),
    at(index) {
      const before = cuts.findLast((cut) => cut.grown <= index)
      const plain = before ? before.to + index - before.grown : index
      const inside = cuts[before ? cuts.indexOf(before) + 1 : 0]
      return inside && plain > inside.from ? inside.from : plain
    },
  }
}

/** Comments nest. */
function commentEnd(query: string, start: number): number {
  let depth = 0
  for (let i = start; i < query.length; i++) {
    const two = query.slice(i, i + 2)
    if (two !== '/*' && two !== '*/') continue
    depth += two === '/*' ? 1 : -1
    i += 1
    if (depth === 0) return i + 1
  }
  return query.length
}

/** A literal of Spark's SQL in letters, digits and signs that no escape or substitution reads. */
export function literalText(literal: Literal): string {
  const { string, boolean, integer, long, double, decimal, binary, date } = literal
  if (string !== undefined) return stringText(string)
  if (boolean !== undefined) return boolean ? 'true' : 'false'
  if (integer !== undefined) return signed(String(integer))
  if (long !== undefined) return signed(`${BigInt(long)}L`)
  if (double !== undefined) {
    return Number.isFinite(double) ? signed(`${exponential(double)}D`) : `double('${double}')`
  }
  if (decimal) {
    const { value, precision = 10, scale = 0 } = decimal
    const unscaled = BigInt(value.replace('.', ''))
    return `CAST('${decimalText(unscaled, scale)}' AS DECIMAL(${Number(precision)},${Number(scale)}))`
  }
  if (binary) return `X'${hex(binary)}'`
  if (date !== undefined) return `date_from_unix_date(${Number(date)})`
  if (literal.timestamp !== undefined) return `timestamp_micros(${BigInt(literal.timestamp)}L)`
  if (literal.timestampNtz !== undefined) {
    return `TIMESTAMP_NTZ'${timestampText(BigInt(literal.timestampNtz))}'`
  }
  return 'NULL'
}

function stringText(text: string): string {
  return /^\w*$/.test(text) ? `'${text}'` : `string(X'${hex(Buffer.from(text))}')`
}

const exponential = (n: number): string => `${Object.is(n, -0) ? '-' : ''}${n.toExponential()}`
const signed = (text: string): string => (text.startsWith('-') ? `(${text})` : text)
const hex = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex').toUpperCase()
