import { spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { interopTools } from '../interop/tools.js'

const START_MS = 240_000
const STARTED = /Spark Connect server started at: \S*?:(\d+)/

// Test runs are killed too: the server and its files go when the process that wanted them is gone.
const OUTLIVES_NOBODY = `
owner=$0 folder=$1; shift
"$@" & server=$!
while kill -0 "$owner" && kill -0 "$server"; do sleep 1; done 2>/dev/null
if kill -0 "$owner" 2>/dev/null; then wait "$server"; exit $?; fi
kill -9 "$server"; wait "$server"; rm -rf "$folder"
`

/** A Spark Connect server that runs, and all that is needed to stop it. */
export interface RunningSpark {
  readonly host: string
  readonly port: number
  readonly token: string
  /** Leader of its process group. */
  readonly pid: number
  /** Its files; `log` among them. */
  readonly folder: string
}

export interface SparkServerOptions {
  /** Default: `local[2]`. */
  readonly master?: string
  readonly conf?: Readonly<Record<string, string>>
  /** Beside those of Delta. */
  readonly jars?: readonly string[]
  /** The process that it ends with; default: this one. */
  readonly owner?: number
}

/** Starts a server on a free port of 127.0.0.1; undefined when Spark cannot be had here. */
export async function launchSpark(options: SparkServerOptions): Promise<RunningSpark | undefined> {
  const tools = await interopTools()
  if (!tools) return undefined
  const folder = await mkdtemp(join(tmpdir(), 'headrig-spark-'))
  const token = randomUUID()
  const child = await launch(sparkHome(tools.python), {
    ...options,
    folder,
    token,
    jars: [...tools.jars, ...(options.jars ?? [])],
  })
  const { pid } = child
  if (pid === undefined) throw new Error('spark-submit did not start')
  const server = { host: '127.0.0.1', token, pid, folder }
  try {
    return { ...server, port: await listening(child, join(folder, 'log')) }
  } catch (error) {
    await stopSpark(server)
    throw error
  }
}

export async function stopSpark({ pid, folder }: { pid: number; folder: string }): Promise<void> {
  try {
    process.kill(-pid, 'SIGKILL')
    for (let i = 0; i < 100; i++) {
      process.kill(-pid, 0)
      await setTimeout(20)
    }
  } catch {
    // it is gone
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
}

/** Where the Spark of this Python's virtual environment is. */
export function sparkHome(python: string): string {
  return join(python, '..', '..', 'lib', 'python3.11', 'site-packages', 'pyspark')
}

interface Launch extends SparkServerOptions {
  readonly folder: string
  readonly token: string
  readonly jars: readonly string[]
}

async function launch(home: string, options: Launch): Promise<ChildProcess> {
  const { master, folder, token, jars, owner = process.pid } = options
  const flags = Object.entries(settingsOf(options)).flatMap(([key, value]) => [
    '--conf',
    `${key}=${value}`,
  ])
  const log = await open(join(folder, 'log'), 'a')
  try {
    const submit = join(home, 'bin', 'spark-submit')
    const server = [
      '--class',
      'org.apache.spark.sql.connect.service.SparkConnectServer',
      '--master',
      master ?? 'local[2]',
      '--driver-memory',
      '1g',
      '--jars',
      jars.join(','),
      ...flags,
      'spark-internal',
    ]
    return spawn('sh', ['-c', OUTLIVES_NOBODY, String(owner), folder, submit, ...server], {
      cwd: folder,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      env: {
        ...process.env,
        SPARK_HOME: home,
        SPARK_LOCAL_IP: '127.0.0.1',
        SPARK_CONNECT_AUTHENTICATE_TOKEN: token,
      },
    })
  } finally {
    await log.close()
  }
}

function settingsOf({ folder, conf }: Launch): Record<string, string> {
  return {
    'spark.connect.grpc.binding.address': '127.0.0.1',
    'spark.connect.grpc.binding.port': '0',
    'spark.driver.bindAddress': '127.0.0.1',
    'spark.driver.host': '127.0.0.1',
    'spark.driver.extraJavaOptions': `-Djava.io.tmpdir=${folder}`,
    'spark.local.dir': folder,
    'spark.sql.warehouse.dir': join(folder, 'warehouse'),
    'spark.ui.enabled': 'false',
    'spark.sql.session.timeZone': 'UTC',
    'spark.sql.shuffle.partitions': '2',
    'spark.sql.catalogImplementation': 'in-memory',
    'spark.sql.extensions': 'io.delta.sql.DeltaSparkSessionExtension',
    'spark.sql.catalog.spark_catalog': 'org.apache.spark.sql.delta.catalog.DeltaCatalog',
    ...conf,
  }
}

async function listening(child: ChildProcess, log: string): Promise<number> {
  const deadline = Date.now() + START_MS
  for (;;) {
    const text = await readFile(log, 'utf8')
    const port = STARTED.exec(text)?.[1]
    if (port !== undefined) return Number(port)
    if (child.exitCode !== null || child.signalCode !== null || Date.now() > deadline) {
      throw new Error(`Spark Connect did not start: ${text.slice(-3000)}`)
    }
    await setTimeout(50)
  }
}
