import type {
  DomainMetadataAction,
  PartitionValues,
  ProtocolAction,
  RemoveAction,
} from './actions.js'
import type { AddFile } from './add-file.js'
import type { FolderMap } from './folder-map.js'
import type { Predicate } from './predicate.js'
import { fileTest } from './prune.js'
import type { TableMetadata } from './table-metadata.js'

/** What a table is at one version, as the log's reader collected it. */
export interface SnapshotState {
  readonly table: string
  /** Of the table's folder in the lake's store, ending in `/`. */
  readonly prefix: string
  readonly version: number
  readonly timestamp: number
  readonly protocol: ProtocolAction
  readonly metadata: TableMetadata
  readonly txns: ReadonlyMap<string, number>
  readonly domains: ReadonlyMap<string, DomainMetadataAction>
  readonly files: FolderMap<AddFile>
  readonly removed: FolderMap<RemoveAction>
  readonly bytes: number
  /** One object for all files of a partition, shared by the snapshots of a table. */
  readonly partitions: Map<string, PartitionValues>
}

/** A table at one version. It never changes: a later commit makes another snapshot. */
export class Snapshot {
  readonly state: SnapshotState

  constructor(state: SnapshotState) {
    this.state = state
  }

  /** The table's name. */
  get table(): string {
    return this.state.table
  }

  get version(): number {
    return this.state.version
  }

  /** When this version was committed. */
  get timestamp(): Date {
    return new Date(this.state.timestamp)
  }

  get metadata(): TableMetadata {
    return this.state.metadata
  }

  get numFiles(): number {
    return this.state.files.size
  }

  /** Of all data files. */
  get bytes(): number {
    return this.state.bytes
  }

  /** The version that an application last committed with; undefined when it never did. */
  txn(appId: string): number | undefined {
    return this.state.txns.get(appId)
  }

  /**
   * The data files, without those in which no row can meet the predicate, judged by partition and
   * statistics. Rows still have to be filtered.
   * @example snapshot.files([{ column: 'event_day', op: '>=', values: ['2024-01-15'] }])
   */
  files(predicate: Predicate = []): readonly AddFile[] {
    if (predicate.length === 0) return [...this.state.files.values()]
    const { columns, partitionColumns } = this.metadata
    const test = fileTest(predicate, columns, partitionColumns)
    const kept: AddFile[] = []
    for (const file of this.state.files.values()) if (test(file)) kept.push(file)
    return kept
  }

  /** The data file at this path below the table's folder, if it is part of this version. */
  file(path: string): AddFile | undefined {
    return this.state.files.get(path)
  }

  /** The key of a data file in the lake's store. */
  keyOf(file: { readonly path: string }): string {
    return `${this.state.prefix}${file.path}`
  }

  /** Files that left the table and may still be read by older snapshots. */
  tombstones(): IterableIterator<RemoveAction> {
    return this.state.removed.values()
  }
}
