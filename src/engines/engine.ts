import type { ErrorKind } from '../core/errors.js'
import type { FileStats } from '../core/file-stats.js'
import type { LogFormat } from '../formats/format.js'
import type { TableColumn } from '../formats/table-schema.js'

/** A finished Parquet file on local disk, not yet part of any table. */
export interface DataFile {
  readonly path: string
  readonly size: number
  /** The partition all its rows are in: `yyyy-mm-dd`, or null when rows have no time. */
  readonly eventDay: string | null
  readonly stats: FileStats
  /** Where it lies in the lake's store already, below the folder of its table and day. */
  readonly key?: string
}

/** A table as a query sees it: its columns and the files that hold its rows. */
export interface MountedTable {
  readonly name: string
  readonly columns: readonly TableColumn[]
  readonly files: readonly MountedFile[]
  /** The columns that a query reads; default: all. Reading another one is an error. */
  readonly needed?: ReadonlySet<string>
}

/** A data file of a table, on this machine. */
export interface MountedFile {
  readonly path: string
  /** The day comes from the Delta log, files do not hold it. */
  readonly eventDay: string | null
  /**
   * What is known of its columns: true, it holds the column; false, no row has a value there (and the
   * file may lack the column). A column that is not named may be there or not.
   */
  readonly holds?: ReadonlyMap<string, boolean>
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
  /** The columns it reads. */
  readonly columns: readonly string[]
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
  /**
   * The rows as text that the engine makes, instead of `batches`: JSON objects or lines of CSV, without
   * line ends. Undefined when it cannot. Much faster for wide rows.
   */
  lines?(form: 'json' | 'csv'): AsyncIterable<readonly string[]> | undefined
}

export interface QueryOptions {
  /** Bound to `$1`, `$2`, …; never spliced into the text. */
  readonly params?: readonly (string | number | bigint | boolean | null)[]
  readonly signal?: AbortSignal
}

/** Mounted tables that can be asked in the engine's own SQL. */
export interface QuerySession {
  /** Reads one statement; the signal ends it where it runs. */
  query(sql: string, options?: QueryOptions): Promise<QueryResult>
  /** How the engine would run a statement, in its own words; `analyze`: how it ran it. */
  explain(sql: string, analyze: boolean, options?: QueryOptions): Promise<string>
  /** Ends what still runs; safe to call twice. */
  close(): Promise<void>
}

/** One source object of a batch. */
export interface SourceObject {
  readonly uri: string
  readonly key: string
  readonly size: number
  /** When it can be read in place. */
  readonly localPath?: string
}

/** Half-open. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

export interface ConvertRequest {
  readonly objects: readonly SourceObject[]
  /** Reads one object's bytes, as stored; for objects without a local path. */
  readonly fetch: (index: number, range?: ByteRange) => Promise<Uint8Array>
  /** `auto`: by detection, else this log type's id for every object. */
  readonly format: string
  /** Tokens in order for a `fields` format without a header, instead of its default. */
  readonly fields?: readonly string[]
  /** A fresh local folder for this batch; the caller deletes it. */
  readonly folder: string
  readonly ingestedAt: Date
  /** Keep records that repeat another one. */
  readonly keepDuplicates: boolean
  readonly signal: AbortSignal
  readonly onProgress?: (done: ConvertProgress) => void
}

/** What was read since the last report. */
export interface ConvertProgress {
  readonly objects: number
  readonly bytes: number
  readonly rows: number
}

/** What became of one object before duplicates were looked for. */
export interface ObjectOutcome {
  /** Within the request. */
  readonly index: number
  readonly format: string | null
  readonly rows: number
  /** Records that repeat another of the batch and were left out while reading. */
  readonly repeats: number
  readonly rejected: number
  readonly state: 'done' | 'skipped' | 'failed'
  /** A note on a `done` object, the reason otherwise. */
  readonly error?: string
  /** For a `failed` one: whether trying again may help. */
  readonly failure?: ErrorKind
}

/** A batch that was read: what a native front would replace lies behind it. */
export interface ConvertedBatch {
  readonly tables: readonly ConvertedTable[]
  readonly outcomes: readonly ObjectOutcome[]
  /** Log types found, why, and in how many objects. */
  readonly detected: readonly {
    readonly format: string
    readonly reason: string
    readonly objects: number
  }[]
  /** Files of JSON lines: format, source_object, source_row, reason, raw. */
  readonly rejects: readonly string[]
}

export interface ConvertedTable {
  readonly format: LogFormat
  readonly minTime: Date
  readonly maxTime: Date
  /**
   * Looks for rows that repeat another of the batch (at the first call) or of these data files of the lake,
   * and leaves them out from now on. Answers what is left out in all, by source object.
   */
  dropDuplicates(lake: readonly string[]): Promise<ReadonlyMap<string, number>>
  /** Data files of what is left; called again, only files that lost rows since are written again. */
  encode(): Promise<readonly DataFile[]>
  /** Frees what the engine holds for it; its files stay. */
  discard(): Promise<void>
}

/** Turns raw objects into data files of a lake. */
export interface Converter {
  convert(request: ConvertRequest): Promise<ConvertedBatch>
  close(): Promise<void>
}
