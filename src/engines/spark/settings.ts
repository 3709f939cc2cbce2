import { s3aSettings } from '../../storage/s3/s3a-settings.js'

/** How S3 is reached, of what the store was opened with. */
export interface SparkS3 {
  readonly endpoint?: string | undefined
  readonly region?: string | undefined
  readonly pathStyle?: boolean | undefined
}

/** What every answer depends on: the session has them whatever the server's defaults are. */
const MEANING: Readonly<Record<string, string>> = {
  'spark.sql.session.timeZone': 'UTC',
  'spark.sql.ansi.enabled': 'true',
  'spark.sql.ansi.doubleQuotedIdentifiers': 'false',
  'spark.sql.caseSensitive': 'false',
  'spark.sql.groupByOrdinal': 'true',
  'spark.sql.orderByOrdinal': 'true',
  'spark.sql.parser.escapedStringLiterals': 'false',
  'spark.sql.storeAssignmentPolicy': 'ANSI',
  'spark.sql.timestampType': 'TIMESTAMP_LTZ',
  'spark.sql.legacy.timeParserPolicy': 'CORRECTED',
  'spark.sql.legacy.sizeOfNull': 'false',
}

/**
 * The settings of a session. Of S3 it has the place, never a key: the cluster's own credentials are
 * used (its environment, instance or pod).
 * @param files the most that a table has in its log
 * @param orders the most that a table over raw files has: each is a task
 */
export function sessionSettings(files: number, s3?: SparkS3, orders = 0): Record<string, string> {
  const tasks = Math.min(50, Math.ceil(files / 20_000) + 1)
  const own = {
    ...MEANING,
    'spark.databricks.delta.snapshotPartitions': String(tasks),
    // Else as many as there are cores.
    ...(orders > 1 ? { 'spark.sql.leafNodeDefaultParallelism': String(orders) } : {}),
  }
  return s3 ? { ...own, ...s3aSettings(s3) } : own
}
