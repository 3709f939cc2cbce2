import { HeadrigError } from '../../core/errors.js'

/**
 * A name in Spark's SQL, always quoted.
 * @example sparkName('end') // '`end`'
 */
export function sparkName(name: string): string {
  if (name.includes('${')) throw differs(`a name with \${ in it, ${JSON.stringify(name)}`)
  return `\`${name.replaceAll('`', '``')}\``
}

/**
 * Text as a literal of Spark's SQL: neither its escapes nor its `${…}` variables are read in it.
 * @example sparkText("o'x") // "'o\\'x'"
 */
export function sparkText(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll("'", "\\'")
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\0', '\\u0000')
    .replaceAll('$', '\\u0024')
    .replaceAll('?', '\\u003F')
  return `'${escaped}'`
}

/**
 * The error for what Spark would answer in another way, or not at all.
 * @example throw differs('a regular expression that is not a constant')
 */
export function differs(what: string): HeadrigError {
  return new HeadrigError(
    'invalid',
    `spark cannot answer ${what} as duckdb does: use --engine duckdb, or write it in another way`,
    { details: { reason: 'engine-difference', what } },
  )
}
