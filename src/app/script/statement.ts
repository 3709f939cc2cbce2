import type { ExternalTable } from '../../catalog/external-table.js'
import type { Output } from './output.js'

/** A query inside of a statement; blanks stand for what is around it, so that places stay as they are. */
export type Query = string

/** A table that a statement makes; its columns come from a query when it has none of its own. */
export interface NewTable extends Omit<ExternalTable, 'location'> {
  /** Undefined: below the lake. */
  readonly location?: string
  /** Columns of the query by which it is partitioned. */
  readonly partitionNames: readonly string[]
}

/** A column of `PARTITION (…)`: with the value that all rows get, or from the query. */
export interface InsertPartition {
  readonly name: string
  readonly value?: string
}

/** A statement of a script, read. */
export type Statement =
  /** A query, or a statement about external tables. */
  | { readonly kind: 'query'; readonly sql: string }
  | { readonly kind: 'set'; readonly name: string; readonly value: string }
  | { readonly kind: 'show-set'; readonly rows: readonly (readonly [string, string])[] }
  /** Has no effect here, and why. */
  | { readonly kind: 'ignored'; readonly what: string; readonly why: string }
  | {
      readonly kind: 'directory'
      readonly location: string
      readonly query: Query
      readonly output: Output
      readonly partitionNames: readonly string[]
      /** Otherwise there may be nothing yet. */
      readonly overwrite: boolean
    }
  | {
      readonly kind: 'create'
      readonly table: NewTable
      readonly ifNotExists: boolean
      readonly query?: Query
      readonly withData: boolean
    }
  | {
      readonly kind: 'insert'
      readonly table: string
      readonly overwrite: boolean
      readonly columns?: readonly string[]
      readonly partition: readonly InsertPartition[]
      readonly query: Query
    }
