import { mapLimit } from '../core/concurrency.js'
import { isKind } from '../core/errors.js'
import type { TableColumn } from '../formats/table-schema.js'
import type { Snapshot } from '../lake/snapshot.js'
import type { LakeContext } from './context.js'

/** The lake as it was: at a version of each table, or at a moment. */
export type AsOf = { readonly version: number } | { readonly timestamp: Date }

/** A table that a query may name. */
export interface LakeTable {
  readonly name: string
  readonly columns: readonly TableColumn[]
  /** Throws `not-found` when the table has nothing as old as was asked for. */
  readonly snapshot: () => Snapshot
}

/** The tables of the lake, sorted by name, each read once. */
export async function lakeTables(context: LakeContext, asOf?: AsOf): Promise<LakeTable[]> {
  const names = await context.lake.tables()
  const tables = await mapLimit(names, 16, async (name): Promise<LakeTable | undefined> => {
    const table = context.lake.table(name)
    try {
      const snapshot = await table.snapshot(asOf)
      return snapshot && { name, columns: snapshot.metadata.columns, snapshot: () => snapshot }
    } catch (error) {
      if (!asOf || !isKind(error, 'not-found')) throw error
      const latest = await table.snapshot()
      return latest && { name, columns: latest.metadata.columns, snapshot: () => rethrow(error) }
    }
  })
  return tables.filter((t) => t !== undefined)
}

function rethrow(error: unknown): never {
  throw error
}
