import { HeadrigError } from '../core/errors.js'
import type {
  Action,
  AddAction,
  DomainMetadataAction,
  MetadataAction,
  PartitionValues,
  ProtocolAction,
  RemoveAction,
} from './actions.js'
import { AddFile } from './add-file.js'
import { FolderMap } from './folder-map.js'
import { decodePath } from './path.js'
import { checkReadable } from './protocol.js'
import { Snapshot } from './snapshot.js'
import { TableMetadata } from './table-metadata.js'

/** The table a log belongs to. */
export interface TablePlace {
  readonly name: string
  /** Of its folder in the store, ending in `/`. */
  readonly prefix: string
  readonly uri: string
}

/** Replays actions, in the order of the log, into a snapshot. Used once: `build` ends it. */
export class SnapshotBuilder {
  readonly #place: TablePlace
  readonly #files: FolderMap<AddFile>
  readonly #removed: FolderMap<RemoveAction>
  readonly #txns: Map<string, number>
  readonly #domains: Map<string, DomainMetadataAction>
  readonly #partitions: Map<string, PartitionValues>
  #protocol: ProtocolAction | undefined
  #metadata: TableMetadata | undefined
  #changed = false
  #bytes: number

  constructor(place: TablePlace, from?: Snapshot) {
    this.#place = place
    this.#files = new FolderMap(from?.state.files)
    this.#removed = new FolderMap(from?.state.removed)
    this.#txns = new Map(from?.state.txns)
    this.#domains = new Map(from?.state.domains)
    this.#protocol = from?.state.protocol
    this.#metadata = from?.metadata
    this.#bytes = from?.bytes ?? 0
    this.#partitions = from?.state.partitions ?? new Map<string, PartitionValues>()
  }

  apply(action: Action): void {
    const { add, remove, metaData, protocol, txn, domainMetadata } = action
    if (add) this.#add(add)
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
    const { name, prefix } = this.#place
    if (!protocol || !metadata) {
      throw new HeadrigError(
        'invalid',
        `the log of table ${name} has no ${protocol ? 'metaData' : 'protocol'} at version ${version}: the log is damaged`,
      )
    }
    if (this.#changed) checkReadable(name, protocol, metadata.action)
    return new Snapshot({
      table: name,
      prefix,
      version,
      timestamp,
      protocol,
      metadata,
      txns: this.#txns,
      domains: this.#domains,
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

  #add(add: AddAction): void {
    if (add.deletionVector) {
      throw new HeadrigError(
        'invalid',
        `cannot read table ${this.#place.name}: it needs the Delta feature deletionVectors, which headrig lacks; purge them with REORG TABLE … APPLY (PURGE) in Spark`,
      )
    }
    const file = new AddFile(add, this.#place.uri, this.#intern(add.partitionValues))
    const before = this.#files.set(file.path, file)
    this.#bytes += file.size - (before?.size ?? 0)
    this.#removed.delete(file.path)
  }

  #remove(remove: RemoveAction): void {
    const path = decodePath(remove.path, this.#place.uri)
    const before = this.#files.delete(path)
    this.#bytes -= before?.size ?? 0
    this.#removed.set(path, remove)
  }

  /** Less memory, and pruning judges a partition once. */
  #intern(values: PartitionValues): PartitionValues {
    const key = JSON.stringify(values)
    const known = this.#partitions.get(key)
    if (known) return known
    this.#partitions.set(key, values)
    return values
  }
}
