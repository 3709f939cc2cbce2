import { HeadrigError } from '../core/errors.js'
import type {
  Action,
  DomainMetadataAction,
  MetadataAction,
  PartitionValues,
  ProtocolAction,
  RemoveAction,
} from './actions.js'
import type { AddFile } from './add-file.js'
import type { CheckpointBase } from './checkpoint-base.js'
import { FileReader } from './file-reader.js'
import { FolderMap } from './folder-map.js'
import { checkReadable } from './protocol.js'
import { Snapshot } from './snapshot.js'
import { TableMetadata } from './table-metadata.js'
import type { TablePlace } from './table-place.js'

/** Replays actions, in the order of the log, into a snapshot. Used once: `build` ends it. */
export class SnapshotBuilder {
  /** Where the data files are that no replayed action tells of. */
  base: CheckpointBase | undefined
  readonly #place: TablePlace
  readonly #files: FolderMap<AddFile>
  readonly #removed: FolderMap<RemoveAction>
  readonly #txns: Map<string, number>
  readonly #domains: Map<string, DomainMetadataAction>
  readonly #partitions: Map<string, PartitionValues>
  readonly #reader: FileReader
  #protocol: ProtocolAction | undefined
  #metadata: TableMetadata | undefined
  #changed = false
  #bytes: number

  constructor(place: TablePlace, from?: Snapshot) {
    this.#place = place
    this.base = from?.state.base
    this.#files = new FolderMap(from?.state.files)
    this.#removed = new FolderMap(from?.state.removed)
    this.#txns = new Map(from?.state.txns)
    this.#domains = new Map(from?.state.domains)
    this.#protocol = from?.state.protocol
    this.#metadata = from?.metadata
    this.#bytes = from?.state.bytes ?? 0
    this.#partitions = from?.state.partitions ?? new Map<string, PartitionValues>()
    this.#reader = new FileReader({ place, partitions: this.#partitions })
  }

  apply(action: Action): void {
    const { add, remove, metaData, protocol, txn, domainMetadata } = action
    if (add) this.#add(this.#reader.read(add))
    if (remove) this.#remove(remove)
    if (txn) this.#txns.set(txn.appId, txn.version)
    if (protocol) {
      this.#protocol = protocol
      this.#changed = true
    }
    if (metaData) this.#setMetadata(metaData)
    if (domainMetadata?.removed) this.#domains.delete(domainMetadata.domain)
    else if (domainMetadata) this.#domains.set(domainMetadata.domain, domainMetadata)
  }

  /** Throws `invalid` when the log is incomplete or the table needs what we lack. */
  build(version: number, timestamp: number): Snapshot {
    const protocol = this.#protocol
    const metadata = this.#metadata
    const { name } = this.#place
    if (!protocol || !metadata) {
      throw new HeadrigError(
        'invalid',
        `the log of table ${name} has no ${protocol ? 'metaData' : 'protocol'} at version ${version}: the log is damaged`,
      )
    }
    if (this.#changed) checkReadable(name, protocol, metadata.action)
    return new Snapshot({
      place: this.#place,
      version,
      timestamp,
      protocol,
      metadata,
      txns: this.#txns,
      domains: this.#domains,
      base: this.base,
      files: this.#files,
      removed: this.#removed,
      bytes: this.#bytes,
      partitions: this.#partitions,
    })
  }

  #setMetadata(action: MetadataAction): void {
    this.#metadata = new TableMetadata(action)
    this.#changed = true
  }

  #add(file: AddFile): void {
    const before = this.#files.set(file.path, file)
    this.#bytes += file.size - (before?.size ?? 0)
    this.#removed.delete(file.path)
  }

  #remove(remove: RemoveAction): void {
    const path = this.#reader.pathOf(remove)
    const before = this.#files.delete(path)
    this.#bytes -= before?.size ?? 0
    this.#removed.set(path, remove)
  }
}
