import type { TableColumn } from '../formats/table-schema.js'
import type { Action } from './actions.js'
import type { Bound } from './bounds.js'

/** Which files of a checkpoint are wanted; what the reader cannot judge is wanted. */
export interface FileFilter {
  /** All must be possible. */
  readonly bounds?: readonly Bound[]
  /** Paths as the log spells them. Others come too when they are spelled in ways of their own. */
  readonly paths?: readonly string[]
  /** Leave out the statistics, most of a checkpoint; default false. */
  readonly withoutStats?: boolean
}

/** A checkpoint's file without its data files. */
export interface CheckpointSummary {
  /** Objects as a commit has them: protocol, metadata, transactions, domains, sidecars. */
  readonly actions: readonly object[]
  /** How many data files it names, and the sum of their sizes. */
  readonly files: number
  readonly bytes: number
}

/** What a checkpoint is made of. */
export interface CheckpointContent {
  /** What no earlier checkpoint has. */
  readonly actions: Iterable<Action>
  /** Files of an earlier checkpoint: their data files and tombstones, but for these paths. */
  readonly from: readonly {
    readonly path: string
    readonly withoutAdds: readonly string[]
    readonly withoutRemoves: readonly string[]
  }[]
  /** Tombstones of earlier checkpoints count when they are younger, milliseconds since the epoch. */
  readonly removedAfter: number
  /** Columns whose statistics are also kept in a form that can be filtered without parsing. */
  readonly statsColumns: readonly TableColumn[]
  readonly partitionColumns: readonly TableColumn[]
}

/** Reads and writes checkpoints in Parquet, on this machine's disk: an engine's work that the lake asks for. */
export interface CheckpointIo {
  summary(path: string): Promise<CheckpointSummary>
  /** `AddAction` objects, in batches. */
  adds(path: string, filter: FileFilter): AsyncIterable<readonly object[]>
  /** `RemoveAction` objects, in batches. */
  removes(path: string, filter: Pick<FileFilter, 'paths'>): AsyncIterable<readonly object[]>
  /** Writes a checkpoint as one file; the caller moves or deletes it. */
  write(content: CheckpointContent): Promise<{ readonly path: string; readonly rows: number }>
  /** Where a copy of a file that is elsewhere may be; the folder is gone when the process ends. */
  tempPath(): Promise<string>
}
