import { join } from 'node:path'
import type { Cluster, ClusterStatus, WorkerRole } from '../clusters/cluster.js'
import type { LocalClusterSpec } from '../clusters/local/spec.js'
import type { Environment, Settings } from '../core/config-settings.js'
import { HeadrigError } from '../core/errors.js'
import type { Effects } from './context.js'

export type { ClusterStatus }

/** What the use cases of clusters work with. */
export interface ClusterContext extends Effects {
  readonly settings: Settings
  /** The variables that Java is looked for in, and that processes are given some of. */
  readonly env: Environment
}

export interface StartClusterOptions extends LocalClusterSpec {
  /** `process`: it ends with this process. Default: it stays until it is stopped. */
  readonly lifetime?: 'process' | 'detached'
}

/** Starts a Spark cluster on this machine. @throws what `startLocalCluster` throws */
export async function startCluster(
  { lifetime = 'detached', ...spec }: StartClusterOptions,
  { settings, env, logger, progress, signal }: ClusterContext,
): Promise<Cluster> {
  const { startLocalCluster } = await import('../clusters/local/start.js')
  await listClusters({ settings, logger })
  progress.update({ phase: 'start Spark' })
  try {
    return await startLocalCluster(spec, placesOf(settings, env), { lifetime, logger, signal })
  } finally {
    progress.done()
  }
}

/** The local clusters as they are now; those that a dead process left behind are ended first. */
export async function listClusters({
  settings,
  logger,
}: Pick<ClusterContext, 'settings' | 'logger'>): Promise<readonly ClusterStatus[]> {
  const { listLocalClusters } = await import('../clusters/local/find.js')
  const clusters = await listLocalClusters(clustersFolder(settings), { logger })
  return Promise.all(clusters.map((cluster) => cluster.status()))
}

/**
 * The local cluster of this id; without an id the only one that there is.
 * @throws `not-found`; `invalid` when there are several to choose from
 */
export async function findCluster(
  id: string | undefined,
  { settings, logger, env }: Pick<ClusterContext, 'settings' | 'logger' | 'env'>,
): Promise<Cluster> {
  const { findLocalCluster, listLocalClusters } = await import('../clusters/local/find.js')
  const folder = clustersFolder(settings)
  if (id !== undefined) return findLocalCluster(id, folder, { logger, env })
  const [only, ...others] = await listLocalClusters(folder, { logger, env })
  if (!only)
    throw new HeadrigError('not-found', 'no cluster runs here: start one by headrig cluster start')
  if (others.length > 0) {
    const ids = [only, ...others].map((cluster) => cluster.id).join(', ')
    throw new HeadrigError('invalid', `several clusters run here: name one of ${ids}`)
  }
  return only
}

/** How many nodes of a role there are to be, and how long one that leaves may take. */
export interface ScaleClusterOptions {
  readonly core?: number
  readonly task?: number
  readonly graceMs?: number
}

/** Scales a local cluster while its jobs run: first out, then in. */
export async function scaleCluster(
  id: string | undefined,
  { core, task, graceMs }: ScaleClusterOptions,
  context: ClusterContext,
): Promise<ClusterStatus> {
  const cluster = await findCluster(id, context)
  const options = { signal: context.signal, ...(graceMs !== undefined && { graceMs }) }
  const { nodes } = await cluster.status()
  const wanted = [
    ['core', core],
    ['task', task],
  ] as const satisfies readonly (readonly [WorkerRole, number | undefined])[]
  const growth = (role: WorkerRole, count = 0): number =>
    count - nodes.filter((node) => node.role === role).length
  if (core === undefined && task === undefined)
    throw new HeadrigError('invalid', 'nothing to scale: give --workers or --task-workers')
  for (const [role, count] of wanted.toSorted(([a, m], [b, n]) => growth(b, n) - growth(a, m)))
    if (count !== undefined) await cluster.scale(role, count, options)
  return cluster.status()
}

/** Ends a local cluster and all that it runs. Gives its id. */
export async function stopCluster(
  id: string | undefined,
  context: ClusterContext,
): Promise<string> {
  const cluster = await findCluster(id, context)
  await cluster.stop()
  return cluster.id
}

/** Where a cluster's token can be read by its owner. */
export async function clusterTokenFile(id: string, settings: Settings): Promise<string> {
  const { tokenFile } = await import('../clusters/local/record.js')
  return tokenFile(join(clustersFolder(settings), id))
}

/** Where local clusters keep their files. */
export function clustersFolder(settings: Settings): string {
  return join(settings.dataFolder, 'clusters')
}

/** Where installed engines are. */
export function enginesFolder(settings: Settings): string {
  return join(settings.dataFolder, 'engines')
}

function placesOf(settings: Settings, env: Environment) {
  return {
    home: settings.sparkHome,
    jars: settings.sparkJars,
    enginesFolder: enginesFolder(settings),
    clustersFolder: clustersFolder(settings),
    env,
  }
}
