import type { Mount } from '../../clusters/submit/submit-job.js'
import { isKind } from '../../core/errors.js'
import { mapLimit } from '../../core/concurrency.js'
import { openPlanner } from '../../engines/duckdb/planner.js'
import { sparkViews } from '../../engines/spark/statement.js'
import { sparkPath } from '../../engines/spark/tables.js'
import { sparkName, sparkText } from '../../sql/spark/spark-text.js'
import { uriOf } from '../../storage/store.js'
import type { LakeContext } from '../context.js'
import type { LakeTable } from '../lake-tables.js'
import { sessionOptions, viewsOver } from '../query-parts.js'

/**
 * What makes the lake's tables and views known to a Spark session by their names. Tables are those of the
 * Delta connector: each query sees the newest version, `VERSION AS OF` an older one.
 */
export async function lakeMounts(
  tables: readonly LakeTable[],
  context: LakeContext,
): Promise<Mount[]> {
  if (tables.length === 0)
    context.logger.info(`no lake at ${context.lakeUri}: the job runs without its tables`)
  const { store, lake } = context
  const mounts = await mapLimit(tables, 16, async ({ name }): Promise<Mount> => {
    const key = lake.table(name).prefix.slice(0, -1)
    const location = sparkText(sparkPath(store.localPath(key) ?? uriOf(store, key)))
    return { name, sql: `CREATE TABLE ${sparkName(name)} USING delta LOCATION ${location}` }
  })
  return [...mounts, ...(await viewMounts(tables, context))]
}

async function viewMounts(
  tables: readonly LakeTable[],
  context: LakeContext,
): Promise<readonly Mount[]> {
  const mounted = viewsOver(tables)
  if (mounted.length === 0) return []
  const planner = await openPlanner(sessionOptions(context), { tables, views: mounted })
  try {
    const views = await mapLimit(mounted, 1, async ({ name, sql }) => {
      const { parsed, columns } = await planner.tree(sql)
      return { name, parsed, columns }
    })
    return sparkViews(tables, views).map(({ name, columns, sql }) => ({
      name,
      sql: `CREATE VIEW ${sparkName(name)} (${columns.map(sparkName).join(', ')}) AS ${sql}`,
    }))
  } catch (error) {
    if (!isKind(error, 'invalid')) throw error
    context.logger.warn('the views are not mounted', { why: error.message })
    return []
  } finally {
    planner.close()
  }
}
