import type { ReadOutcome, ReadTask } from './reader.js'
import type { ScannerLimits } from './scanner.js'
import type { WrittenFile } from './parquet/data-file.js'

/** What a worker is started with. */
export interface WorkerStart {
  readonly name: string
  readonly limits: ScannerLimits
}

/** A batch to be read; tasks follow. `Memory`: what the threads know of it together. */
export interface BatchStart<Memory = SharedArrayBuffer> {
  readonly kind: 'begin'
  readonly folder: string
  /** A log type's id, or `auto`. */
  readonly format: string
  readonly fields?: readonly string[]
  readonly ingestedAt: Date
  /** Undefined: copies of records are kept. */
  readonly batch: { readonly memory: Memory; readonly key: Uint8Array } | undefined
}

/** Rows that are left out of what is written, and what is to be looked at again. */
export interface SiftedRows {
  readonly formatId: string
  /** Rows that an equal one came before, by object. */
  readonly repeats: ReadonlyMap<number, number>
  /** Ids that came with other content as well. */
  readonly ids: readonly string[]
}

export type ToWorker<Memory = SharedArrayBuffer> =
  | BatchStart<Memory>
  /** `apart`: what was read before goes to files of its own. */
  | { readonly kind: 'read'; readonly tasks: readonly ReadTask[]; readonly apart: boolean }
  | { readonly kind: 'flush' }

export type FromWorker =
  | { readonly kind: 'outcomes'; readonly outcomes: readonly ReadOutcome[] }
  | { readonly kind: 'sifted'; readonly found: SiftedRows }
  | { readonly kind: 'written'; readonly file: WrittenFile }
  /** Everything of the batch is written; where its rejects are, if there were any. */
  | { readonly kind: 'flushed'; readonly rejects: string | undefined }
  | { readonly kind: 'broken'; readonly message: string; readonly stack: string | undefined }
