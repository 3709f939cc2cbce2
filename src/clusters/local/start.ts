import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { sleep } from '../../core/concurrency.js'
import type { Environment } from '../../core/config-settings.js'
import { HeadrigError } from '../../core/errors.js'
import type { Logger } from '../../core/logger.js'
import type { SystemUser } from '../../core/system-user.js'
import { silentLogger } from '../../core/logger.js'
import type { Cluster } from '../cluster.js'
import { keptAlive } from '../kept-alive.js'
import { tlsConf, writeCertificate } from './certificate.js'
import { connectConf } from './connect-conf.js'
import { diedEarly, type Daemon } from './daemon.js'
import { passedEnvironment } from './environment.js'
import { freePorts, isListening } from './free-port.js'
import { findJava } from './java.js'
import { handFolderTo, HOST, launchConnect, launchMaster, prepareFolder } from './launch.js'
import { LocalCluster } from './local-cluster.js'
import { askMaster } from './master-view.js'
import { isAlive, startOf } from '../process-id.js'
import { createRecord, updateRecord, type ClusterRecord, type LaunchSecrets } from './record.js'
import { findSparkHome, type SparkPlaces } from './spark-home.js'
import { settleSpec, type LocalClusterSpec } from './spec.js'
import { addWorkers } from './scale.js'
import { stopCluster } from './stop.js'
import { startWatchdog, type Watchdog } from './watchdog.js'

const PORT_ATTEMPTS = 3

/** Where things are on this machine. */
export interface LocalPlaces extends SparkPlaces {
  /** Each cluster has a folder in it. */
  readonly clustersFolder: string
  readonly env: Environment
  /** Whom the cluster's processes run as; default: this process's user. Only root can be somebody else. */
  readonly user?: SystemUser
}

export interface StartOptions {
  /**
   * `process`: the cluster ends with this process, however that ends. `detached`: it stays until it is
   * stopped, by any process. Default `process`.
   */
  readonly lifetime?: 'process' | 'detached'
  readonly logger?: Logger
  readonly signal?: AbortSignal
  /** Default 120 s. */
  readonly timeoutMs?: number
}

/**
 * Starts a Spark cluster of processes on this machine: a master, workers and a Spark Connect server, all
 * on loopback addresses, with a token made up for it. Nothing is left behind when it fails.
 * @throws `unavailable` without Java or Spark or when a process ends early; `conflict` for an id in use
 * @example
 * const cluster = await startLocalCluster({ coreWorkers: 2 }, places)
 * try { … } finally { await cluster.stop() }
 */
export async function startLocalCluster(
  asked: LocalClusterSpec,
  places: LocalPlaces,
  options: StartOptions = {},
): Promise<Cluster> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await keptAlive(() => startOnce(asked, places, options))
    } catch (error) {
      if (attempt === PORT_ATTEMPTS || !isPortTaken(error)) throw error
    }
  }
}

/** Ports are free when they are chosen: somebody else may take one before Spark does. */
function isPortTaken(error: unknown): boolean {
  const log = error instanceof HeadrigError ? error.details['log'] : undefined
  return typeof log === 'string' && /BindException|Address already in use/.test(log)
}

async function startOnce(
  asked: LocalClusterSpec,
  places: LocalPlaces,
  options: StartOptions,
): Promise<Cluster> {
  const { lifetime = 'process', logger = silentLogger, signal, timeoutMs = 120_000 } = options
  const spec = settleSpec(asked, `c-${randomBytes(4).toString('hex')}`)
  const spark = await findSparkHome(places)
  const java = await findJava(places.env)
  logger.debug('starting a cluster', { spark: spark.folder, java: java.home, id: spec.id })
  const folder = join(places.clustersFolder, spec.id)
  const [connect = 0, master = 0, masterUi = 0] = await freePorts(3, HOST)
  const me = { pid: process.pid, start: (await startOf(process.pid)) ?? '' }
  const record: ClusterRecord = {
    version: 1,
    id: spec.id,
    createdAt: new Date().toISOString(),
    state: 'STARTING',
    owner: me,
    javaHome: java.home,
    sparkHome: spark.folder,
    workerCores: spec.workerCores,
    workerMemory: spec.workerMemory,
    ...(places.user && { user: places.user }),
    env: spec.env,
    enforced: { ...spec.enforced, ...(spec.certificate && tlsConf(folder)) },
    ports: { connect, master, masterUi },
    ...(spec.master && { masterUrl: spec.master.url }),
    workers: [],
    started: 0,
  }
  const secrets = {
    token: randomBytes(24).toString('base64url'),
    shared: randomBytes(24).toString('base64url'),
    env: passedEnvironment(places.env),
  }
  await createRecord(folder, record, secrets)
  const watchdog = startWatchdog(folder)
  const deadline = AbortSignal.timeout(timeoutMs)
  const waiting = signal ? AbortSignal.any([signal, deadline]) : deadline
  try {
    await prepareFolder(folder)
    if (spec.certificate) await writeCertificate(folder, spec.certificate)
    if (places.user) await handFolderTo(folder, places.user)
    const conf = connectConf(folder, record, secrets, spec, spark)
    await startProcesses({ folder, secrets, watchdog, waiting }, record, conf, spec)
    await updateRecord(folder, ({ owner, ...rest }) => ({
      ...rest,
      ...(lifetime === 'process' && owner && { owner }),
      state: 'WAITING',
    }))
    if (lifetime === 'detached') await watchdog.keep()
    const own = lifetime === 'process' ? watchdog : undefined
    return new LocalCluster({ folder, record, secrets, logger, watchdog: own })
  } catch (error) {
    await stopCluster(folder).catch(() => undefined)
    await rm(folder, { recursive: true, force: true })
    await watchdog.keep()
    if (signal?.aborted) throw signal.reason
    if (!deadline.aborted) throw error
    throw new HeadrigError('unavailable', `the cluster was not up after ${timeoutMs / 1000} s`, {
      cause: error,
    })
  }
}

interface Starting {
  readonly folder: string
  readonly secrets: LaunchSecrets
  readonly watchdog: Watchdog
  readonly waiting: AbortSignal
}

async function startProcesses(
  { folder, secrets, watchdog, waiting }: Starting,
  record: ClusterRecord,
  conf: Readonly<Record<string, string>>,
  spec: { readonly coreWorkers: number; readonly taskWorkers: number },
): Promise<void> {
  if (spec.coreWorkers > 0) {
    const master = await launchMaster(folder, record, secrets)
    watchdog.watch(master.id)
    await updateRecord(folder, (r) => ({ ...r, master: master.id }))
    await until(async () => (await askMaster(record.ports.masterUi)) !== undefined, master, waiting)
  }
  const connect = await launchConnect(folder, record, secrets, conf)
  watchdog.watch(connect.id)
  await updateRecord(folder, (r) => ({ ...r, connect: connect.id }))
  const add = { folder, secrets, watchdog, signal: waiting }
  await Promise.all([
    addWorkers(add, 'core', spec.coreWorkers),
    addWorkers(add, 'task', spec.taskWorkers),
    until(() => isListening(HOST, record.ports.connect), connect, waiting),
  ])
}

async function until(
  isReady: () => Promise<boolean>,
  daemon: Daemon,
  signal: AbortSignal,
): Promise<void> {
  while (!(await isReady())) {
    if (!(await isAlive(daemon.id))) throw await diedEarly(daemon)
    await sleep(100, signal)
  }
}
