import type { ExternalTable } from './external-table.js'

/** Values of partition columns as a statement gives them, by column. */
export type PartitionSpec = Readonly<Record<string, string>>

/** A statement about external tables. */
export type DdlStatement =
  | { readonly kind: 'create'; readonly table: ExternalTable; readonly ifNotExists: boolean }
  | { readonly kind: 'drop'; readonly table: string; readonly ifExists: boolean }
  | {
      readonly kind: 'add-partitions'
      readonly table: string
      readonly ifNotExists: boolean
      readonly partitions: readonly { readonly spec: PartitionSpec; readonly location?: string }[]
    }
  | {
      readonly kind: 'drop-partitions'
      readonly table: string
      readonly ifExists: boolean
      readonly partitions: readonly PartitionSpec[]
    }
  | {
      readonly kind: 'set-properties'
      readonly table: string
      readonly properties: Readonly<Record<string, string>>
    }
  | { readonly kind: 'set-location'; readonly table: string; readonly location: string }
  | { readonly kind: 'repair'; readonly table: string }
  | { readonly kind: 'show-partitions'; readonly table: string; readonly spec: PartitionSpec }
  | { readonly kind: 'show-create'; readonly table: string }
  | { readonly kind: 'show-properties'; readonly table: string }
  | { readonly kind: 'describe'; readonly table: string; readonly extended: boolean }
