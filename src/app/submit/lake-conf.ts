import { sessionSettings } from '../../engines/spark/settings.js'
import { storeOptions, type LakeContext } from '../context.js'

const LOG_TASKS = 'spark.databricks.delta.snapshotPartitions'

/**
 * How a job's Spark reaches the lake: of S3 the place, never a key; and how many tasks read a table's log.
 * @param files the most that a table has
 */
export function lakeConf(
  files: number,
  { settings }: Pick<LakeContext, 'settings'>,
): Record<string, string> {
  const { [LOG_TASKS]: tasks, ...others } = sessionSettings(files, storeOptions(settings))
  const s3 = Object.entries(others).flatMap(([name, value]) =>
    name.startsWith('fs.') ? [[`spark.hadoop.${name}`, value] as const] : [],
  )
  return { ...(tasks !== undefined && { [LOG_TASKS]: tasks }), ...Object.fromEntries(s3) }
}
