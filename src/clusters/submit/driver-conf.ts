import { delimiter, join } from 'node:path'
import { sessionConf, type SparkConf } from '../local/properties.js'
import type { SparkHome } from '../local/spark-home.js'
import type { JobFolder } from './job-folder.js'
import type { JobMaster } from './master.js'

export interface DriverSpec {
  readonly name: string
  readonly master: JobMaster
  /** Jars and Python files that join the job. */
  readonly jars: readonly string[]
  readonly pyFiles: readonly string[]
  /** Spark settings on top of ours. */
  readonly conf: SparkConf
}

/** The settings of a job's driver. Holds the master's secret: 0600. */
export function driverConf(
  { name, master, jars, pyFiles, conf }: DriverSpec,
  { work }: Pick<JobFolder, 'work'>,
  { extraJars, deltaJars }: SparkHome,
): SparkConf {
  const extra = extraJars.join(delimiter)
  const shipped = [...jars, ...(master.isHere ? [] : deltaJars)]
  return {
    'spark.app.name': name,
    ...sessionConf(join(work, 'warehouse')),
    'spark.ui.showConsoleProgress': 'false',
    'spark.sql.debug.maxToStringFields': '1000',
    ...(extra !== '' && { 'spark.driver.extraClassPath': extra }),
    ...(extra !== '' && master.isHere && { 'spark.executor.extraClassPath': extra }),
    ...(shipped.length > 0 && { 'spark.jars': shipped.join(',') }),
    ...(pyFiles.length > 0 && { 'spark.submit.pyFiles': pyFiles.join(',') }),
    'spark.driver.bindAddress': master.driverHost,
    ...master.conf,
    ...conf,
    ...master.enforced,
    'spark.driver.host': master.driverHost,
    'spark.api.mode': 'classic',
    'spark.master': master.url,
    ...(master.secret !== undefined && {
      'spark.authenticate': 'true',
      'spark.authenticate.secret': master.secret,
    }),
  }
}
