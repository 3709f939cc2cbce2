import { availableParallelism } from 'node:os'
import { HeadrigError } from '../../core/errors.js'
import { checkCertificate, type NodeCertificate } from './certificate.js'

/** What a local cluster is to be. */
export interface LocalClusterSpec {
  /** Letters, digits, `-` and `_`; default: made up. */
  readonly id?: string
  /** Without any worker the driver does the work itself, on `workerCores` threads. Default 0. */
  readonly coreWorkers?: number
  readonly taskWorkers?: number
  /** Threads of each worker; default 1, or all of the machine when the driver works alone. */
  readonly workerCores?: number
  /** Heap of each worker's executor, in bytes; its process takes some 300 MiB more. Default 1 GiB. */
  readonly workerMemory?: number
  /** Heap of the driver, in bytes. Default 1 GiB. */
  readonly driverMemory?: number
  /** Spark settings on top of ours; those that keep strangers out cannot be changed. */
  readonly conf?: Readonly<Record<string, string>>
  /** Spark settings that neither `conf` nor jobs can change. */
  readonly enforced?: Readonly<Record<string, string>>
  /** Its processes speak TLS with one another; default: they are on loopback, and show a secret. */
  readonly certificate?: NodeCertificate
  /** Variables for every process of the cluster. */
  readonly env?: Readonly<Record<string, string>>
  /** A master that is there already: only the driver is started, and works on that master's workers. */
  readonly master?: ExistingMaster
}

/** A standalone master that somebody else runs. */
export interface ExistingMaster {
  /** `spark://host:port`, several hosts by commas. */
  readonly url: string
  /** Its `spark.authenticate.secret`, when it asks for one. */
  readonly secret?: string
  /** The address by which its workers reach the driver. Default 127.0.0.1, for a master of this machine. */
  readonly driverHost?: string
}

export type SettledSpec = Required<Omit<LocalClusterSpec, 'master' | 'certificate'>> &
  Pick<LocalClusterSpec, 'master' | 'certificate'>

const MOST_WORKERS = 200
const LEAST_MEMORY = 480 * 2 ** 20

/** Fills in what was left out. @throws `invalid` for what cannot be */
export function settleSpec(spec: LocalClusterSpec, madeUp: string): SettledSpec {
  const { coreWorkers = 0, taskWorkers = 0 } = spec
  const workers = coreWorkers + taskWorkers
  const settled = {
    id: spec.id ?? madeUp,
    coreWorkers,
    taskWorkers,
    workerCores: spec.workerCores ?? (workers === 0 ? availableParallelism() : 1),
    workerMemory: spec.workerMemory ?? 2 ** 30,
    driverMemory: spec.driverMemory ?? 2 ** 30,
    conf: spec.conf ?? {},
    enforced: spec.enforced ?? {},
    env: spec.env ?? {},
    ...(spec.master && { master: spec.master }),
    ...(spec.certificate && { certificate: spec.certificate }),
  }
  if (!/^[A-Za-z0-9][\w-]{0,62}$/.test(settled.id))
    throw invalid(
      `${JSON.stringify(settled.id)} is no name of a cluster: use letters, digits, - and _`,
    )
  if (spec.certificate) checkCertificate(spec.certificate)
  checkCount('core workers', coreWorkers, 0)
  checkCount('task workers', taskWorkers, 0)
  checkCount('cores of a worker', settled.workerCores, 1)
  if (spec.master && !/^spark:\/\/[\w.,:[\]-]+:\d+$/.test(spec.master.url))
    throw invalid(`${JSON.stringify(spec.master.url)} is no master: write spark://host:7077`)
  if (spec.master && workers > 0)
    throw invalid(`the workers of ${spec.master.url} are not ours to start: leave them out`)
  if (taskWorkers > 0 && coreWorkers === 0)
    throw invalid('task workers alone may all vanish: have at least 1 core worker')
  for (const [what, bytes] of [
    ['memory of a worker', settled.workerMemory],
    ['memory of the driver', settled.driverMemory],
  ] as const) {
    if (bytes < LEAST_MEMORY)
      throw invalid(`${bytes} bytes are too little ${what}: Spark needs 480MiB at least`)
  }
  return settled
}

/** @throws `invalid` unless it is a whole number from `least` to 200 */
export function checkCount(what: string, count: number, least: number): void {
  if (!Number.isInteger(count) || count < least || count > MOST_WORKERS)
    throw invalid(`${count} ${what}: write a whole number from ${least} to ${MOST_WORKERS}`)
}

function invalid(message: string): HeadrigError {
  return new HeadrigError('invalid', message)
}
