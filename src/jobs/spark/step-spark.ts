import { join } from 'node:path'
import type { Environment } from '../../core/config-settings.js'
import { findLocalCluster } from '../../clusters/local/find.js'
import { findJava } from '../../clusters/local/java.js'
import type { SparkConf } from '../../clusters/local/properties.js'
import { findSparkHome, type SparkHome, type SparkPlaces } from '../../clusters/local/spark-home.js'
import { readRecord } from '../../clusters/local/record.js'
import { masterOfCluster, THIS_MACHINE, type JobMaster } from '../../clusters/submit/master.js'

/** An installed Spark with a Java for it. */
export interface SparkEngine {
  readonly home: SparkHome
  /** What `JAVA_HOME` is to be. */
  readonly javaHome: string
}

/** The Spark that a step works on. */
export interface StepSpark extends SparkEngine {
  /** The cluster's workers; holds a secret. */
  readonly master: JobMaster
  /** Where the cluster's Spark Connect server answers: `sc://host:port/`. */
  readonly connectUrl: string
  /** What that server asks for: never print it. */
  readonly token: string | undefined
  /** Settings of the cluster (`spark-defaults`) on top of ours. */
  readonly conf?: SparkConf
}

export interface StepSparkPlaces extends SparkPlaces {
  readonly clustersFolder: string
  readonly env: Environment
}

/**
 * A local cluster that runs, as steps use it. Without workers a step's driver does its work itself.
 * @throws HeadrigError `not-found` when there is no such cluster, `unavailable` without Spark or Java
 * @example commandLauncher({ open, spark: ({ cluster }) => sparkOfCluster(cluster, places) })
 */
export async function sparkOfCluster(id: string, places: StepSparkPlaces): Promise<StepSpark> {
  const folder = join(places.clustersFolder, id)
  const [cluster, engine] = await Promise.all([
    findLocalCluster(id, places.clustersFolder),
    sparkEngine(places),
  ])
  return {
    ...engine,
    master: (await masterOfCluster(folder)) ?? {
      ...THIS_MACHINE,
      enforced: (await readRecord(folder))?.enforced,
    },
    connectUrl: cluster.connectUrl,
    token: cluster.token,
  }
}

/** The Spark that is installed here. @throws HeadrigError `unavailable` without Spark or Java */
export async function sparkEngine(
  places: SparkPlaces & { readonly env: Environment },
): Promise<SparkEngine> {
  const [home, java] = await Promise.all([findSparkHome(places), findJava(places.env)])
  return { home, javaHome: java.home }
}
