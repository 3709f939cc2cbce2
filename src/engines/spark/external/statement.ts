import { sparkName, sparkText } from '../../../sql/spark/spark-text.js'
import { type TaskProgram, usingProgram } from '../convert/statement.js'
import { type Cell, cellValue, noValue, NULL_CELL } from './cells.js'

/**
 * In Spark's SQL: the rows of an external table. Each row of the views is an order, which goes to the program as a
 * line; the program answers with a line for each row that it reads.
 * @throws HeadrigError `invalid` for a type that Spark lacks, or for a program's path that a shell may misread
 */
export function rawSelect(
  program: TaskProgram,
  views: readonly string[],
  all: readonly Cell[],
  line: readonly Cell[],
): string {
  const places = new Map(line.map((cell, i) => [cell.name, `c${i}`]))
  const values = all.map((cell) => {
    const place = places.get(cell.name)
    const value = place === undefined ? noValue(cell) : cellValue(cell, place)
    return `${value} AS ${sparkName(cell.name)}`
  })
  const names = line.length === 0 ? ['c0'] : [...places.values()]
  const from = views.map((view) => `SELECT task FROM ${sparkName(view)}`).join(' UNION ALL ')
  return `SELECT ${values.join(', ')}
FROM (SELECT TRANSFORM (task)
  ROW FORMAT DELIMITED FIELDS TERMINATED BY '\\t'
  USING '${usingProgram(program)}'
  AS (${names.map((name) => `${name} STRING`).join(', ')})
  ROW FORMAT DELIMITED FIELDS TERMINATED BY '\\t' NULL DEFINED AS ${sparkText(NULL_CELL)}
  FROM (${from})) AS raw`
}
