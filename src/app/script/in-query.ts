import { HeadrigError } from '../../core/errors.js'
import { caret, type Position, positionAt } from '../../sql/position.js'

/** An error of a statement that we wrote around a query, told about the query. */
export function inQuery(error: unknown, statement: string, query: string): unknown {
  if (!(error instanceof HeadrigError)) return error
  const { position, ...details } = error.details
  const said = error.message
    .replace(/ \(line \d+, column \d+\)\n[\s\S]*$/, '')
    .replace(/ when casting from source column \w+/, '')
  const at = position ? offsetOf(statement, position as Position) - statement.indexOf(query) : -1
  if (at < 0 || at >= query.length) {
    return new HeadrigError(error.kind, said, { cause: error, details })
  }
  const place = positionAt(query, Buffer.byteLength(query.slice(0, at)))
  return new HeadrigError(
    error.kind,
    `${said} (line ${place.line}, column ${place.column})\n${caret(query, place)}`,
    { cause: error, details: { ...details, position: place } },
  )
}

/** Where a place is, in UTF-16 units. */
export function offsetOf(text: string, { line, column }: Position): number {
  const lines = text.split('\n')
  const before = lines.slice(0, line - 1).reduce((sum, l) => sum + l.length + 1, 0)
  const own = Array.from(lines[line - 1] ?? '').slice(0, column - 1)
  return before + own.join('').length
}
