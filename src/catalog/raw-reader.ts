/**
 * How rows come out of files, as data; each engine makes its own reader of it. Files whose names end in
 * `.gz` or `.zst` are decompressed; empty files and blank lines hold no row.
 */
export type RawReader = JsonReader | DelimitedReader | CsvReader | RegexReader | ParquetReader

/** One JSON object a row: a line each, or the elements of the array `Records` of a CloudTrail file. */
export interface JsonReader {
  readonly kind: 'json'
  readonly framing: 'lines' | 'cloudtrail'
  /** A line that is no JSON: a row of nulls, or an error that names the file. */
  readonly malformed: 'null' | 'fail'
  /** A value that is not of its column's type. */
  readonly invalid: 'null' | 'fail'
  readonly caseInsensitive: boolean
  /** The key in the file, by the name of the column or field that it feeds. */
  readonly mapping: Readonly<Record<string, string>>
  /** A dot in a key stands for an underscore in a name. */
  readonly dotsInKeys: boolean
}

/** Lines cut at a delimiter; missing values at the end are null, further ones are left out. */
export interface DelimitedReader {
  readonly kind: 'delimited'
  readonly field: string
  /** Between the items of an array, the entries of a map, the fields of a struct. */
  readonly collection: string
  readonly mapKey: string
  readonly escape: string | null
  /** Text that means null. */
  readonly nullText: string
  readonly skipLines: number
}

/** Lines of CSV, where quoted values may hold the separator. */
export interface CsvReader {
  readonly kind: 'csv'
  readonly separator: string
  readonly quote: string
  readonly escape: string
  readonly skipLines: number
}

/** Lines that a pattern takes apart as a whole; one that does not fit is a row of nulls. */
export interface RegexReader {
  readonly kind: 'regex'
  readonly pattern: string
  readonly caseInsensitive: boolean
  /** For each column in order the number of its group, from 1; 0: none feeds it. */
  readonly groups: readonly number[]
  readonly skipLines: number
  /** A line that begins with this character does not match. */
  readonly notFirst?: string
}

/** Columns by name, in capitals or not; one that a file lacks is null. */
export interface ParquetReader {
  readonly kind: 'parquet'
}
