import type { ExternalColumn } from '../../catalog/external-table.js'
import type { ResultColumn } from '../../engines/engine.js'
import type { QueryOptions } from '../query-parts.js'
import type { Output } from './output.js'
import type { PlacedFile } from './place.js'

/** What is written, whoever writes it. */
export interface RowsToWrite {
  readonly query: QueryOptions
  readonly output: Output
  readonly partitionNames: readonly string[]
  /** The columns of the files, from those of the query; throws when they do not fit. */
  readonly columns: (given: readonly ResultColumn[]) => readonly ExternalColumn[]
  /** Where the values of the columns come from; default: the query's columns, in their order. */
  readonly sources?: ColumnSources
  /** In the names of files that are not on this machine: tells writes apart. */
  readonly label?: string
}

export interface ColumnSources {
  /** Values that all rows have in a column. */
  readonly constants: ReadonlyMap<string, string>
  /** Which columns the query gives. */
  readonly order: readonly string[]
}

export interface WrittenRows {
  readonly columns: readonly ExternalColumn[]
  readonly files: readonly PlacedFile[]
  /** Undefined when the engine does not say. */
  readonly rows?: number
}
