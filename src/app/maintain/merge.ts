import type { HeadrigError } from '../../core/errors.js'
import type { FileStats } from '../../core/file-stats.js'
import type { CompactionGroup } from '../../lake/compaction.js'
import type { Snapshot } from '../../lake/snapshot.js'

/** A group's rows in new files, which lie in the table's folder and are part of no version yet. */
export interface Merge {
  readonly group: CompactionGroup
  readonly files: readonly {
    /** Below the table's folder. */
    readonly path: string
    readonly size: number
    readonly stats: FileStats
  }[]
}

/** Groups of one table that are to be merged. */
export interface MergeWork {
  readonly table: string
  readonly snapshot: Snapshot
  readonly groups: readonly CompactionGroup[]
  /** The most that a new file should have, bytes. */
  readonly targetBytes: number
}

/**
 * Merges groups, in any order; the next waits for what is done with one that is ready.
 * @returns why groups were left out that need not keep the others from being committed
 * @throws HeadrigError as the engine does; what is ready then is not to be committed
 */
export type Merger = (
  work: MergeWork,
  onMerge: (merge: Merge) => Promise<void>,
) => Promise<readonly HeadrigError[]>
