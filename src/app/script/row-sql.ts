import type { ExternalColumn } from '../../catalog/external-table.js'
import type { HiveType } from '../../catalog/hive-type.js'
import type { Output } from './output.js'
import { isNested } from './written-columns.js'

/** How an engine writes what text of a row is made of. */
export interface Words {
  readonly name: (name: string) => string
  readonly text: (text: string) => string
  readonly string: string
  readonly cast: (value: string, type: HiveType) => string
  readonly parquet: (value: string, type: HiveType) => string
  /** A struct of these names and values as JSON, nulls included. */
  readonly object: (fields: readonly (readonly [string, string])[]) => string
  readonly json: (value: string) => string
  readonly matches: (value: string, pattern: string) => string
  readonly isFinite: (value: string) => string
  readonly fail: (text: string) => string
}

/**
 * The SELECT list that writes a row: the columns themselves for Parquet, else one text `line`; partition
 * columns follow. `values` are the names of the query's columns, in their order.
 */
export function rowSql(
  columns: readonly ExternalColumn[],
  values: readonly string[],
  output: Output,
  partitionNames: readonly string[],
  words: Words,
): string {
  const own = columns
    .map((column, i) => ({ column, value: values[i] ?? '' }))
    .filter(({ column }) => !partitionNames.includes(column.name))
  const partitions = partitionNames.map((name) => {
    const i = columns.findIndex((c) => c.name === name)
    const type = columns[i]?.type ?? { kind: 'string' }
    return `${words.cast(values[i] ?? '', type)} AS ${words.name(name)}`
  })
  const rows =
    output.format === 'parquet'
      ? own.map(
          ({ column: c, value }) => `${words.parquet(value, c.type)} AS ${words.name(c.name)}`,
        )
      : [`${lineSql(own, output, words)} AS ${words.name(headOf(own, output))}`]
  return [...rows, ...partitions].join(', ')
}

/** What the one column of lines is called: a header is its name. */
function headOf(cells: readonly Cell[], output: Output): string {
  if (output.format !== 'csv' || !output.header) return 'line'
  return cells.map(({ column }) => column.name).join(output.separator)
}

type Cell = { readonly column: ExternalColumn; readonly value: string }

function lineSql(
  cells: readonly Cell[],
  output: Exclude<Output, { format: 'parquet' }>,
  words: Words,
): string {
  if (output.format === 'json') {
    return words.object(
      cells.map(({ column: c, value }) => [c.name, jsonValue(value, c.type, words)]),
    )
  }
  const separator = output.format === 'csv' ? output.separator : output.field
  const texts = cells.map((cell) =>
    output.format === 'csv'
      ? csvField(plainText(cell, words), separator, words)
      : delimitedField(plainText(cell, words), cell, output, cells.length === 1, words),
  )
  return texts.join(` || ${words.text(separator)} || `)
}

function jsonValue(value: string, type: HiveType, words: Words): string {
  const typed = words.cast(value, type)
  if (type.kind === 'binary') return `base64(${typed})`
  if (type.kind !== 'double' && type.kind !== 'float') return typed
  return `CASE WHEN ${words.isFinite(typed)} THEN ${typed} END`
}

/** A value as text, null for none. */
function plainText({ column: { type }, value }: Cell, words: Words): string {
  const typed = words.cast(value, type)
  if (isNested(type)) return words.json(typed)
  return type.kind === 'binary' ? `base64(${typed})` : `CAST(${typed} AS ${words.string})`
}

function csvField(value: string, separator: string, words: Words): string {
  const special = `["\\r\\n${separator.replace(/[\\\]^-]/, '\\$&')}]|^\\s|\\s$`
  const quote = words.text('"')
  const quoted = `${quote} || replace(${value}, ${quote}, ${words.text('""')}) || ${quote}`
  return `CASE WHEN ${value} IS NULL THEN '' WHEN ${value} = '' THEN ${words.text('""')} WHEN ${words.matches(value, special)} THEN ${quoted} ELSE ${value} END`
}

/** Lines end with a line feed, and blank ones are no rows: what cannot be told apart is refused. */
function delimitedField(
  value: string,
  { column: { name } }: Cell,
  { field, escape, nullText }: Output & { format: 'delimited' },
  alone: boolean,
  words: Words,
): string {
  const why = (what: string, remedy: string): string =>
    words.fail(
      `column ${name} holds ${what}, which this text format cannot keep: ${remedy}, or write PARQUET or JSON`,
    )
  const escaped = (of: string): string =>
    escape === null
      ? of
      : [escape, field].reduce(
          (all, c) => `replace(${all}, ${words.text(c)}, ${words.text(escape + c)})`,
          of,
        )
  const cases = [
    `WHEN ${value} IS NULL THEN ${words.text(nullText)}`,
    `WHEN ${words.matches(value, '[\\r\\n]')} THEN ${why('a line break', 'replace it')}`,
    ...(escape === null
      ? [
          `WHEN contains(${value}, ${words.text(field)}) THEN ${why('the delimiter', `add ESCAPED BY '\\\\'`)}`,
          `WHEN ${value} = ${words.text(nullText)} THEN ${why('the text that stands for null', 'replace it')}`,
        ]
      : []),
    ...(alone ? [`WHEN ${value} = '' THEN ${why('an empty text', 'replace it')}`] : []),
  ]
  return `CASE ${cases.join(' ')} ELSE ${escaped(value)} END`
}
