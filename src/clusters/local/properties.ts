import { HeadrigError } from '../../core/errors.js'

/** Spark settings by name. */
export type SparkConf = Readonly<Record<string, string>>

/**
 * What makes a Spark session ours: Delta, UTC, nothing kept outside the given folder.
 * @example { ...sessionConf('/tmp/warehouse'), 'spark.driver.memory': '1g' }
 */
export function sessionConf(warehouseFolder: string): SparkConf {
  return {
    'spark.sql.extensions': 'io.delta.sql.DeltaSparkSessionExtension',
    'spark.sql.catalog.spark_catalog': 'org.apache.spark.sql.delta.catalog.DeltaCatalog',
    'spark.sql.catalogImplementation': 'in-memory',
    'spark.sql.session.timeZone': 'UTC',
    'spark.sql.warehouse.dir': warehouseFolder,
    'spark.ui.enabled': 'false',
  }
}

/**
 * Workers that leave hand over their shuffle files and cached blocks to those that stay. Spark looks for what is
 * left only every 30 s, and lets a worker go after it has looked: hence the shorter time.
 */
export const DECOMMISSION_CONF: SparkConf = {
  'spark.decommission.enabled': 'true',
  'spark.storage.decommission.enabled': 'true',
  'spark.storage.decommission.rddBlocks.enabled': 'true',
  'spark.storage.decommission.shuffleBlocks.enabled': 'true',
  'spark.storage.decommission.replicationReattemptInterval': '2s',
}

/**
 * A master gives all that its workers have to the first driver that asks: one that has nothing to do gives it back,
 * so that others get their turn. Cached data is kept.
 */
export const SHARING_CONF: SparkConf = {
  'spark.dynamicAllocation.enabled': 'true',
  'spark.dynamicAllocation.executorIdleTimeout': '30s',
  'spark.dynamicAllocation.shuffleTracking.enabled': 'true',
  'spark.dynamicAllocation.shuffleTracking.timeout': '60s',
}

/** A size in bytes as Java writes it: `1536m`. */
export function javaSize(bytes: number): string {
  return `${Math.max(1, Math.floor(bytes / 2 ** 20))}m`
}

/**
 * A Java properties file.
 * @throws `invalid` for a name that is none of Spark's
 * @example propertiesText({ 'spark.app.name': 'a' }) // 'spark.app.name=a\n'
 */
export function propertiesText(conf: SparkConf): string {
  return Object.entries(conf)
    .map(([name, value]) => {
      if (!/^spark\.[\w.$-]+$/.test(name))
        throw new HeadrigError(
          'invalid',
          `${JSON.stringify(name)} is no Spark setting: write spark.name=value`,
        )
      return `${name}=${escaped(value)}\n`
    })
    .join('')
}

function escaped(value: string): string {
  return value
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replaceAll('\f', '\\f')
    .replace(/^ /, '\\ ')
}
