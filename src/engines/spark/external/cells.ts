import { allColumns, type ExternalTable } from '../../../catalog/external-table.js'
import type { HiveType } from '../../../catalog/hive-type.js'
import { differs, sparkName, sparkText } from '../../../sql/spark/spark-text.js'
import { parseType, sparkType } from '../../../sql/spark/sql-type.js'
import { identifier, literal } from '../../../sql/text.js'
import { hiveTypeSql } from '../../duckdb/external/hive-types.js'
import { PATH_COLUMN } from '../../duckdb/external/raw-file.js'

/** A column on its way from the reader on an executor to Spark. */
export interface Cell {
  readonly name: string
  readonly type: HiveType
}

// A row is a line, its cells are cut by tabs. What would be misread in a cell is a backslash and a letter.
const ESCAPES = [
  ['\\', String.raw`\s`],
  ['\t', String.raw`\t`],
  ['\n', String.raw`\n`],
  ['\r', String.raw`\r`],
] as const

/** A cell that is null; no escaped text has it. */
export const NULL_CELL = String.raw`\N`

/** Every column of the table as a query may name it. */
export function allCells(table: ExternalTable, withPath: boolean): Cell[] {
  const path: Cell[] = withPath ? [{ name: PATH_COLUMN, type: { kind: 'string' } }] : []
  return [...allColumns(table).map(({ name, type }) => ({ name, type })), ...path]
}

/** The cells of a line, in its order. */
export function lineCells(
  table: ExternalTable,
  withPath: boolean,
  needed: Iterable<string>,
): Cell[] {
  const names = new Set(needed)
  return allCells(table, withPath).filter((c) => names.has(c.name))
}

/** In DuckDB's SQL: the line of a row. A row of which nothing is needed is an empty line. */
export function lineSql(cells: readonly Cell[]): string {
  const texts = cells.map((c) => `coalesce(${cellText(c)}, '${NULL_CELL}')`)
  return texts.length === 0 ? `''` : texts.join(String.raw` || E'\t' || `)
}

function cellText({ name, type }: Cell): string {
  const x = identifier(name)
  if (type.kind === 'binary') return `hex(${x})`
  if (type.kind === 'string') return escaped(x)
  if (type.kind === 'date' || type.kind === 'timestamp') return timeText(name, x)
  if (!isNested(type)) return `CAST(${x} AS VARCHAR)`
  const json = `CAST(to_json(CAST(${x} AS ${hiveTypeSql(asTexts(type))})) AS VARCHAR)`
  return `CASE WHEN ${x} IS NOT NULL THEN ${escaped(json)} END`
}

/** Spark has no infinite time, and writes those before year 1 in another way. */
function timeText(name: string, x: string): string {
  const told = literal(
    `column ${name} has a time that spark cannot hold, before year 1 or infinite: use --engine duckdb`,
  )
  const held = `isfinite(${x}) AND ${x} >= DATE '0001-01-01'`
  return `CASE WHEN ${x} IS NULL OR ${held} THEN CAST(${x} AS VARCHAR) ELSE error(${told}) END`
}

function escaped(text: string): string {
  return ESCAPES.reduce(
    (sql, [from, to]) => `replace(${sql}, ${from === '\\' ? `'\\'` : control(from)}, '${to}')`,
    text,
  )
}

const control = (char: string): string => `chr(${char.charCodeAt(0)})`

/**
 * In Spark's SQL: the value of a cell. Throws `invalid`, with `details.reason` `engine-difference`, for a type that
 * has no counterpart.
 */
export function cellValue({ name, type }: Cell, text: string): string {
  if (type.kind === 'string') return unescaped(text)
  if (type.kind === 'binary') return `unhex(${text})`
  if (!isNested(type)) return `CAST(${text} AS ${sparkTypeOf({ name, type })})`
  const texts = sparkText(sparkTypeOf({ name, type: asTexts(type) }))
  const read = `from_json(${unescaped(text)}, ${texts}, map('mode', 'FAILFAST'))`
  return `CAST(${read} AS ${sparkTypeOf({ name, type })})`
}

/** In Spark's SQL: the column that no query reads, though one may name it. */
export function noValue(cell: Cell): string {
  return `CAST(NULL AS ${sparkTypeOf(cell)})`
}

function sparkTypeOf({ name, type }: Cell): string {
  const text = sparkType(parseType(hiveTypeSql(type)))
  if (text === undefined) throw differs(`the type of column ${sparkName(name)}`)
  return text
}

function unescaped(text: string): string {
  const back = ESCAPES.toReversed().reduce(
    (sql, [from, to]) => `replace(${sql}, ${sparkText(to)}, ${sparkText(from)})`,
    text,
  )
  return `CASE WHEN contains(${text}, ${sparkText('\\')}) THEN ${back} ELSE ${text} END`
}

const isNested = ({ kind }: HiveType): boolean =>
  kind === 'array' || kind === 'map' || kind === 'struct'

/** The same shape with text in all places. */
function asTexts(type: HiveType): HiveType {
  if (type.kind === 'array') return { kind: 'array', of: asTexts(type.of) }
  if (type.kind === 'map') {
    return { kind: 'map', key: asTexts(type.key), value: asTexts(type.value) }
  }
  if (type.kind === 'struct') {
    const fields = type.fields.map((f) => ({ name: f.name, type: asTexts(f.type) }))
    return { kind: 'struct', fields }
  }
  if (type.kind !== 'binary') return { kind: 'string' }
  throw differs('bytes within an array, a map or a struct of an external table')
}
