import type { ExternalColumn, ExternalTable } from '../../../catalog/external-table.js'
import type { HiveType } from '../../../catalog/hive-type.js'
import type {
  CsvReader,
  DelimitedReader,
  JsonReader,
  RawReader,
  RegexReader,
} from '../../../catalog/raw-reader.js'
import { HeadrigError } from '../../../core/errors.js'
import { literal } from '../../../sql/text.js'
import { wholeLine } from './check-pattern.js'
import { castText, hiveTypeSql } from './hive-types.js'
import { member, members } from './json-value.js'
import { largestObject } from './object-size.js'
import type { RawFile } from './raw-file.js'
import { pathList, readCsv, readLines } from './read-lines.js'

/** Where rows come from, before the columns are cut out. */
export interface RowSource {
  /** Behind FROM; has the column `filename`. */
  readonly from: string
  /** The value of the column at that index. */
  readonly value: (column: ExternalColumn, index: number) => string
}

/** How DuckDB reads the rows of these files, for every kind of reader but Parquet. */
export async function rowSource(
  table: ExternalTable,
  reader: Exclude<RawReader, { kind: 'parquet' }>,
  files: readonly RawFile[],
): Promise<RowSource> {
  const paths = files.map((f) => f.path)
  switch (reader.kind) {
    case 'json':
      return json(table, reader, await objects(reader, files))
    case 'delimited':
      return delimited(table, reader, paths)
    case 'csv':
      return csv(table, reader, paths)
    case 'regex':
      return regex(reader, paths)
  }
}

/** The JSON of each row as `j`. */
async function objects({ framing }: JsonReader, files: readonly RawFile[]): Promise<string> {
  const paths = files.map((f) => f.path)
  if (framing === 'lines') return readLines(paths, 0)
  const size = await largestObject(files)
  return `(SELECT unnest("Records") AS j, filename FROM read_json(${pathList(paths)}, columns = {'Records': 'JSON[]'}, format = 'unstructured', records = true, maximum_object_size = ${size}, filename = true))`
}

function json(table: ExternalTable, reader: JsonReader, source: string): RowSource {
  const value = (column: ExternalColumn): string => member('m', column.name, column.type, reader)
  if (reader.framing === 'cloudtrail') {
    return { from: `(SELECT ${members('j', reader)} AS m, filename FROM ${source})`, value }
  }
  const otherwise =
    reader.malformed === 'null'
      ? 'NULL'
      : `error('table ${table.name.replaceAll("'", "''")}: a line of ' || filename || ' is no JSON (set ''ignore.malformed.json'' to read it as nulls): ' || left(line, 200))`
  const parsed = `(SELECT CASE WHEN json_valid(line) THEN CAST(line AS JSON) ELSE ${otherwise} END AS j, filename FROM ${source})`
  return { from: `(SELECT ${members('j', reader)} AS m, filename FROM ${parsed})`, value }
}

// Characters for private use stand in for what was escaped while a line is cut.
const ESCAPED_ESCAPE = '\uE0F1'
const ESCAPED_FIELD = '\uE0F2'

function delimited(
  table: ExternalTable,
  reader: DelimitedReader,
  paths: readonly string[],
): RowSource {
  const { escape, field } = reader
  const line =
    escape === null
      ? 'line'
      : `replace(replace(line, ${literal(escape + escape)}, '${ESCAPED_ESCAPE}'), ${literal(escape + field)}, '${ESCAPED_FIELD}')`
  return {
    from: `(SELECT string_split(${line}, ${literal(field)}) AS p, filename FROM ${readLines(paths, reader.skipLines)})`,
    value(column, index) {
      const part = `nullif(p[${index + 1}], ${literal(reader.nullText)})`
      const plain =
        escape === null
          ? part
          : `replace(replace(replace(${part}, ${literal(escape)}, ''), '${ESCAPED_FIELD}', ${literal(field)}), '${ESCAPED_ESCAPE}', ${literal(escape)})`
      return delimitedValue(table, reader, column, plain)
    },
  }
}

function delimitedValue(
  table: ExternalTable,
  { collection, mapKey, nullText }: DelimitedReader,
  column: ExternalColumn,
  text: string,
): string {
  const { type } = column
  const item = (part: string, of: HiveType): string => {
    if ('of' in of || 'fields' in of || 'key' in of) {
      throw new HeadrigError(
        'invalid',
        `table ${table.name}: column ${column.name} nests deeper than delimited text is read here: declare the inner parts as string`,
      )
    }
    return castText(`nullif(${part}, ${literal(nullText)})`, of)
  }
  const split = `string_split(${text}, ${literal(collection)})`
  const filled = (value: string, empty: string): string =>
    `CASE WHEN ${text} IS NULL THEN NULL WHEN ${text} = '' THEN ${empty} ELSE ${value} END`
  if (type.kind === 'array') {
    return filled(`list_transform(${split}, lambda x: ${item('x', type.of)})`, '[]')
  }
  if (type.kind === 'map') {
    const entry = (n: number): string => `string_split(x, ${literal(mapKey)})[${n}]`
    const entries = `list_transform(${split}, lambda x: {'k': ${item(entry(1), type.key)}, 'v': ${item(entry(2), type.value)}})`
    return filled(`map_from_entries(${entries})`, 'map()')
  }
  if (type.kind === 'struct') {
    const fields = type.fields.map((f, i) => {
      const name = `"${f.name.replaceAll('"', '""')}"`
      return `${name} := ${item(`${split}[${i + 1}]`, f.type)}`
    })
    return filled(`struct_pack(${fields.join(', ')})`, 'NULL')
  }
  // Null is what was not escaped.
  return castText(text, type)
}

function csv(table: ExternalTable, reader: CsvReader, paths: readonly string[]): RowSource {
  const names = table.columns.map((_, i) => `c${i}`)
  const doubled = reader.quote + reader.quote
  return {
    from: readCsv(paths, names, reader),
    value({ type }, index) {
      const raw =
        reader.escape === reader.quote
          ? `c${index}`
          : `replace(c${index}, ${literal(doubled)}, ${literal(reader.quote)})`
      if (type.kind === 'string') return raw
      const text = `nullif(trim(${raw}), '')`
      const isNumber = `regexp_full_match(${text}, '-?[0-9]+')`
      if (type.kind === 'timestamp') {
        return `CASE WHEN ${isNumber} THEN make_timestamp(TRY_CAST(${text} AS BIGINT) * 1000) ELSE ${castText(text, type)} END`
      }
      if (type.kind === 'date') {
        return `CASE WHEN ${isNumber} THEN DATE '1970-01-01' + TRY_CAST(${text} AS INTEGER) ELSE ${castText(text, type)} END`
      }
      return `TRY_CAST(${castText(text, type)} AS ${hiveTypeSql(type)})`
    },
  }
}

function regex(reader: RegexReader, paths: readonly string[]): RowSource {
  const { groups } = reader
  const most = Math.max(0, ...groups)
  const { notFirst } = reader
  const line =
    notFirst === undefined
      ? 'line'
      : `CASE WHEN starts_with(line, ${literal(notFirst)}) THEN '' ELSE line END`
  const names = ['w', ...Array.from({ length: most }, (_, i) => `g${i + 1}`)]
  return {
    from: `(SELECT regexp_extract(${line}, ${literal(wholeLine(reader))}, [${names.map(literal).join(', ')}]) AS x, filename FROM ${readLines(paths, reader.skipLines)})`,
    value({ type }, index) {
      const group = groups[index] ?? 0
      if (group === 0) return `NULL::${hiveTypeSql(type)}`
      return castText(`CASE WHEN x.w <> '' THEN x.g${group} END`, type)
    },
  }
}
