import type { Action, AddAction, PartitionValues, RemoveAction } from './actions.js'
import { decodePath, encodePath } from './path.js'
import type { FileStats } from '../core/file-stats.js'
import { parseStats } from './stats.js'

/** A data file of a snapshot. Its statistics stay text until they are asked for. */
export class AddFile {
  /** Below the table's folder, percent escapes undone. */
  readonly path: string
  readonly partitionValues: PartitionValues
  readonly size: number
  readonly modificationTime: number
  readonly statsText: string | undefined
  readonly #rest: Pick<AddAction, 'tags'> & { readonly logged?: string }

  constructor(add: AddAction, tableUri: string, partitionValues: PartitionValues) {
    this.path = decodePath(add.path, tableUri)
    this.partitionValues = partitionValues
    this.size = add.size
    this.modificationTime = add.modificationTime
    this.statsText = add.stats ?? undefined
    this.#rest =
      add.path === this.path && !add.tags
        ? PLAIN
        : {
            ...(add.path === this.path ? {} : { logged: add.path }),
            ...(add.tags ? { tags: add.tags } : {}),
          }
  }

  /** Parsed anew at each call; undefined when the writer gave none. */
  get stats(): FileStats | undefined {
    return parseStats(this.statsText)
  }

  /** The action that the log has for it. */
  toAdd(dataChange: boolean): AddAction {
    const { logged, tags } = this.#rest
    return {
      path: logged ?? encodePath(this.path),
      partitionValues: this.partitionValues,
      size: this.size,
      modificationTime: this.modificationTime,
      dataChange,
      ...(this.statsText === undefined ? {} : { stats: this.statsText }),
      ...(tags ? { tags } : {}),
    }
  }

  toRemove(dataChange: boolean, now: number): RemoveAction {
    return {
      path: this.#rest.logged ?? encodePath(this.path),
      deletionTimestamp: now,
      dataChange,
      extendedFileMetadata: true,
      partitionValues: this.partitionValues,
      size: this.size,
    }
  }
}

const PLAIN = Object.freeze({})

/** A finished data file that is in the table's folder already. */
export interface NewFile {
  /** Below the table's folder. */
  readonly path: string
  readonly partitionValues: PartitionValues
  readonly size: number
  readonly stats: FileStats
  /** Default true; false when its rows were in the table before, as in compaction. */
  readonly dataChange?: boolean
}

/**
 * The action that makes a file part of its table.
 * @example addAction({ path, size, stats, partitionValues: { event_day: '2024-01-15' } })
 */
export function addAction(file: NewFile, now = Date.now()): Action {
  return {
    add: {
      path: encodePath(file.path),
      partitionValues: file.partitionValues,
      size: file.size,
      modificationTime: now,
      dataChange: file.dataChange ?? true,
      stats: JSON.stringify(file.stats),
    },
  }
}

/** The action that takes a file out of its table; `dataChange`: whether rows go with it. */
export function removeAction(file: AddFile, dataChange: boolean, now = Date.now()): Action {
  return { remove: file.toRemove(dataChange, now) }
}
