import type { ExternalTable } from '../../../catalog/external-table.js'

/** A file of an external table, on this machine. */
export interface RawFile {
  readonly path: string
  /** Where it came from: what `"$path"` shows. */
  readonly uri: string
  /** As it is stored, bytes. */
  readonly size: number
  /** Of the partition columns, in their order. */
  readonly values: readonly (string | null)[]
}

/** An external table as one query sees it. */
export interface MountedExternal {
  readonly table: ExternalTable
  readonly files: readonly RawFile[]
  /** The columns that the query reads; default: all. Reading another one is an error. */
  readonly needed?: ReadonlySet<string>
  /** Give it the column `$path` as well, which `SELECT *` would show too. */
  readonly withPath: boolean
}

export const PATH_COLUMN = '$path'
