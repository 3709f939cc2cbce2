import { mkdir, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Cluster, ClusterNode, SparkWork } from '../../clusters/cluster.js'
import { findLocalCluster } from '../../clusters/local/find.js'
import { startLocalCluster, type LocalPlaces } from '../../clusters/local/start.js'
import { isKind } from '../../core/errors.js'
import type { Logger } from '../../core/logger.js'
import type { InstanceDocument } from '../cluster/documents.js'
import type { NodeProvider, NodeView, SparkLogs } from './provider.js'
import type { SparkProtection } from '../security/protection.js'
import { processesOf, workersFor } from './workers.js'

export interface LocalNodesOptions {
  /** Nodes have their folders below: `<cluster>/<instance>`. */
  readonly folder: string
  readonly places: LocalPlaces
  /** Workers that a cluster's Spark may have on this machine. */
  readonly mostWorkers: number
  /** Settings of Spark that a cluster asks for. */
  readonly sparkConf: (cluster: string) => Promise<Readonly<Record<string, string>>>
  /** Variables of its processes: where it gets its credentials. */
  readonly sparkEnv: (cluster: string) => Readonly<Record<string, string>>
  /** What it is to keep to, whatever is asked. */
  readonly protection: (cluster: string) => Promise<SparkProtection>
  readonly logger: Logger
}

const HERE = '127.0.0.1'
/** Of Spark Connect's driver: the workers are for the drivers of steps until somebody asks it for something. */
const NO_EXECUTORS = { 'spark.dynamicAllocation.initialExecutors': '0' }

/**
 * Nodes on this machine. A node is a folder; Spark (a master with its driver, and a worker for each core and task
 * node as far as they fit) starts when a step first needs it, and outlives a kill of the server.
 */
export class LocalNodes implements NodeProvider {
  readonly #options: LocalNodesOptions
  /** What is done to a cluster's Spark is done in turn. */
  readonly #turns = new Map<string, Promise<unknown>>()

  constructor(options: LocalNodesOptions) {
    this.#options = options
  }

  async prepare({ cluster, id }: InstanceDocument): Promise<string> {
    const folder = join(this.#options.folder, cluster, id)
    await mkdir(folder, { recursive: true, mode: 0o711 })
    return folder
  }

  async release(
    { cluster, id }: InstanceDocument,
    all: readonly InstanceDocument[],
    graceMs: number,
  ): Promise<void> {
    await this.#inTurn(cluster, async () => {
      const spark = await this.#running(cluster)
      if (!spark) return
      const own = processesOf(all, (await spark.status()).nodes).get(id)
      if (!own?.isOwn || own.node.role === 'primary') return
      try {
        await spark.decommission(own.node.id, { graceMs })
      } catch (error) {
        // Spark keeps its last core worker: one stays beside the master, as on a cluster without core nodes.
        if (!isKind(error, 'invalid') && !isKind(error, 'not-found')) throw error
      }
    })
  }

  async resize(cluster: string, all: readonly InstanceDocument[]): Promise<void> {
    await this.#inTurn(cluster, async () => {
      const spark = await this.#running(cluster)
      if (!spark) return
      const wanted = workersFor(all, this.#options.mostWorkers)
      await spark.scale('core', wanted.core)
      await spark.scale('task', wanted.task)
    })
  }

  spark(cluster: string, all: readonly InstanceDocument[]): Promise<void> {
    return this.#inTurn(cluster, async () => {
      if (!(await this.#running(cluster))) await this.#start(cluster, all)
    })
  }

  async work(cluster: string): Promise<SparkWork | 'unknown' | undefined> {
    const spark = await this.#find(cluster)
    return spark && ((await spark.work()) ?? 'unknown')
  }

  async view(
    cluster: string,
    all: readonly InstanceDocument[],
  ): Promise<ReadonlyMap<string, NodeView>> {
    const processes = processesOf(all, await this.#nodes(cluster))
    return new Map(
      all.map((one) => {
        const found = processes.get(one.id)
        if (!found) return [one.id, { dns: `folder.${hostname()}`, address: HERE }]
        const { id, host, pid } = found.node
        const name = found.isOwn ? `${id}.pid-${pid ?? 'none'}` : `shares-${id}`
        return [one.id, { dns: `${name}.${hostname()}`, address: host }]
      }),
    )
  }

  async logs(cluster: string, all: readonly InstanceDocument[]): Promise<SparkLogs> {
    const nodes = await this.#nodes(cluster)
    const processes = [...processesOf(all, nodes)].filter(([, { isOwn }]) => isOwn)
    return {
      folder: join(this.#options.places.clustersFolder, cluster, 'logs'),
      ownerOf: (process) =>
        processes.find(([, { node }]) =>
          node.role === 'primary' ? !/^(?:core|task)-/.test(process) : node.id === process,
        )?.[0],
    }
  }

  async rest(cluster: string): Promise<void> {
    await this.#inTurn(cluster, async () => (await this.#find(cluster))?.stop())
  }

  async end(cluster: string): Promise<void> {
    await this.rest(cluster)
    await rm(join(this.#options.folder, cluster), { recursive: true, force: true })
  }

  async #nodes(cluster: string): Promise<readonly ClusterNode[]> {
    const spark = await this.#find(cluster)
    return spark ? (await spark.status()).nodes : []
  }

  async #start(cluster: string, all: readonly InstanceDocument[]): Promise<Cluster> {
    const { places, mostWorkers, sparkConf, sparkEnv, protection, logger } = this.#options
    const { core, task } = workersFor(all, mostWorkers)
    const spec = {
      id: cluster,
      coreWorkers: core,
      taskWorkers: task,
      conf: { ...NO_EXECUTORS, ...(await sparkConf(cluster)) },
      // What is in the server's home (AWS profiles among it) is not for jobs.
      env: { ...sparkEnv(cluster), HOME: join(this.#options.folder, cluster) },
      ...(await protection(cluster)),
    }
    return startLocalCluster(spec, places, { lifetime: 'detached', logger })
  }

  /** What a kill left half started or half dead is ended first. */
  async #running(cluster: string): Promise<Cluster | undefined> {
    const spark = await this.#find(cluster)
    if (!spark || (await spark.status()).state === 'WAITING') return spark
    await spark.stop()
    return undefined
  }

  async #find(cluster: string): Promise<Cluster | undefined> {
    const { clustersFolder, env } = this.#options.places
    try {
      return await findLocalCluster(cluster, clustersFolder, { env })
    } catch (error) {
      if (isKind(error, 'not-found')) return undefined
      throw error
    }
  }

  #inTurn<T>(cluster: string, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(cluster) ?? Promise.resolve()
    const turn = before.then(work, work)
    const done = turn.then(
      () => undefined,
      () => undefined,
    )
    this.#turns.set(cluster, done)
    void done.then(() => this.#turns.get(cluster) === done && this.#turns.delete(cluster))
    return turn
  }
}
