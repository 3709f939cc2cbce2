import { delimiter, join } from 'node:path'
import { HOST } from './launch.js'
import { DECOMMISSION_CONF, javaSize, sessionConf, type SparkConf } from './properties.js'
import type { ClusterRecord, ClusterSecrets } from './record.js'
import type { SettledSpec } from './spec.js'

/** The settings of the driver of a local cluster. Holds what the processes show one another: 0600. */
export function connectConf(
  folder: string,
  record: ClusterRecord,
  secrets: ClusterSecrets,
  spec: SettledSpec,
  extraJars: readonly string[],
): SparkConf {
  const workers = spec.coreWorkers + spec.taskWorkers
  const jars = extraJars.join(delimiter)
  return {
    'spark.app.name': `headrig-${record.id}`,
    'spark.driver.memory': javaSize(spec.driverMemory),
    'spark.sql.shuffle.partitions': String(Math.max(4, 2 * spec.workerCores * workers)),
    ...sessionConf(join(folder, 'warehouse')),
    ...(jars !== '' && {
      'spark.driver.extraClassPath': jars,
      'spark.executor.extraClassPath': jars,
    }),
    ...(workers > 0 && DECOMMISSION_CONF),
    ...spec.conf,
    ...(workers > 0
      ? {
          'spark.master': `spark://${HOST}:${record.ports.master}`,
          'spark.executor.memory': javaSize(spec.workerMemory),
          'spark.authenticate': 'true',
          'spark.authenticate.secret': secrets.shared,
        }
      : { 'spark.master': `local[${spec.workerCores}]` }),
    'spark.driver.host': HOST,
    'spark.driver.bindAddress': HOST,
    'spark.port.maxRetries': '16',
    'spark.connect.grpc.binding.address': HOST,
    'spark.connect.grpc.binding.port': String(record.ports.connect),
  }
}
