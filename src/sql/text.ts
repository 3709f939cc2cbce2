/**
 * A name as SQL: always quoted, so that no name is a keyword.
 * @example identifier('end') // '"end"'
 */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/**
 * Text as a SQL string literal.
 * @example literal("o'x") // "'o''x'"
 */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
