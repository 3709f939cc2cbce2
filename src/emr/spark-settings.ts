import type { SparkConf } from '../clusters/local/properties.js'
import { objectOf, objectsOf, textOf } from '../wire/members.js'
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
  const all = objectsOf(cluster?.shown['Configurations'])
  for (const one of all) {
    if (!names.includes(textOf(one['Classification']) ?? '')) continue
    for (const [name, value] of Object.entries(objectOf(one['Properties']))) {
      const text = textOf(value)
      if (text !== undefined) found[name] = text
    }
  }
  return found
}
