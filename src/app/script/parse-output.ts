import type { DdlCursor } from '../../catalog/ddl-cursor.js'
import { Clauses } from '../../catalog/parse-create.js'
import { STORED_AS } from '../../catalog/stored-as.js'
import { didYouMean } from '../../core/closest.js'
import { codec, type Output, outputOf, PARQUET_CODECS, TEXT_CODECS } from './output.js'

/** The format of `INSERT OVERWRITE DIRECTORY`, from its clauses; Hive's text without any. */
export function directoryOutput(cursor: DdlCursor, cwd: string): Output {
  if (cursor.takeWords('USING')) {
    const format = cursor.name('a file format')
    const options = cursor.takeWords('OPTIONS') ? optionsOf(cursor) : {}
    return outputNamed(cursor, format, options)
  }
  const clauses = new Clauses(cursor, cwd)
  while (!isQuery(cursor) && clauses.take());
  const table = { ...clauses.unplaced('directory', []), location: '' }
  return outputOf(table)
}

/** A clause and a query begin with different words, except WITH. */
function isQuery(cursor: DdlCursor): boolean {
  return cursor.isWords('WITH') && !cursor.isWords('WITH', 'SERDEPROPERTIES')
}

/** What `UNLOAD … WITH (format = 'PARQUET', …)` says. */
export function unloadOutput(cursor: DdlCursor): {
  readonly output: Output
  readonly partitionNames: readonly string[]
} {
  const { token } = cursor
  cursor.words('WITH')
  const { partitioned_by: partitions = '', format, ...options } = withProperties(cursor)
  if (format === undefined) throw cursor.fail("expected format = 'PARQUET'", token)
  const gzip = format.toUpperCase() !== 'PARQUET' && options['compression'] === undefined
  const output = outputNamed(cursor, format, gzip ? { ...options, compression: 'gzip' } : options)
  return { output, partitionNames: names(partitions) }
}

/** Names that `ARRAY[…]` listed. */
export const names = (list: string): string[] =>
  list === '' ? [] : list.split('\0').map((n) => n.toLowerCase())

/** `(name = value, …)` of Athena; the texts of an ARRAY come with NUL between. */
export function withProperties(cursor: DdlCursor): Record<string, string> {
  const pairs = cursor.list(() => {
    const name = cursor.name('the name of a property')
    cursor.sign('=')
    if (!cursor.takeWords('ARRAY')) return [name, constantOf(cursor)] as const
    cursor.sign('[')
    const items: string[] = []
    do items.push(cursor.text('the name of a column'))
    while (cursor.takeSign(','))
    cursor.sign(']')
    return [name, items.join('\0')] as const
  })
  return Object.fromEntries(pairs)
}

/** Text, a number, or true and false. */
export function constantOf(cursor: DdlCursor): string {
  return cursor.token.kind === 'word'
    ? cursor.name('a value')
    : cursor.constant('a value, in quotes when it is text')
}

/** Spark's `OPTIONS (header 'true', sep = ',')`. */
export function optionsOf(cursor: DdlCursor): Record<string, string> {
  const pairs = cursor.list(() => {
    let name = cursor.token.kind === 'string' ? cursor.text('an option') : cursor.name('an option')
    while (cursor.takeSign('.')) name += `.${cursor.name('an option')}`
    cursor.takeSign('=')
    return [name.toLowerCase(), constantOf(cursor)] as const
  })
  return Object.fromEntries(pairs)
}

const FORMATS = ['parquet', 'json', 'csv', 'textfile'] as const
const OPTIONS = {
  parquet: ['compression', 'compression_level'],
  json: ['compression', 'compression_level'],
  csv: ['compression', 'sep', 'delimiter', 'field_delimiter', 'header'],
  textfile: ['compression', 'compression_level', 'field_delimiter'],
} as const

/** A format by its name in Spark (`csv`) or Athena (`TEXTFILE`). */
function outputNamed(
  cursor: DdlCursor,
  name: string,
  options: Readonly<Record<string, string>>,
): Output {
  const format = FORMATS.find((f) => f === name.toLowerCase().replace(/^jsonfile$/, 'json'))
  if (!format) {
    throw cursor.fail(`files of ${name} are not written here: use ${FORMATS.join(', ')}`)
  }
  const known: readonly string[] = OPTIONS[format]
  for (const option of Object.keys(options)) {
    if (known.includes(option)) continue
    throw cursor.fail(
      `${format} has no option ${JSON.stringify(option)} here${didYouMean(option, known)}; it has ${known.join(', ')}`,
    )
  }
  const { compression } = options
  if (format === 'parquet') return { format, compression: codec(compression, PARQUET_CODECS) }
  const text = codec(compression, TEXT_CODECS)
  if (format === 'json') return { format, compression: text }
  const field = options['sep'] ?? options['delimiter'] ?? options['field_delimiter']
  if (field !== undefined && field.length !== 1) {
    throw cursor.fail(`the delimiter ${JSON.stringify(field)} is not one character`)
  }
  if (format === 'csv') {
    const header = options['header']?.toLowerCase() === 'true'
    return { format, compression: text, separator: field ?? ',', header }
  }
  const out = { compression: text, field: field ?? '\u0001', escape: null, nullText: '\\N' }
  return { format: 'delimited', ...out }
}

/** The classes of a format that a table is stored in, by its name in Spark or Athena. */
export function hasStored(name: string): (typeof STORED_AS)[string] | undefined {
  const word = name.toUpperCase().replace(/^JSON$/, 'JSONFILE')
  return Object.hasOwn(STORED_AS, word) ? STORED_AS[word] : undefined
}
