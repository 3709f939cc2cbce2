import { sleep } from '../../core/concurrency.js'
import { HeadrigError } from '../../core/errors.js'
import type { ScaleOptions, WorkerRole } from '../cluster.js'
import { diedEarly, type Daemon } from './daemon.js'
import { launchWorker, workerHost } from './launch.js'
import { askMaster, type WorkerView } from './master-view.js'
import { awaitEnd, isAlive, processesOfGroup, signalProcess, startOf } from '../process-id.js'
import {
  updateRecord,
  type ClusterRecord,
  type LaunchSecrets,
  type WorkerRecord,
} from './record.js'
import type { Watchdog } from './watchdog.js'

/** How long a worker may take to hand over its data. */
export const GRACE_MS = 300_000
const START_MS = 180_000
const REMIND_MS = 10_000

export interface Adding {
  readonly folder: string
  readonly secrets: LaunchSecrets
  readonly watchdog?: Watchdog | undefined
  readonly signal?: AbortSignal | undefined
}

/** Starts so many workers and waits until the master counts on them. Those that fail are ended again. */
export async function addWorkers(adding: Adding, role: WorkerRole, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, () => addWorker(adding, role)))
}

async function addWorker(adding: Adding, role: WorkerRole): Promise<void> {
  const { folder, secrets, watchdog, signal } = adding
  const claimed = await updateRecord(folder, (r) => ({ ...r, started: r.started + 1 }))
  const id = `${role}-${claimed.started}`
  const host = workerHost(claimed.started - 1)
  const daemon = await launchWorker(folder, claimed, secrets, { id, role, host })
  watchdog?.watch(daemon.id)
  const worker: WorkerRecord = {
    id,
    role,
    host,
    port: daemon.port,
    process: daemon.id,
    state: 'PROVISIONING',
  }
  try {
    await updateRecord(folder, (r) => ({ ...r, workers: [...r.workers, worker] }))
    await untilAlive(claimed, worker, daemon, signal)
    await updateRecord(folder, (r) => ({ ...r, workers: marked(r.workers, id, 'RUNNING') }))
  } catch (error) {
    await signalProcess(daemon.id, 'SIGKILL', true)
    await updateRecord(folder, (r) => ({ ...r, workers: without(r.workers, id) })).catch(
      () => undefined,
    )
    throw error
  }
}

async function untilAlive(
  record: ClusterRecord,
  worker: WorkerRecord,
  daemon: Daemon,
  signal: AbortSignal | undefined,
): Promise<void> {
  const deadline = Date.now() + START_MS
  while ((await viewOf(record, worker))?.state !== 'ALIVE') {
    if (!(await isAlive(worker.process))) throw await diedEarly(daemon)
    if (Date.now() > deadline)
      throw new HeadrigError('unavailable', `${worker.id} did not join its master in time`)
    await sleep(200, signal)
  }
}

/**
 * Takes a worker out: it gets no more work, hands over shuffle files and cached blocks, and ends. One that
 * is not done in time is ended anyway: what it held is computed again.
 */
export async function removeWorker(
  folder: string,
  record: ClusterRecord,
  worker: WorkerRecord,
  { graceMs = GRACE_MS, signal }: ScaleOptions,
): Promise<void> {
  const { id } = worker
  await updateRecord(folder, (r) => ({ ...r, workers: marked(r.workers, id, 'DECOMMISSIONING') }))
  const deadline = Date.now() + graceMs
  if (process.platform === 'linux' && (await signalProcess(worker.process, 'SIGPWR'))) {
    let reminder = Date.now() + REMIND_MS
    while (Date.now() < deadline && (await isBusy(record, worker))) {
      await sleep(200, signal)
      if (Date.now() < reminder) continue
      reminder = Date.now() + REMIND_MS
      await remindExecutors(worker)
    }
  }
  if (await signalProcess(worker.process, 'SIGTERM')) {
    const left = await awaitEnd([worker.process], 5000)
    if (left.length > 0) {
      await signalProcess(worker.process, 'SIGKILL', true)
      await awaitEnd(left, 5000)
    }
  }
  await updateRecord(folder, (r) => ({ ...r, workers: without(r.workers, id) }))
}

/**
 * Tells the executors themselves. The driver tells those that it knows: one that was just being started would stay,
 * and keep its worker.
 */
async function remindExecutors({ process: { pid } }: WorkerRecord): Promise<void> {
  for (const member of await processesOfGroup(pid)) {
    const start = member.parent === pid ? await startOf(member.pid) : undefined
    if (start !== undefined) await signalProcess({ pid: member.pid, start }, 'SIGPWR')
  }
}

/** Until the master has heard of it and its executors have ended: they are in its group. */
async function isBusy(record: ClusterRecord, worker: WorkerRecord): Promise<boolean> {
  if (!(await isAlive(worker.process))) return false
  const view = await viewOf(record, worker)
  if (view === undefined) return false
  return view.state === 'ALIVE' || (await processesOfGroup(worker.process.pid)).length > 1
}

async function viewOf(
  { ports }: ClusterRecord,
  { host, port }: WorkerRecord,
): Promise<WorkerView | undefined> {
  const views = await askMaster(ports.masterUi)
  return views?.find((view) => view.host === host && view.port === port)
}

function marked(
  workers: readonly WorkerRecord[],
  id: string,
  state: WorkerRecord['state'],
): WorkerRecord[] {
  return workers.map((worker) => (worker.id === id ? { ...worker, state } : worker))
}

function without(workers: readonly WorkerRecord[], id: string): WorkerRecord[] {
  return workers.filter((worker) => worker.id !== id)
}
