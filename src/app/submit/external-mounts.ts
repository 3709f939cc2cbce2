import { allColumns } from '../../catalog/external-table.js'
import { openCatalog } from '../../catalog/catalog.js'
import type { Mount } from '../../clusters/submit/submit-job.js'
import { mapLimit } from '../../core/concurrency.js'
import type { TableScan } from '../../engines/engine.js'
import { sparkName } from '../../sql/spark/spark-text.js'
import type { LakeContext } from '../context.js'
import { readRaw, sparkRaws } from '../external/spark-externals.js'

/**
 * What makes external tables known to a Spark session by their names. Their files are listed now, all of them: a
 * job's filters do not rule any out.
 * @throws `not-found` for a name that the lake's catalog lacks
 */
export async function externalMounts(
  names: readonly string[],
  context: LakeContext,
): Promise<Mount[]> {
  const catalog = openCatalog(context.store)
  const entries = await mapLimit([...new Set(names)], 4, (name) => catalog.entry(name))
  const scans = entries.map(({ table }): TableScan => ({
    table: table.name,
    filters: [],
    columns: allColumns(table).map((column) => column.name),
  }))
  const reads = await readRaw(context, entries, scans)
  const raws = sparkRaws(context, entries, reads, {
    sql: scans.map((s) => s.table).join(' '),
    scans,
  })
  return raws.map(({ name, select, orders }) => ({
    name,
    orders,
    sql: `CREATE TEMPORARY VIEW ${sparkName(name)} AS ${select}`,
  }))
}
