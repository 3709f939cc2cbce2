/** The partition a file belongs to: text by partition column, null for none. */
export type PartitionValues = Readonly<Record<string, string | null>>

/** A data file becomes part of the table. `path` is percent-encoded, relative to the table's folder. */
export interface AddAction {
  readonly path: string
  readonly partitionValues: PartitionValues
  readonly size: number
  readonly modificationTime: number
  /** False when the rows only moved, as in compaction. */
  readonly dataChange: boolean
  /** JSON text of `FileStats`. */
  readonly stats?: string | null
  readonly tags?: Readonly<Record<string, string | null>> | null
  readonly deletionVector?: unknown
}

/** A data file leaves the table; the file itself stays until a vacuum. */
export interface RemoveAction {
  readonly path: string
  readonly deletionTimestamp?: number | null
  readonly dataChange: boolean
  readonly extendedFileMetadata?: boolean | null
  readonly partitionValues?: PartitionValues | null
  readonly size?: number | null
}

export interface MetadataAction {
  readonly id: string
  readonly name?: string | null
  readonly description?: string | null
  readonly format: {
    readonly provider: string
    readonly options?: Readonly<Record<string, string>> | null
  }
  readonly schemaString: string
  readonly partitionColumns: readonly string[]
  readonly configuration?: Readonly<Record<string, string>> | null
  readonly createdTime?: number | null
}

export interface ProtocolAction {
  readonly minReaderVersion: number
  readonly minWriterVersion: number
  readonly readerFeatures?: readonly string[] | null
  readonly writerFeatures?: readonly string[] | null
}

/** How far an application has come; makes a repeated commit recognisable. */
export interface TxnAction {
  readonly appId: string
  readonly version: number
  readonly lastUpdated?: number | null
}

/** Facts of a commit, for people and tools; `headrig` is ours. */
export interface CommitInfo {
  readonly timestamp?: number | null
  readonly inCommitTimestamp?: number | null
  readonly operation?: string | null
  readonly operationParameters?: Readonly<Record<string, unknown>> | null
  readonly engineInfo?: string | null
  readonly txnId?: string | null
  readonly headrig?: Readonly<Record<string, unknown>> | null
}

export interface DomainMetadataAction {
  readonly domain: string
  readonly configuration: string
  readonly removed: boolean
}

/** A file beside a v2 checkpoint that holds part of its actions. */
export interface SidecarAction {
  readonly path: string
  readonly sizeInBytes?: number | null
}

/** One line of a commit, or one row of a checkpoint: exactly one of its keys is set. */
export interface Action {
  readonly add?: AddAction | null
  readonly remove?: RemoveAction | null
  readonly metaData?: MetadataAction | null
  readonly protocol?: ProtocolAction | null
  readonly txn?: TxnAction | null
  readonly commitInfo?: CommitInfo | null
  readonly domainMetadata?: DomainMetadataAction | null
  readonly sidecar?: SidecarAction | null
}
