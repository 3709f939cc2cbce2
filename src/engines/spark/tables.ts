import { HeadrigError } from '../../core/errors.js'
import type { TableColumn } from '../../formats/table-schema.js'
import { sparkName } from '../../sql/spark/spark-text.js'
import { parseType, sparkType, type SqlField } from '../../sql/spark/sql-type.js'
import { duckDbType } from '../duckdb/types.js'

/** A table of the lake as Spark finds it: by its path, through the Delta connector. */
export interface SparkTable {
  readonly name: string
  readonly columns: readonly TableColumn[]
  /** Undefined when no row of it is needed. */
  readonly source?: {
    /** A folder, or `s3://bucket/prefix`. */
    readonly location: string
    /** Of the Delta log: what is read does not change while a query runs. */
    readonly version: number
  }
}

/** The columns as the translation of SQL knows them. */
export function sqlFields(columns: readonly TableColumn[]): SqlField[] {
  return columns.map((c) => ({ name: c.name, type: parseType(duckDbType(c.type)) }))
}

/** A SELECT of a table, in Spark's SQL; columns that its log lacks are null. */
export function selectTable({ columns, source }: SparkTable): string {
  if (!source) return selectNothing(columns)
  const list = columns.map((c) => sparkName(c.name)).join(', ')
  const { location, version } = source
  return `SELECT ${list} FROM delta.${sparkName(sparkPath(location))} VERSION AS OF ${version}`
}

/** A table that a query names without reading it: no rows. */
function selectNothing(columns: readonly TableColumn[]): string {
  const list = sqlFields(columns).map(
    (c) => `CAST(NULL AS ${sparkType(c.type) ?? 'STRING'}) AS ${sparkName(c.name)}`,
  )
  return `SELECT ${list.join(', ')} WHERE false`
}

/** A location in the spelling of Hadoop's file systems. */
export function sparkPath(location: string): string {
  if (location.startsWith('s3://')) return `s3a://${location.slice('s3://'.length)}`
  if (location.startsWith('/')) return location
  throw new HeadrigError(
    'invalid',
    `spark cannot read a lake at ${location}: use a folder or s3://`,
  )
}
