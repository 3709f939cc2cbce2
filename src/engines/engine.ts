import type { LogFormat } from '../formats/format.js'
import type { TableColumn } from '../formats/table-schema.js'

/** Smallest and largest value of a column within one file, as Delta's `stats` spell them. */
export interface FileStats {
  readonly numRecords: number
  readonly minValues: Readonly<Record<string, unknown>>
  readonly maxValues: Readonly<Record<string, unknown>>
  readonly nullCount: Readonly<Record<string, unknown>>
}

/** A finished Parquet file on local disk, not yet part of any table. */
export interface DataFile {
  readonly path: string
  readonly size: number
  /** The partition all its rows are in: `yyyy-mm-dd`, or null when rows have no time. */
  readonly eventDay: string | null
  readonly stats: FileStats
}

/** A table as a query sees it: its columns and the files that hold its rows. */
export interface MountedTable {
  readonly name: string
  readonly columns: readonly TableColumn[]
  readonly files: readonly MountedFile[]
}

/** A data file of a table, on this machine. */
export interface MountedFile {
  readonly path: string
  /** The day comes from the Delta log, files do not hold it. */
  readonly eventDay: string | null
  /** It is known to hold every column of the table; else it may be of an older schema. */
  readonly complete?: boolean
}

/** A comparison that a scan was seen to make: only rows for which it holds matter. */
export interface ScanFilter {
  readonly column: string
  readonly op: '=' | '<' | '<=' | '>' | '>=' | 'in'
  /** As Delta's stats spell values: text, number, boolean, ISO timestamp or day. */
  readonly values: readonly (string | number | boolean)[]
}

/** One place in a query that reads a table; every filter must hold. */
export interface TableScan {
  readonly table: string
  readonly filters: readonly ScanFilter[]
}

export interface ResultColumn {
  readonly name: string
  /** The engine's own name of the type, such as `BIGINT` or `STRUCT(…)`. */
  readonly type: string
}

/** Rows as they come; closing early stops the query. Values are JSON-like: see `engines/values.ts`. */
export interface QueryResult {
  readonly columns: readonly ResultColumn[]
  readonly batches: AsyncIterable<readonly (readonly unknown[])[]>
}

export interface QueryOptions {
  /** Bound to `$1`, `$2`, …; never spliced into the text. */
  readonly params?: readonly (string | number | bigint | boolean | null)[]
  readonly signal?: AbortSignal
}

/** One source object of a batch. */
export interface SourceObject {
  readonly uri: string
  readonly key: string
  readonly size: number
  /** When it can be read in place. */
  readonly localPath?: string
}

export interface ConvertRequest {
  readonly objects: readonly SourceObject[]
  /** Reads one object's bytes, as stored; used for objects without a local path. */
  readonly fetch: (index: number, signal: AbortSignal) => Promise<Uint8Array>
  /** `auto`: by detection, else this log type for every object. */
  readonly format: LogFormat | 'auto'
  readonly formats: readonly LogFormat[]
  /** Tokens in order for a `fields` format without a header, instead of its default. */
  readonly fields?: readonly string[]
  /** A fresh local folder for this call's files; the caller deletes it. */
  readonly folder: string
  readonly ingestedAt: Date
  readonly signal: AbortSignal
  readonly onProgress?: (done: {
    readonly objects: number
    readonly bytes: number
    readonly rows: number
  }) => void
}

/** What became of one object. */
export interface ObjectOutcome {
  readonly index: number
  readonly format: string | null
  readonly rows: number
  readonly rejected: number
  readonly duplicates: number
  readonly state: 'done' | 'skipped' | 'failed'
  readonly error?: string
}

/** Files of one table, sorted by time inside each, before duplicates of other batches are dropped. */
export interface ConvertedTable {
  readonly format: LogFormat
  readonly files: readonly DataFile[]
}
