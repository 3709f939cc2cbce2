import { join } from 'node:path'
import { didYouMean } from '../../core/closest.js'
import { HeadrigError } from '../../core/errors.js'
import { silentLogger, type Logger } from '../../core/logger.js'
import type { Environment } from '../../core/config-settings.js'
import type { Cluster } from '../cluster.js'
import { passedEnvironment } from './environment.js'
import { LocalCluster } from './local-cluster.js'
import { isAlive } from '../process-id.js'
import { readRecord, readSecrets, recordedIds } from './record.js'
import { stopCluster } from './stop.js'

export interface FindOptions {
  readonly logger?: Logger
  /** What new workers get some of; default: nothing. */
  readonly env?: Environment
}

/**
 * A local cluster that some process started.
 * @throws `not-found` when there is none of that id
 */
export async function findLocalCluster(
  id: string,
  clustersFolder: string,
  { env = {}, logger = silentLogger }: FindOptions = {},
): Promise<Cluster> {
  const known = await recordedIds(clustersFolder)
  const folder = join(clustersFolder, id)
  const record = known.includes(id) ? await readRecord(folder) : undefined
  if (!record) {
    const are = known.length > 0 ? `: there are ${known.join(', ')}` : ': there is none'
    throw new HeadrigError(
      'not-found',
      `no cluster ${JSON.stringify(id)}${didYouMean(id, known) || are}`,
    )
  }
  const secrets = { ...(await readSecrets(folder)), env: passedEnvironment(env) }
  return new LocalCluster({ folder, record, secrets, logger })
}

/**
 * The clusters that stay until they are stopped and whose driver lives. Unlike `listLocalClusters` it leaves
 * everything as it is; those that end with a process are that process's own.
 */
export async function runningClusters(clustersFolder: string): Promise<readonly Cluster[]> {
  const running: Cluster[] = []
  for (const id of await recordedIds(clustersFolder)) {
    const { state, owner, connect } = (await readRecord(join(clustersFolder, id))) ?? {}
    if (state !== 'WAITING' || owner || !connect || !(await isAlive(connect))) continue
    running.push(await findLocalCluster(id, clustersFolder))
  }
  return running
}

/** All local clusters. What a process left behind that ended without stopping its own is cleaned up. */
export async function listLocalClusters(
  clustersFolder: string,
  options: FindOptions = {},
): Promise<readonly Cluster[]> {
  const clusters: Cluster[] = []
  for (const id of await recordedIds(clustersFolder)) {
    const folder = join(clustersFolder, id)
    const record = await readRecord(folder)
    if (!record) continue
    if (record.owner && !(await isAlive(record.owner))) {
      options.logger?.info('ending a cluster that its process left behind', { id })
      await stopCluster(folder)
      continue
    }
    clusters.push(await findLocalCluster(id, clustersFolder, options))
  }
  return clusters
}
