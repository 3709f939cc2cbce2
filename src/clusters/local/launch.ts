import { chmod, chown, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SystemUser } from '../../core/system-user.js'
import type { WorkerRole } from '../cluster.js'
import { startDaemon, type Daemon } from './daemon.js'
import { CLUSTER_MARK } from './environment.js'
import { freePorts } from './free-port.js'
import { writeLog4j } from '../log4j.js'
import { DECOMMISSION_CONF, javaSize, propertiesText, type SparkConf } from './properties.js'
import type { ClusterRecord, LaunchSecrets } from './record.js'

/** Where workers and executors come and go. */
const LOGGERS = {
  'org.apache.spark.deploy': 'info',
  'org.apache.spark.scheduler.cluster': 'info',
  'org.apache.spark.storage': 'info',
} as const

/** Makes the folders and files that Spark's processes look at. */
export async function prepareFolder(folder: string): Promise<void> {
  for (const name of ['conf', 'logs', 'work', 'local', 'warehouse'])
    await mkdir(join(folder, name), { mode: 0o700 })
  await writeLog4j(join(folder, 'conf'), 'warn', LOGGERS)
}

/** Makes the folders of a cluster those of whom its processes run as; its own files and the logs are not. */
export async function handFolderTo(folder: string, { uid, gid }: SystemUser): Promise<void> {
  await chmod(folder, 0o711)
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name)
    const isOwn = entry.parentPath === folder && (entry.isFile() || entry.name === 'logs')
    if (!isOwn && !path.startsWith(join(folder, 'logs/'))) await chown(path, uid, gid)
  }
}

/** Starts the master, on the ports that the record says. */
export function launchMaster(
  folder: string,
  record: ClusterRecord,
  secrets: LaunchSecrets,
): Promise<Daemon> {
  const { master, masterUi } = record.ports
  const flags = ['--host', HOST, '--port', String(master), '--webui-port', String(masterUi)]
  return startDaemon({
    name: 'master',
    sparkHome: record.sparkHome,
    args: ['org.apache.spark.deploy.master.Master', ...flags],
    env: {
      ...environmentOf(folder, record, secrets, HOST),
      ...daemonEnvironment(secrets, {
        'spark.master.rest.enabled': 'false',
        'spark.master.ui.decommission.allow.mode': 'DENY',
        ...ofDaemons(record),
      }),
    },
    cwd: record.user ? join(folder, 'local') : folder,
    logFolder: join(folder, 'logs'),
    user: record.user,
  })
}

export interface NewWorker {
  readonly id: string
  readonly role: WorkerRole
  readonly host: string
}

/** Starts a worker that joins the master. */
export async function launchWorker(
  folder: string,
  record: ClusterRecord,
  secrets: LaunchSecrets,
  { id, host }: NewWorker,
): Promise<Daemon & { readonly port: number }> {
  const [port = 0, uiPort = 0] = await freePorts(2, host)
  const daemon = await startDaemon({
    name: id,
    sparkHome: record.sparkHome,
    args: [
      'org.apache.spark.deploy.worker.Worker',
      '--host',
      host,
      '--port',
      String(port),
      '--webui-port',
      String(uiPort),
      '--cores',
      String(record.workerCores),
      '--memory',
      javaSize(record.workerMemory),
      '--work-dir',
      join(folder, 'work', id),
      `spark://${HOST}:${record.ports.master}`,
    ],
    env: {
      ...environmentOf(folder, record, secrets, host),
      ...daemonEnvironment(secrets, { ...DECOMMISSION_CONF, ...ofDaemons(record) }),
    },
    cwd: record.user ? join(folder, 'local') : folder,
    logFolder: join(folder, 'logs'),
    user: record.user,
  })
  return { ...daemon, port }
}

/** Starts the driver: the Spark Connect server. */
export async function launchConnect(
  folder: string,
  record: ClusterRecord,
  secrets: LaunchSecrets,
  conf: SparkConf,
): Promise<Daemon> {
  const properties = join(folder, 'conf', 'connect.properties')
  await writeFile(properties, propertiesText(conf), { mode: 0o600 })
  if (record.user) await chown(properties, record.user.uid, record.user.gid)
  return startDaemon({
    name: 'connect',
    sparkHome: record.sparkHome,
    args: [
      'org.apache.spark.deploy.SparkSubmit',
      '--class',
      'org.apache.spark.sql.connect.service.SparkConnectServer',
      '--properties-file',
      properties,
      'spark-internal',
    ],
    env: {
      ...environmentOf(folder, record, secrets, HOST),
      SPARK_CONNECT_AUTHENTICATE_TOKEN: secrets.token,
    },
    cwd: record.user ? join(folder, 'local') : folder,
    logFolder: join(folder, 'logs'),
    user: record.user,
  })
}

/** Where master and driver listen. */
export const HOST = '127.0.0.1'

/**
 * The address of the nth worker. Linux answers on all of 127.0.0.0/8: workers with addresses of their own
 * are hosts of their own to Spark, so that the loss of one does not write off what others hold.
 * @example workerHost(0) // '127.0.0.2'
 */
export function workerHost(n: number): string {
  const last = (n % 250) + 2
  return process.platform === 'linux' ? `127.0.${Math.floor(n / 250) % 256}.${last}` : HOST
}

function environmentOf(
  folder: string,
  record: ClusterRecord,
  secrets: LaunchSecrets,
  host: string,
): Record<string, string> {
  return {
    ...secrets.env,
    ...record.env,
    JAVA_HOME: record.javaHome,
    SPARK_HOME: record.sparkHome,
    SPARK_CONF_DIR: join(folder, 'conf'),
    SPARK_LOCAL_DIRS: join(folder, 'local'),
    SPARK_LOCAL_IP: host,
    [CLUSTER_MARK]: folder,
  }
}

/** What master and worker need of the enforced settings: how they speak. */
function ofDaemons({ enforced = {} }: ClusterRecord): SparkConf {
  const names = Object.entries(enforced).filter(([name]) => /^spark\.(?:ssl|network)\./.test(name))
  return Object.fromEntries(names)
}

/** Secrets go by variables: other users can read the arguments of a process, not its environment. */
function daemonEnvironment({ shared }: LaunchSecrets, conf: SparkConf): Record<string, string> {
  const all = {
    'spark.authenticate': 'true',
    'spark.port.maxRetries': '0',
    'spark.ui.killEnabled': 'false',
    ...conf,
  }
  const options = Object.entries(all).map(
    ([name, value]) => `-D${name}=${/\s/.test(value) ? `"${value}"` : value}`,
  )
  return {
    _SPARK_AUTH_SECRET: shared,
    SPARK_DAEMON_JAVA_OPTS: options.join(' '),
    SPARK_DAEMON_MEMORY: '384m',
  }
}
