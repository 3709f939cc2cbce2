import type { ExternalTable } from '../../catalog/external-table.js'
import { typeText } from '../../catalog/hive-type.js'
import { readerOf } from '../../catalog/serdes/index.js'
import { HeadrigError } from '../../core/errors.js'
import { isNested } from './written-columns.js'

/** How rows become files. */
export type Output =
  | { readonly format: 'parquet'; readonly compression: (typeof PARQUET_CODECS)[number] }
  | { readonly format: 'json'; readonly compression: TextCodec }
  | {
      /** RFC 4180. */
      readonly format: 'csv'
      readonly compression: TextCodec
      readonly separator: string
      readonly header: boolean
    }
  | {
      /** As Hive's LazySimpleSerDe. */
      readonly format: 'delimited'
      readonly compression: TextCodec
      readonly field: string
      readonly escape: string | null
      readonly nullText: string
    }

export const PARQUET_CODECS = ['zstd', 'snappy', 'gzip', 'none'] as const
export const TEXT_CODECS = ['none', 'gzip'] as const
type TextCodec = (typeof TEXT_CODECS)[number]

/** The end of the names of its files, with the dot. */
export function extensionOf(output: Output): string {
  if (output.format === 'parquet') return '.parquet'
  const kind = { json: '.json', csv: '.csv', delimited: '.txt' }[output.format]
  return output.compression === 'gzip' ? `${kind}.gz` : kind
}

/**
 * The compression of this name; `UNCOMPRESSED` is `none`.
 * @throws `invalid` for one that the format does not have
 */
export function codec<T extends string>(given: string | undefined, known: readonly T[]): T {
  const [first] = known
  if (given === undefined && first !== undefined) return first
  const wanted = given?.toLowerCase().replace(/^uncompressed$/, 'none')
  const found = known.find((k) => k === wanted)
  if (found) return found
  throw new HeadrigError(
    'invalid',
    `compression ${JSON.stringify(given)} is not written here: use ${known.join(', ')}`,
  )
}

const CODECS = ['parquet.compression', 'write.compression', 'write_compression', 'compression']

/**
 * How the rows of a table are written so that its own SerDe reads them back.
 * @throws `invalid` for a SerDe that is only read
 */
export function outputOf(table: ExternalTable): Output {
  const reader = readerOf(table)
  const given = CODECS.map((name) => table.properties[name]).find((c) => c !== undefined)
  if (reader.kind === 'parquet') {
    return { format: 'parquet', compression: codec(given, PARQUET_CODECS) }
  }
  if (reader.kind === 'json' && reader.framing === 'lines') {
    return { format: 'json', compression: codec(given, TEXT_CODECS) }
  }
  if (reader.kind === 'csv') {
    return {
      format: 'csv',
      compression: codec(given, TEXT_CODECS),
      separator: reader.separator,
      header: reader.skipLines > 0,
    }
  }
  if (reader.kind === 'delimited') {
    const { field, escape, nullText } = reader
    return {
      format: 'delimited',
      compression: codec(given, TEXT_CODECS),
      field,
      escape,
      nullText,
    }
  }
  throw new HeadrigError(
    'invalid',
    `rows are not written by ${table.serde}: use STORED AS PARQUET, JSONFILE or TEXTFILE`,
  )
}

/**
 * As `outputOf`, for a table, whose rows are to be read again as they were.
 * @throws `invalid` for columns that the format does not give back
 */
export function tableOutput(table: ExternalTable): Output {
  const output = outputOf(table)
  const refused = (why: string): HeadrigError =>
    new HeadrigError('invalid', `table ${table.name} ${why}: use STORED AS PARQUET`)
  if (output.format === 'csv') throw refused('would lose which values are null in CSV')
  if (output.format === 'parquet') return output
  for (const { name, type } of table.columns) {
    const isText = output.format === 'delimited'
    if (type.kind === 'binary' || (isText && isNested(type))) {
      throw refused(`cannot hold column ${name} of type ${typeText(type)} as text`)
    }
  }
  return output
}
