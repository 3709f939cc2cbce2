import type { FrontName } from '../../../core/config-settings.js'
import type { ErrorKind } from '../../../core/errors.js'
import type { WrittenFile } from '../../../front/parquet/data-file.js'
import type { StoreOptions } from '../../../storage/open.js'
import type { FrontBatch } from '../../duckdb/converter.js'
import type { SourceObject } from '../../engine.js'

/** Where a task finds what it has to do. It goes through Spark's plans and logs: nothing secret is in it. */
export interface TaskPointer {
  readonly work: 'read' | 'rewrite'
  /** URI of the lake's store. */
  readonly lake: string
  readonly s3: TaskStoreOptions
  /** In the lake's store, ends in `/`; task `n` has `task-n.json` there. */
  readonly folder: string
}

/** How S3 is reached; credentials are those of the node. */
export type TaskStoreOptions = Pick<
  StoreOptions,
  'endpoint' | 'region' | 'pathStyle' | 'requesterPays'
>

/** What one task has to read. */
export interface TaskOrder {
  readonly objects: readonly SourceObject[]
  readonly format: string
  readonly fields?: readonly string[]
  /** ISO 8601. */
  readonly ingestedAt: string
  readonly keepDuplicates: boolean
  /** Raw bytes held between two files. */
  readonly arenaBytes: number
  /** Default: the native one where the executor has it. */
  readonly front?: FrontName
}

/** A file that a task left in the lake's store. */
export interface StoredFile {
  readonly key: string
  readonly size: number
}

/** A data file that no commit names yet. */
export interface StagedFile extends Omit<WrittenFile, 'path'> {
  readonly key: string
}

/** What one task did; objects by their number in its order. */
export interface TaskResult extends Pick<FrontBatch, 'outcomes' | 'detected' | 'suspects'> {
  readonly files: readonly StagedFile[]
  readonly rejects: readonly StoredFile[]
}

/** One line from a task. */
export type TaskAnswer<Result> =
  | { readonly task: number; readonly result: Result }
  /** Trying again would not help. */
  | {
      readonly task: number
      readonly error: { readonly kind: ErrorKind; readonly message: string }
    }
