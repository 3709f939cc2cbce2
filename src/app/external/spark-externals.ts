import type { CatalogEntry } from '../../catalog/catalog.js'
import { taskProgram } from '../../engines/spark/convert/task-program.js'
import { PATH_COLUMN } from '../../engines/duckdb/external/raw-file.js'
import type { OrderedFile } from '../../engines/spark/external/order.js'
import { type SparkRaw, sparkRaw } from '../../engines/spark/external/raw-table.js'
import type { PlannedQuery } from '../../engines/duckdb/planner.js'
import type { TableScan } from '../../engines/engine.js'
import { type LakeContext, storeOptions } from '../context.js'
import { sourceOpener } from './mount.js'
import { listedRawFiles, type RawListings, type RawRead, type StoredRawFile } from './raw-files.js'

/** So many at most, whatever their size: each is opened by itself. */
const TASK_OBJECTS = 4000

/** Lists the files of the external tables that a query reads. */
export async function readRaw(
  context: LakeContext,
  entries: readonly CatalogEntry[],
  scans: readonly TableScan[],
  listings: RawListings = new Map(),
): Promise<RawRead[]> {
  const open = sourceOpener(context)
  const reads: RawRead[] = []
  for (const entry of entries) {
    const filters = scans.filter((s) => s.table === entry.table.name).map((s) => s.filters)
    if (filters.length > 0)
      reads.push(await listedRawFiles(listings, entry, filters, open, context))
  }
  return reads
}

/** The external tables that a query may name, in the words of Spark; those that are not read have no rows. */
export function sparkRaws(
  { settings }: LakeContext,
  entries: readonly CatalogEntry[],
  reads: readonly RawRead[],
  { sql, scans }: Pick<PlannedQuery, 'sql' | 'scans'>,
): SparkRaw[] {
  const withPath = sql.includes(PATH_COLUMN)
  const text = sql.toLowerCase()
  const { endpoint, region, pathStyle, requesterPays } = storeOptions(settings)
  const { sparkNode, sparkApp, sparkTaskSize } = settings
  const named = entries.filter(({ table }) => text.includes(table.name))
  return named.map(({ table }, number) => {
    const found = reads.find((r) => r.entry.table.name === table.name)
    if (!found) return sparkRaw({ table, withPath }, number)
    const own = scans.filter((s) => s.table === table.name)
    const read = {
      files: found.files.map(orderedFile),
      filters: own.map((s) => s.filters),
      needed: new Set(own.flatMap((s) => s.columns)),
      s3: { endpoint, region, pathStyle, requesterPays },
      program: taskProgram(sparkNode, sparkApp, 'external/task.js'),
      group: { bytes: sparkTaskSize, objects: TASK_OBJECTS },
    }
    return sparkRaw({ table, withPath, read }, number)
  })
}

function orderedFile({ store, object, uri, values }: StoredRawFile): OrderedFile {
  const path = store.localPath(object.key)
  return { uri, size: object.size, values, ...(path === undefined ? {} : { path }) }
}
