import type { ExternalTable, Partition } from '../../../catalog/external-table.js'
import type { ScanFilter } from '../../engine.js'
import type { TaskStoreOptions } from '../convert/messages.js'

/** A file of an external table, as an executor finds it. */
export interface OrderedFile {
  readonly uri: string
  /** When it lies in a folder that every node has. */
  readonly path?: string
  /** As it is stored, bytes. */
  readonly size: number
  /** Of the partition columns, in their order. */
  readonly values: Partition['values']
}

/** A share of a table's files that one task reads. Nothing secret is in it: Spark keeps it in plans. */
export interface RawOrder {
  readonly table: ExternalTable
  readonly files: readonly OrderedFile[]
  /** The columns that the query reads. */
  readonly needed: readonly string[]
  readonly withPath: boolean
  /** What each place that reads the table asks for; rows that no place wants may be left out. */
  readonly filters: readonly (readonly ScanFilter[])[]
  readonly s3: TaskStoreOptions
}
