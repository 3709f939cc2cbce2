import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import {
  launchSpark,
  type RunningSpark,
  type SparkServerOptions,
  stopSpark,
} from './spark-server.js'

const WAIT_MS = 300_000

/** A real Spark Connect server for tests, with Delta. */
export interface SparkTestServer {
  /** With its token. */
  readonly url: string
  readonly host: string
  readonly port: number
  readonly token: string
  /** Undefined when the server is not of this test run. */
  readonly pid: number | undefined
  /** What it wrote so far, for a failed test to show. */
  log(): Promise<string>
  /** Does nothing to a shared one. */
  stop(): Promise<void>
}

/**
 * The server that all test files of a run share: the first that asks starts it (`local[2]`, about ten
 * seconds), the end of the run stops it. HEADRIG_TEST_SPARK (`sc://host:port/;token=…`) names another.
 * Undefined when Spark cannot be had here. Call it at the top of the file, hooks are not given the time.
 * @example
 * const server = await sharedSpark()
 * describe.skipIf(!server)('…', () => { test('…', () => SparkConnectSession.connect(server!)) })
 */
export async function sharedSpark(): Promise<SparkTestServer | undefined> {
  const given = process.env['HEADRIG_TEST_SPARK']
  if (given !== undefined) return running(given)
  const run = process.env['HEADRIG_TEST_SPARK_RUN']
  if (run === undefined) return startSpark()
  const file = join(run, 'server.json')
  const isFirst = await mkdir(join(run, 'starting')).then(
    () => true,
    () => false,
  )
  if (isFirst) {
    const owner = Number(process.env['HEADRIG_TEST_SPARK_OWNER'] ?? process.pid)
    const server = await launchSpark({ owner }).catch((error: unknown) => String(error))
    await writeFile(`${file}.new`, JSON.stringify(server ?? null))
    await rename(`${file}.new`, file)
  }
  const server = await readWhenThere(file)
  if (typeof server === 'string') throw new Error(server)
  return server ? { ...serverOf(server), stop: async () => undefined } : undefined
}

/**
 * Starts a server of one's own, for tests that need settings of theirs or that kill it.
 * @example
 * const server = await startSpark({ conf: { 'spark.sql.ansi.enabled': 'false' } })
 * afterAll(() => server?.stop())
 */
export async function startSpark(
  options: SparkServerOptions = {},
): Promise<SparkTestServer | undefined> {
  const server = await launchSpark(options)
  if (!server) return undefined
  const kill = (): void => void stopSpark(server)
  process.once('exit', kill)
  return {
    ...serverOf(server),
    async stop() {
      process.off('exit', kill)
      await stopSpark(server)
    },
  }
}

async function readWhenThere(file: string): Promise<RunningSpark | string | null> {
  const deadline = Date.now() + WAIT_MS
  for (;;) {
    const text = await readFile(file, 'utf8').catch(() => undefined)
    if (text !== undefined) return JSON.parse(text) as RunningSpark | string | null
    if (Date.now() > deadline) throw new Error('another test file never started Spark')
    await setTimeout(100)
  }
}

function serverOf({ host, port, token, pid, folder }: RunningSpark): Omit<SparkTestServer, 'stop'> {
  return {
    url: `sc://${host}:${port}/;token=${token}`,
    host,
    port,
    token,
    pid,
    log: () => readFile(join(folder, 'log'), 'utf8'),
  }
}

function running(url: string): SparkTestServer {
  const { hostname: host, port } = new URL(url.replace(/^sc:/, 'http:'))
  const token = /;token=([^;]*)/.exec(url)?.[1] ?? ''
  return {
    url,
    host,
    port: Number(port || 15002),
    token,
    pid: undefined,
    log: async () => '',
    stop: async () => undefined,
  }
}
