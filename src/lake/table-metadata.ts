import type { TableColumn } from '../formats/table-schema.js'
import type { MetadataAction } from './actions.js'
import { fromDeltaFields, readSchema } from './schema.js'

/** What a table says of itself. */
export class TableMetadata {
  readonly action: MetadataAction
  #columns: readonly TableColumn[] | undefined

  constructor(action: MetadataAction) {
    this.action = action
  }

  get id(): string {
    return this.action.id
  }

  get partitionColumns(): readonly string[] {
    return this.action.partitionColumns
  }

  get configuration(): Readonly<Record<string, string>> {
    return this.action.configuration ?? {}
  }

  /** Partition columns included. Throws `invalid` for a column whose type our tables cannot have. */
  get columns(): readonly TableColumn[] {
    this.#columns ??= fromDeltaFields(readSchema(this.action.schemaString))
    return this.#columns
  }
}
