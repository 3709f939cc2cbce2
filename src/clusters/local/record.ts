import { chmod, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HeadrigError, isErrno } from '../../core/errors.js'
import type { SystemUser } from '../../core/system-user.js'
import type { NodeState, WorkerRole } from '../cluster.js'
import { lockFile } from '../file-lock.js'
import type { ProcessId } from '../process-id.js'

const FILE = 'cluster.json'
const TOKEN = 'token'
const SHARED = 'shared-secret'

export interface WorkerRecord {
  readonly id: string
  readonly role: WorkerRole
  readonly host: string
  readonly port: number
  readonly process: ProcessId
  readonly state: NodeState
}

/** What any process must know to ask, scale and stop a local cluster. Kept in its folder. */
export interface ClusterRecord {
  readonly version: 1
  readonly id: string
  readonly createdAt: string
  readonly state: 'STARTING' | 'WAITING' | 'TERMINATING'
  /** The process that the cluster ends with; undefined for one that stays until it is stopped. */
  readonly owner?: ProcessId
  readonly javaHome: string
  readonly sparkHome: string
  readonly workerCores: number
  readonly workerMemory: number
  /** Whom its processes run as, if not the user who started it. */
  readonly user?: SystemUser
  /** What the specification asks for. */
  readonly env: Readonly<Record<string, string>>
  /** Settings of Spark that no job can change. */
  readonly enforced?: Readonly<Record<string, string>>
  readonly ports: { readonly connect: number; readonly master: number; readonly masterUi: number }
  /** Of a master that is not ours. */
  readonly masterUrl?: string
  /** Undefined when the driver works alone, or on a master that is not ours. */
  readonly master?: ProcessId
  readonly connect?: ProcessId
  readonly workers: readonly WorkerRecord[]
  /** How many workers were ever started. */
  readonly started: number
}

export interface ClusterSecrets {
  readonly token: string
  /** What the processes of the cluster show one another. */
  readonly shared: string
}

/** What a process of a cluster is started with beside the record: nothing of it is in the record. */
export interface LaunchSecrets extends ClusterSecrets {
  /** Variables of whoever starts it: AWS credentials may be among them. */
  readonly env: Readonly<Record<string, string>>
}

/** Makes a cluster's folder, which only its owner can enter. @throws `conflict` when it is there */
export async function createRecord(
  folder: string,
  record: ClusterRecord,
  secrets: ClusterSecrets,
): Promise<void> {
  await mkdir(join(folder, '..'), { recursive: true, mode: 0o700 })
  try {
    await mkdir(folder, { mode: 0o700 })
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error
    throw new HeadrigError(
      'conflict',
      `cluster ${JSON.stringify(record.id)} is there already: stop it or choose another name`,
    )
  }
  await chmod(folder, 0o700)
  await writeFile(tokenFile(folder), secrets.token, { mode: 0o600 })
  await writeFile(join(folder, SHARED), secrets.shared, { mode: 0o600 })
  await writeRecord(folder, record)
}

/** Undefined when there is no such cluster. */
export async function readRecord(folder: string): Promise<ClusterRecord | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, FILE), 'utf8')) as ClusterRecord
  } catch (error) {
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR')) return undefined
    throw error
  }
}

export async function readSecrets(folder: string): Promise<ClusterSecrets> {
  const [token, shared] = await Promise.all(
    [tokenFile(folder), join(folder, SHARED)].map((path) => readFile(path, 'utf8')),
  )
  return { token: token ?? '', shared: shared ?? '' }
}

/** Where a cluster keeps the token that its Spark Connect server asks for; only its owner can read it. */
export function tokenFile(folder: string): string {
  return join(folder, TOKEN)
}

/**
 * Changes a record; changes of several processes come one after another.
 * @throws `not-found` when the cluster has been stopped
 */
export async function updateRecord(
  folder: string,
  change: (record: ClusterRecord) => ClusterRecord,
): Promise<ClusterRecord> {
  const unlock = await lockFile(join(folder, 'lock')).catch((error: unknown) => {
    throw isErrno(error, 'ENOENT') ? gone(folder) : error
  })
  try {
    const record = await readRecord(folder)
    if (!record) throw gone(folder)
    const changed = change(record)
    await writeRecord(folder, changed)
    return changed
  } finally {
    await unlock()
  }
}

/** The ids of the clusters that have a folder. */
export async function recordedIds(clustersFolder: string): Promise<readonly string[]> {
  const names = await readdir(clustersFolder).catch(() => [])
  const found = await Promise.all(
    names.map(async (name) => ((await readRecord(join(clustersFolder, name))) ? [name] : [])),
  )
  return found.flat().toSorted()
}

async function writeRecord(folder: string, record: ClusterRecord): Promise<void> {
  const fresh = join(folder, `${FILE}.${process.pid}`)
  await writeFile(fresh, JSON.stringify(record, null, 2), { mode: 0o600 })
  await rename(fresh, join(folder, FILE))
}

function gone(folder: string): HeadrigError {
  return new HeadrigError('not-found', `no cluster in ${folder}: it has been stopped`)
}
