import type { ScalarType } from '../formats/format.js'
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

  /** Of a scalar column; undefined for any other, also for one that our tables cannot have. */
  typeOf(name: string): ScalarType | undefined {
    const field = readSchema(this.action.schemaString).find((f) => f.name === name)
    if (!field || typeof field.type !== 'string') return undefined
    try {
      const type = fromDeltaFields([field])[0]?.type
      return typeof type === 'string' ? type : undefined
    } catch {
      return undefined
    }
  }

  /** Partition columns included. Throws `invalid` for a column whose type our tables cannot have. */
  get columns(): readonly TableColumn[] {
    this.#columns ??= fromDeltaFields(readSchema(this.action.schemaString))
    return this.#columns
  }
}
