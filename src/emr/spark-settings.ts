import type { SparkConf } from '../clusters/local/properties.js'
import { textOf } from '../wire/members.js'
import type { JsonObject } from '../wire/service.js'
import type { ClusterDocument } from './cluster/documents.js'

/** The settings of Spark that a cluster was asked to have: its classification `spark-defaults`. */
export function sparkDefaults(cluster: ClusterDocument | undefined): SparkConf {
  return classified(cluster, ['spark-defaults'])
}

/** The settings of Hadoop that a cluster was asked to have: `core-site` and `mapred-site`. */
export function hadoopSite(cluster: ClusterDocument | undefined): SparkConf {
  return classified(cluster, ['core-site', 'mapred-site'])
}

function classified(cluster: ClusterDocument | undefined, names: readonly string[]): SparkConf {
  const found: Record<string, string> = {}
  const all = (cluster?.shown['Configurations'] ?? []) as readonly JsonObject[]
  for (const one of all) {
    if (!names.includes(textOf(one['Classification']) ?? '')) continue
    for (const [name, value] of Object.entries((one['Properties'] ?? {}) as JsonObject)) {
      const text = textOf(value)
      if (text !== undefined) found[name] = text
    }
  }
  return found
}
