import type { FileStats } from '../../../core/file-stats.js'
import type { TableColumn } from '../../../formats/table-schema.js'

/** Files of one partition that a task merges. */
export interface RewriteOrder {
  readonly files: readonly {
    readonly key: string
    readonly size: number
    /** What their table's log says of them. */
    readonly stats?: FileStats
  }[]
  /** Of the table, without its partition columns. */
  readonly columns: readonly TableColumn[]
  readonly eventDay: string | null
  /** The most that a new file should have, bytes. */
  readonly targetBytes: number
  /** Where new files go: the partition's folder in the lake's store, ending in `/`. */
  readonly place: string
}

/** A file that rows were merged into; no commit names it yet. */
export interface RewrittenFile {
  readonly key: string
  readonly size: number
  readonly stats: FileStats
}

/** What a task made of its files. */
export interface RewriteResult {
  readonly files: readonly RewrittenFile[]
}
