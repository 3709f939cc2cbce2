import { delimiter, join } from 'node:path'
import { HOST } from './launch.js'
import {
  DECOMMISSION_CONF,
  javaSize,
  sessionConf,
  SHARING_CONF,
  type SparkConf,
} from './properties.js'
import type { ClusterRecord, ClusterSecrets } from './record.js'
import type { SparkHome } from './spark-home.js'
import type { SettledSpec } from './spec.js'

/** The settings of the driver of a local cluster. Holds what the processes show one another: 0600. */
export function connectConf(
  folder: string,
  record: ClusterRecord,
  secrets: ClusterSecrets,
  spec: SettledSpec,
  spark: SparkHome,
): SparkConf {
  const workers = spec.coreWorkers + spec.taskWorkers
  const jars = spark.extraJars.join(delimiter)
  return {
    'spark.app.name': `headrig-${record.id}`,
    'spark.driver.memory': javaSize(spec.driverMemory),
    'spark.sql.shuffle.partitions': String(Math.max(4, 2 * spec.workerCores * workers)),
    ...sessionConf(join(folder, 'warehouse')),
    ...(jars !== '' && {
      'spark.driver.extraClassPath': jars,
      'spark.executor.extraClassPath': jars,
    }),
    ...((workers > 0 || spec.master) && DECOMMISSION_CONF),
    ...(spec.coreWorkers > 0 && {
      ...SHARING_CONF,
      'spark.dynamicAllocation.initialExecutors': String(workers),
      'spark.executor.cores': String(spec.workerCores),
    }),
    ...spec.conf,
    ...record.enforced,
    ...masterConf(record, secrets, spec, spark),
    'spark.driver.host': spec.master?.driverHost ?? HOST,
    'spark.driver.bindAddress': spec.master?.driverHost ?? HOST,
    'spark.port.maxRetries': '16',
    'spark.connect.grpc.binding.address': HOST,
    'spark.connect.grpc.binding.port': String(record.ports.connect),
  }
}

function masterConf(
  { ports }: ClusterRecord,
  secrets: ClusterSecrets,
  { master, coreWorkers, workerCores, workerMemory }: SettledSpec,
  { deltaJars }: SparkHome,
): SparkConf {
  if (master === undefined && coreWorkers === 0) return { 'spark.master': `local[${workerCores}]` }
  const secret = master ? master.secret : secrets.shared
  return {
    'spark.master': master?.url ?? `spark://${HOST}:${ports.master}`,
    'spark.executor.memory': javaSize(workerMemory),
    ...(master && { 'spark.jars': deltaJars.join(',') }),
    ...(secret !== undefined && {
      'spark.authenticate': 'true',
      'spark.authenticate.secret': secret,
    }),
  }
}
