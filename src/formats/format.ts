import type { KeyLayout } from './key-layout.js'

/** Types a column can have; each has one spelling in Delta, in DuckDB and in Spark. */
export type ScalarType = 'string' | 'int' | 'long' | 'double' | 'boolean' | 'timestamp' | 'date'

/**
 * How a raw value becomes the column's value; none: the value itself, as the column's type.
 * - `json`: any value, as compact JSON text
 * - `iso-time`: ISO 8601 text to a timestamp
 * - `epoch-seconds`: a number of seconds since 1970 to a timestamp
 */
export type Transform = 'json' | 'iso-time' | 'epoch-seconds'

export interface ScalarColumn {
  readonly type: ScalarType
  /** Where the value is: a dotted path from the record (JSON) or a token (lines). */
  readonly from: string
  readonly via?: Transform
  readonly doc: string
  /** Keep min and max for each file, so that queries skip files. */
  readonly hot?: true
}

/** An object whose known keys become fields; a key that no field takes is kept in `unmapped`. */
export interface StructColumn {
  readonly type: 'struct'
  readonly from: string
  readonly fields: Columns
  readonly doc: string
}

/** An array of objects, read like a struct each. */
export interface ListColumn {
  readonly type: 'list'
  readonly from: string
  readonly fields: Readonly<Record<string, ScalarColumn>>
  readonly doc: string
}

export type Column = ScalarColumn | StructColumn | ListColumn
export type Columns = Readonly<Record<string, Column>>

/** How records lie in an object. */
export type Framing =
  /** JSON values; `containers`: keys whose arrays hold the records, `envelopes`: keys that hold one. */
  | {
      readonly kind: 'json'
      readonly containers: readonly string[]
      readonly envelopes: readonly string[]
    }
  /** One record a line, fields split at blanks; `header`: the first token of a header line. */
  | {
      readonly kind: 'fields'
      readonly header: string
      /** The order of tokens when a file has no header. */
      readonly order: readonly string[]
      /** Text that means "no value". */
      readonly absent: string
    }

/** What detection sees of an object: its key and the first bytes behind any compression. */
export interface Probe {
  readonly key: string
  /** Up to 64 KiB, decompressed, decoded as UTF-8. */
  readonly head: string
}

export interface Verdict {
  /** 0: not this format, 1: nothing else it could be. */
  readonly score: number
  readonly reason: string
  /** It is known and it is not a log (a digest, a marker): skipped and counted as such. */
  readonly skip?: true
}

/** One sign of a log type: all that is given must hold. */
export interface DetectionRule {
  readonly key?: RegExp
  /** All of them, somewhere in the head. */
  readonly head?: readonly RegExp[]
  /** Some line of the head, without its end. */
  readonly line?: RegExp
  /** The first line has three tokens and more; `least` of them, and the `share` of all, are names of fields. */
  readonly header?: { readonly least: number; readonly share: number }
  readonly score: number
  /** `{known}` stands for how many names of fields the header has. */
  readonly reason: string
  /** See `Verdict`. */
  readonly skip?: true
}

/**
 * How an object is known to be of a log type: the first rule that holds decides. JavaScript and Rust must read
 * the expressions alike, over bytes: no `\s`, `\w` or `\b`, no `.`, no flags, no looking around or back.
 */
export interface Detection {
  readonly rules: readonly DetectionRule[]
  /** Why it is not, when no rule holds. */
  readonly otherwise: string
}

/** Raw paths that feed the columns which every table has; the first path with a value wins. */
export interface CommonSources {
  readonly time: { readonly from: string; readonly via: 'iso-time' | 'epoch-seconds' }
  /** The log's own id; without one the id is a hash of the raw record. */
  readonly event_id?: string
  readonly account_id?: readonly string[]
  readonly region?: readonly string[]
  readonly actor?: readonly string[]
  readonly source_ip?: readonly string[]
  readonly dest_ip?: readonly string[]
}

/** Which OCSF class a table feeds, and from which of its columns each attribute comes. */
export interface OcsfMap {
  readonly class: string
  readonly map: Readonly<Record<string, string>>
}

/** A log type, as data; readers, docs, `describe` and views are derived from it. */
export interface LogFormat {
  readonly id: string
  readonly title: string
  readonly doc: string
  readonly framing: Framing
  readonly columns: Columns
  readonly common: CommonSources
  readonly keyLayout?: KeyLayout
  readonly ocsf: OcsfMap
  readonly detection: Detection
}

/**
 * Declares a log type. A column in `ocsf` that the table does not have is a compile error.
 * @example see `hello-world.ts`
 */
export function defineFormat<const C extends Columns>(
  format: Omit<LogFormat, 'columns' | 'ocsf'> & {
    readonly columns: C
    readonly ocsf: {
      readonly class: string
      readonly map: Readonly<Record<string, NoInfer<keyof C & string> | CommonName>>
    }
  },
): LogFormat {
  return Object.freeze(format as LogFormat)
}

/** A column that every table has. */
export interface CommonColumn {
  readonly type: ScalarType
  readonly doc: string
  readonly hot?: true
}

/** The columns of every table, in their order, so that one question crosses log types. */
export const COMMON_COLUMNS = {
  time: { type: 'timestamp', doc: 'When it happened, from the log, in UTC.', hot: true },
  event_day: { type: 'date', doc: 'The partition: the UTC day of `time`.' },
  event_id: { type: 'string', doc: "The log's own id, else a hash of the raw record." },
  account_id: {
    type: 'string',
    doc: "The AWS account, from the record, else from the object's key.",
    hot: true,
  },
  region: {
    type: 'string',
    doc: "The AWS region, from the record, else from the object's key.",
    hot: true,
  },
  actor: { type: 'string', doc: 'Who did it: a principal ARN or a user, when the log has one.' },
  source_ip: { type: 'string', doc: 'Where it came from, as the log has it.' },
  source_ip_key: {
    type: 'string',
    doc: '`source_ip` as 32 hex digits (IPv4 below ::ffff:), so that a network is a range of strings; null when it is no address.',
    hot: true,
  },
  dest_ip: { type: 'string', doc: 'Where it went, as the log has it.' },
  dest_ip_key: { type: 'string', doc: '`dest_ip` as 32 hex digits.', hot: true },
  unmapped: {
    type: 'string',
    doc: 'Fields that no column holds, as a JSON object; null when there are none.',
  },
  source_object: { type: 'string', doc: 'The URI of the object that the row was read from.' },
  source_row: { type: 'long', doc: 'The record within that object, from 1.' },
  ingested_at: { type: 'timestamp', doc: 'When the batch that brought the row was converted.' },
} as const satisfies Readonly<Record<string, CommonColumn>>

export type CommonName = keyof typeof COMMON_COLUMNS
