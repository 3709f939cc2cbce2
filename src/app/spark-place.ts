import type { Cluster } from '../clusters/cluster.js'
import type { EngineName, Settings } from '../core/config-settings.js'
import { HeadrigError } from '../core/errors.js'
import { connectUrl } from '../engines/spark/connect-url.js'
import { clustersFolder } from './clusters.js'
import type { LakeContext } from './context.js'

/** A Spark Connect server to work on. */
export interface SparkPlace {
  /** With its token: never print it. */
  readonly url: string
  /** The cluster of this machine that was found, when none was named. */
  readonly found?: string
}

/**
 * The Spark that an engine's name stands for: the cluster at `spark.cluster`, else the server at `spark.url`,
 * else the only cluster that runs on this machine. Undefined for `duckdb`; for `auto` also without a Spark, or
 * with several to choose from.
 * @throws for `spark`: `invalid` without any, or with several clusters; `not-found` for one that is not there
 * @example const place = await sparkPlace(context.settings.engine, context)
 */
export async function sparkPlace(
  asked: EngineName,
  { settings, logger }: Pick<LakeContext, 'settings' | 'logger'>,
): Promise<SparkPlace | undefined> {
  if (asked === 'duckdb') return undefined
  const { sparkCluster, sparkUrl, sparkToken } = settings
  if (sparkCluster !== undefined)
    return { url: urlOf(await runningCluster(sparkCluster, settings)) }
  if (sparkUrl !== undefined) return { url: connectUrl(sparkUrl, sparkToken) }
  const { runningClusters } = await import('../clusters/local/find.js')
  const [only, ...others] = await runningClusters(clustersFolder(settings))
  if (only && others.length === 0) return { url: urlOf(only), found: only.id }
  if (asked === 'spark') throw only ? severalClusters([only, ...others]) : noSpark()
  if (only) logger.debug('several clusters run here, and spark.cluster names none')
  return undefined
}

const told = new WeakSet<LakeContext>()

/** The address of a Spark that is going to work; says so, once, of a cluster that nobody named. */
export function useSpark({ url, found }: SparkPlace, context: LakeContext): string {
  if (found !== undefined && !told.has(context)) {
    told.add(context)
    context.logger.info(`spark: cluster ${found} of this machine`)
  }
  return url
}

/** A cluster of this machine. @throws `not-found` when it is not there, `unavailable` when it does not run */
export async function runningCluster(id: string, settings: Settings): Promise<Cluster> {
  const { findLocalCluster } = await import('../clusters/local/find.js')
  const cluster = await findLocalCluster(id, clustersFolder(settings))
  const { state } = await cluster.status()
  if (state === 'WAITING') return cluster
  throw new HeadrigError(
    'unavailable',
    `cluster ${id} is ${state}: run headrig cluster stop ${id}, and start another`,
  )
}

/** The error for a choice that nobody made. */
export function severalClusters(clusters: readonly Cluster[]): HeadrigError {
  const ids = clusters.map(({ id }) => id).join(', ')
  return new HeadrigError(
    'invalid',
    `several clusters run here (${ids}): choose one by --cluster <id>, or set spark.cluster`,
  )
}

function noSpark(): HeadrigError {
  return new HeadrigError(
    'invalid',
    'no Spark to work on: run headrig cluster start, set spark.url (HEADRIG_SPARK_URL) to sc://host:port, or use --engine duckdb',
  )
}

function urlOf({ connectUrl: url, token }: Cluster): string {
  return connectUrl(url, token)
}
