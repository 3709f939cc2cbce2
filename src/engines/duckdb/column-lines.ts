import type { TableColumn } from '../../formats/table-schema.js'
import { identifier, literal } from '../../sql/text.js'
import { duckDbType } from './types.js'

/** Rows and characters of a line at most, beyond its last row: the engine reads none over 16 MiB. */
const LINE_ROWS = 1000
const LINE_CHARS = 1 << 20

/**
 * Rows as JSON lines that hold a list for each column, some hundred rows a line: a fifth of what an object
 * for each row costs to write here.
 * @param lengthOf about how many characters a row takes
 */
export function columnLines<T>(
  rows: readonly T[],
  columns: Readonly<Record<string, (row: T, index: number) => unknown>>,
  lengthOf: (row: T) => number,
): string {
  const lines: string[] = []
  for (let from = 0, to = 0; from < rows.length; from = to) {
    let chars = 0
    while (to < rows.length && to - from < LINE_ROWS && chars < LINE_CHARS)
      chars += lengthOf(rows[to++] as T)
    const part = rows.slice(from, to)
    const line = Object.entries(columns).map(([name, value]) => [
      name,
      part.map((row, i) => value(row, from + i)),
    ])
    lines.push(JSON.stringify(Object.fromEntries(line)))
  }
  return lines.join('\n')
}

/** SQL that reads such a file as a table. */
export function readColumnLines(
  path: string,
  columns: readonly Pick<TableColumn, 'name' | 'type'>[],
): string {
  const shape = columns.map((c) => {
    const type = c.type === 'timestamp' ? 'BIGINT' : duckDbType(c.type)
    return `${literal(c.name)}: ${literal(`${type}[]`)}`
  })
  const list = columns.map((c) => {
    const each = `unnest(${identifier(c.name)})`
    return `${c.type === 'timestamp' ? `make_timestamptz(${each} * 1000)` : each} AS ${identifier(c.name)}`
  })
  return `(SELECT ${list.join(', ')} FROM read_json(${literal(path)}, format = 'newline_delimited', columns = {${shape.join(', ')}}))`
}
