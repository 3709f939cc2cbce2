import { openCatalog } from '../../catalog/catalog.js'
import { allColumns } from '../../catalog/external-table.js'
import type { LakeContext } from '../context.js'

/** The external tables of the lake and what their columns are called. */
export async function externalColumnNames(context: LakeContext): Promise<Record<string, string[]>> {
  const entries = await openCatalog(context.store).entries()
  return Object.fromEntries(
    entries.map(({ table }) => [table.name, allColumns(table).map((c) => c.name)]),
  )
}
