import type {
  AddAction,
  DomainMetadataAction,
  PartitionValues,
  ProtocolAction,
  RemoveAction,
} from './actions.js'
import type { AddFile } from './add-file.js'
import { boundsOf, partitionRange } from './bounds.js'
import type { CheckpointBase } from './checkpoint-base.js'
import type { FileFilter } from './checkpoint-io.js'
import { FileReader } from './file-reader.js'
import type { FolderMap } from './folder-map.js'
import { encodePath } from './path.js'
import type { Predicate } from './predicate.js'
import { columnTests, fileTest } from './prune.js'
import type { TableMetadata } from './table-metadata.js'
import type { TablePlace } from './table-place.js'

/** What a table is at one version, as the log's reader collected it. */
export interface SnapshotState {
  readonly place: TablePlace
  readonly version: number
  readonly timestamp: number
  readonly protocol: ProtocolAction
  readonly metadata: TableMetadata
  readonly txns: ReadonlyMap<string, number>
  readonly domains: ReadonlyMap<string, DomainMetadataAction>
  /** What the checkpoint that the log was read from has, but for what later commits touch. */
  readonly base: CheckpointBase | undefined
  /** Files that commits after the checkpoint brought. */
  readonly files: FolderMap<AddFile>
  /** Files that commits after the checkpoint took away. */
  readonly removed: FolderMap<RemoveAction>
  /** Of `files`. */
  readonly bytes: number
  /** One object for all files of a partition, shared by the snapshots of a table. */
  readonly partitions: Map<string, PartitionValues>
}

/** How many data files a table has, and the sum of their sizes. */
export interface Totals {
  readonly files: number
  readonly bytes: number
}

/** A table at one version. It never changes: a later commit makes another snapshot. */
export class Snapshot {
  readonly state: SnapshotState
  #totals: Promise<Totals> | undefined

  constructor(state: SnapshotState) {
    this.state = state
  }

  /** The table's name. */
  get table(): string {
    return this.state.place.name
  }

  /** Of the table's folder in the lake's store, ending in `/`. */
  get prefix(): string {
    return this.state.place.prefix
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

  /** The version that an application last committed with; undefined when it never did. */
  txn(appId: string): number | undefined {
    return this.state.txns.get(appId)
  }

  /** Counted at the first call. Throws `invalid` when the checkpoint is damaged. */
  totals(): Promise<Totals> {
    this.#totals ??= this.#count().catch((error: unknown) => {
      this.#totals = undefined
      throw error
    })
    return this.#totals
  }

  /**
   * The data files, without those in which no row can meet the predicate, judged by partition and
   * statistics. Rows still have to be filtered. Throws `invalid` when the checkpoint is damaged.
   * @example await snapshot.files([{ column: 'event_day', op: '>=', values: ['2024-01-15'] }])
   */
  async files(predicate: Predicate = []): Promise<readonly AddFile[]> {
    const kept: AddFile[] = []
    for await (const file of this.eachFile(predicate)) kept.push(file)
    return kept
  }

  /** As `files`, one by one, for tables whose files are too many to hold. */
  async *eachFile(predicate: Predicate = []): AsyncIterable<AddFile> {
    const { partitionColumns } = this.metadata
    const columns = predicate.length === 0 ? [] : this.metadata.columns
    const test = fileTest(predicate, columns, partitionColumns)
    const bounds = boundsOf(columnTests(predicate, columns), partitionColumns)
    for await (const file of this.#baseFiles({ bounds })) if (test(file)) yield file
    for (const file of this.state.files.values()) if (test(file)) yield file
  }

  /** The data file at this path below the table's folder, if it is part of this version. */
  async file(path: string): Promise<AddFile | undefined> {
    const { files, removed } = this.state
    const late = files.get(path)
    if (late || removed.get(path)) return late
    for await (const file of this.#baseFiles({ paths: spellings([path]) })) {
      if (file.path === path) return file
    }
    return undefined
  }

  /** Those of the paths that are data files of this version; without paths, all data files. */
  async present(paths?: Iterable<string>): Promise<ReadonlySet<string>> {
    const { files } = this.state
    const asked = paths && new Set(paths)
    const found = new Set<string>()
    for (const file of files.values()) if (asked?.has(file.path) ?? true) found.add(file.path)
    const left = asked && [...asked].filter((path) => !found.has(path))
    if (left?.length === 0) return found
    const filter = { withoutStats: true, ...(left ? { paths: spellings(left) } : {}) }
    for await (const { path } of this.#baseFiles(filter)) {
      if (asked?.has(path) ?? true) found.add(path)
    }
    return found
  }

  /** The key of a data file in the lake's store. */
  keyOf(file: { readonly path: string }): string {
    return `${this.prefix}${file.path}`
  }

  /** Files that left the table and may still be read by older snapshots. */
  async *tombstones(): AsyncIterable<RemoveAction> {
    const { base, files, removed } = this.state
    const reader = new FileReader(this.state)
    for await (const remove of base?.removes() ?? []) {
      const path = reader.pathOf(remove)
      if (!files.get(path) && !removed.get(path)) yield remove
    }
    yield* removed.values()
  }

  /** What the checkpoint has of files that commits after it touched. */
  async superseded(): Promise<{
    readonly adds: readonly AddAction[]
    readonly removes: readonly RemoveAction[]
  }> {
    const { base, files, removed } = this.state
    const touched = new Set([...files.paths(), ...removed.paths()])
    const adds: AddAction[] = []
    const removes: RemoveAction[] = []
    if (!base || touched.size === 0) return { adds, removes }
    const reader = new FileReader(this.state)
    const paths = spellings(touched)
    const bounds = partitionRange(this.metadata, [...files.values(), ...removed.values()])
    for await (const add of base.adds({ paths, bounds, withoutStats: true })) {
      if (touched.has(reader.pathOf(add))) adds.push(add)
    }
    for await (const remove of base.removes({ paths })) {
      if (touched.has(reader.pathOf(remove))) removes.push(remove)
    }
    return { adds, removes }
  }

  async #count(): Promise<Totals> {
    const { base, files, bytes } = this.state
    const { adds } = await this.superseded()
    return {
      files: (base?.files ?? 0) - adds.length + files.size,
      bytes: (base?.bytes ?? 0) - adds.reduce((sum, f) => sum + f.size, 0) + bytes,
    }
  }

  async *#baseFiles(filter: FileFilter): AsyncIterable<AddFile> {
    const { base, files, removed } = this.state
    if (!base) return
    const reader = new FileReader(this.state)
    for await (const add of base.adds(filter)) {
      const file = reader.read(add)
      if (!files.get(file.path) && !removed.get(file.path)) yield file
    }
  }
}

/** The ways in which a writer is likely to have put paths into the log. */
function spellings(paths: Iterable<string>): readonly string[] {
  return [...new Set([...paths].flatMap((path) => [path, encodePath(path)]))]
}
