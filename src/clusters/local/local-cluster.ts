import { HeadrigError } from '../../core/errors.js'
import type { Logger } from '../../core/logger.js'
import type {
  Cluster,
  ClusterNode,
  ClusterStatus,
  ScaleOptions,
  SparkWork,
  WorkerRole,
} from '../cluster.js'
import { HOST } from './launch.js'
import { askMaster } from './master-view.js'
import { askWork } from './master-work.js'
import { keptAlive } from '../kept-alive.js'
import { isAlive } from '../process-id.js'
import {
  readRecord,
  updateRecord,
  type ClusterRecord,
  type LaunchSecrets,
  type WorkerRecord,
} from './record.js'
import { addWorkers, removeWorker } from './scale.js'
import { checkCount } from './spec.js'
import { stopCluster } from './stop.js'
import type { Watchdog } from './watchdog.js'

export interface LocalClusterParts {
  readonly folder: string
  readonly record: ClusterRecord
  readonly secrets: LaunchSecrets
  readonly logger: Logger
  /** Of a cluster that ends with this process. */
  readonly watchdog?: Watchdog | undefined
}

/** A cluster of processes on this machine, seen from any process. */
export class LocalCluster implements Cluster {
  readonly id: string
  readonly connectUrl: string
  readonly token: string
  readonly #parts: LocalClusterParts

  constructor(parts: LocalClusterParts) {
    this.id = parts.record.id
    this.connectUrl = `sc://${HOST}:${parts.record.ports.connect}/`
    this.token = parts.secrets.token
    this.#parts = parts
  }

  async status(): Promise<ClusterStatus> {
    const record = await readRecord(this.#parts.folder)
    const { id, createdAt } = this.#parts.record
    const common = { id, createdAt, provider: 'local' as const, connectUrl: this.connectUrl }
    if (!record) return { ...common, state: 'TERMINATED', masterUrl: undefined, nodes: [] }
    const [nodes, primary] = await Promise.all([workersOf(record), primaryOf(record)])
    const died = record.state === 'WAITING' && primary.state === 'TERMINATED'
    return {
      ...common,
      state: died ? 'TERMINATED_WITH_ERRORS' : record.state,
      masterUrl: record.masterUrl ?? (record.master && `spark://${HOST}:${record.ports.master}`),
      nodes: [primary, ...nodes],
    }
  }

  async work(): Promise<SparkWork | undefined> {
    const record = await readRecord(this.#parts.folder)
    return record?.master && askWork(record.ports.masterUi, record.workers)
  }

  async scale(role: WorkerRole, count: number, options: ScaleOptions = {}): Promise<ClusterStatus> {
    checkCount(`${role} workers`, count, role === 'core' ? 1 : 0)
    const record = await this.#scalable()
    const alive = await workersOf(record)
    const usable = record.workers.filter(
      (worker) =>
        worker.role === role &&
        alive.some(({ id, state }) => id === worker.id && state !== 'TERMINATED') &&
        worker.state !== 'DECOMMISSIONING',
    )
    await this.#forget(record.workers.filter((w) => alive.some(isDead(w))))
    if (count > usable.length) {
      const adding = { ...this.#parts, signal: options.signal }
      await keptAlive(() => addWorkers(adding, role, count - usable.length))
    } else {
      const surplus = usable.slice(count)
      await Promise.all(
        surplus.map((worker) => removeWorker(this.#parts.folder, record, worker, options)),
      )
    }
    return this.status()
  }

  async decommission(nodeId: string, options: ScaleOptions = {}): Promise<void> {
    const record = await this.#scalable()
    const worker = record.workers.find(({ id }) => id === nodeId)
    if (!worker) {
      const known = record.workers.map(({ id }) => id).join(', ')
      throw new HeadrigError('not-found', `no worker ${JSON.stringify(nodeId)}: there are ${known}`)
    }
    const others = record.workers.filter(({ id, role }) => id !== nodeId && role === 'core')
    if (worker.role === 'core' && others.length === 0)
      throw new HeadrigError('invalid', `${nodeId} is the last core worker: add another one first`)
    await removeWorker(this.#parts.folder, record, worker, options)
  }

  async stop(): Promise<void> {
    await stopCluster(this.#parts.folder)
    await this.#parts.watchdog?.keep()
  }

  async #scalable(): Promise<ClusterRecord> {
    const record = await readRecord(this.#parts.folder)
    if (record?.state !== 'WAITING')
      throw new HeadrigError('conflict', `cluster ${this.id} is ${record?.state ?? 'TERMINATED'}`)
    if (record.masterUrl !== undefined)
      throw new HeadrigError(
        'invalid',
        `the workers of ${record.masterUrl} are not ours: scale them where they run`,
      )
    if (record.master === undefined)
      throw new HeadrigError(
        'invalid',
        `cluster ${this.id} has no workers, its driver works alone: start one with core workers`,
      )
    return record
  }

  async #forget(dead: readonly WorkerRecord[]): Promise<void> {
    if (dead.length === 0) return
    await updateRecord(this.#parts.folder, (r) => ({
      ...r,
      workers: r.workers.filter((worker) => !dead.some(({ id }) => id === worker.id)),
    }))
  }
}

const isDead =
  (worker: WorkerRecord) =>
  ({ id, state }: ClusterNode): boolean =>
    id === worker.id && state === 'TERMINATED'

async function primaryOf(record: ClusterRecord): Promise<ClusterNode> {
  const processes = [record.master, record.connect].filter((id) => id !== undefined)
  const alive = await Promise.all(processes.map(isAlive))
  const lives = alive.every(Boolean)
  return {
    id: 'primary-1',
    role: 'primary',
    host: HOST,
    state: lives ? (record.state === 'STARTING' ? 'PROVISIONING' : 'RUNNING') : 'TERMINATED',
    ...(record.connect && { pid: record.connect.pid }),
  }
}

/** The workers, as they are now: a process that is gone, or that its master gave up, is terminated. */
async function workersOf(record: ClusterRecord): Promise<ClusterNode[]> {
  const views = record.master && (await askMaster(record.ports.masterUi))
  return Promise.all(
    record.workers.map(async ({ id, role, host, port, process, state }) => {
      const view = views?.find((v) => v.host === host && v.port === port)
      const lives = (await isAlive(process)) && view?.state !== 'DEAD'
      return { id, role, host, pid: process.pid, state: lives ? state : 'TERMINATED' }
    }),
  )
}
