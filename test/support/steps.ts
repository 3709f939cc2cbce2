import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { vi } from 'vitest'
import { commandLauncher } from '../../src/jobs/commands/launcher.js'
import type { CommandContext } from '../../src/jobs/commands/command.js'
import { loadConfig } from '../../src/core/config.js'
import type { SystemUser } from '../../src/core/system-user.js'
import { StepRunner, type RunnerOptions } from '../../src/jobs/runner.js'
import { settingsContext } from '../../src/jobs/commands/settings-context.js'
import { sparkEngine } from '../../src/jobs/spark/step-spark.js'
import type { StepRecord, StepSpec } from '../../src/jobs/step.js'
import { containerLogs } from '../../src/jobs/container-logs.js'
import { StepLogs } from '../../src/jobs/logs.js'
import { logFolder } from '../../src/jobs/outcome.js'
import { openState, type State } from '../../src/state/state.js'
import { openStore } from '../../src/storage/open.js'
import { s3Jars } from '../interop/s3-jars.js'
import { interopTools } from '../interop/tools.js'
import { BINARY } from './launch.js'
import { startS3Server, type S3TestServer } from './s3-server.js'
import { sparkHome } from './spark-server.js'

/** A runner of steps beside a real S3 server and the Spark of the tests. */
export interface StepBench {
  readonly folder: string
  readonly s3: S3TestServer
  readonly state: State
  readonly runner: StepRunner
  readonly context: CommandContext
  /** Where Spark and its jars are. */
  readonly places: {
    readonly home: string
    readonly jars: string
    readonly enginesFolder: string
    readonly clustersFolder: string
    readonly env: NodeJS.ProcessEnv
    readonly user?: SystemUser
  }
  /** Runs a step to its end. */
  readonly run: (spec: Partial<StepSpec> & Pick<StepSpec, 'args'>) => Promise<StepRecord>
  /** Waits for the end of a step that was submitted. */
  readonly ended: (id: string) => Promise<StepRecord>
  /** A log of the last attempt of a step. */
  readonly log: (step: StepRecord, name: string) => string
  readonly put: (uri: string, bytes: string | Uint8Array) => Promise<void>
  readonly get: (uri: string) => Promise<Buffer>
  /** The URIs below a prefix of the bucket. */
  readonly list: (prefix: string) => Promise<readonly string[]>
  close(): Promise<void>
}

const CLUSTER = `j-STEPS${process.pid}`

/** Whom steps and the cluster run as, when the tests run as root. */
export const NOBODY: SystemUser | undefined =
  process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined

/**
 * Undefined when Spark or the S3 server cannot be had here. It has the bucket `steps`; logs go to `s3://steps/logs`.
 * @param more of the commands' context, such as the Spark of a cluster
 */
export async function stepBench(
  more: (bench: Pick<StepBench, 'places' | 'folder'>) => Partial<CommandContext> = () => ({}),
  options: Partial<RunnerOptions> = {},
): Promise<StepBench | undefined> {
  const tools = await interopTools()
  const s3 = tools && (await startS3Server())
  if (!tools || !s3) return undefined
  await s3.createBucket('steps')
  const folder = mkdtempSync(join(tmpdir(), 'headrig-steps-'))
  const jars = join(folder, 'jars')
  for (const name of ['.', 'clusters', 'jars']) {
    mkdirSync(join(folder, name), { recursive: true })
    chmodSync(join(folder, name), 0o711)
  }
  for (const name of ['lake', 'out']) {
    mkdirSync(join(folder, name))
    chmodSync(join(folder, name), 0o777)
  }
  for (const jar of [...tools.jars, ...(await s3Jars())]) {
    const copy = join(jars, basename(jar))
    copyFileSync(jar, copy)
    chmodSync(copy, 0o644)
  }
  chmodSync(jars, 0o755)
  const credentials = { accessKeyId: s3.accessKeyId, secretAccessKey: s3.secretAccessKey }
  const open = (uri: string) =>
    openStore(uri, { endpoint: s3.endpoint, region: s3.region, credentials })
  const aws = {
    AWS_ACCESS_KEY_ID: s3.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
    AWS_REGION: s3.region,
  }
  const places = {
    home: sparkHome(tools.python),
    jars,
    enginesFolder: join(folder, 'engines'),
    clustersFolder: join(folder, 'clusters'),
    env: { PATH: process.env['PATH'], ...aws },
    ...(NOBODY && { user: NOBODY }),
  }
  const flags = { lake: join(folder, 'lake'), s3Endpoint: s3.endpoint, s3Region: s3.region }
  const { settings } = await loadConfig({ flags, env: {}, cwd: folder })
  const context: CommandContext = {
    ...settingsContext(settings),
    open,
    headrig: [process.execPath, BINARY],
    engine: () => sparkEngine(places),
    ...(NOBODY && { user: NOBODY }),
    ...more({ places, folder }),
  }
  const state = openState(join(folder, 'state.db'))
  const runner = await StepRunner.open({
    state,
    folder: join(folder, 'steps'),
    launch: commandLauncher(context),
    environment: async () => aws,
    ...(NOBODY && { user: NOBODY }),
    logs(spec, from) {
      const store = open('s3://steps')
      const more = containerLogs({
        stderr: join(from, 'stderr'),
        work: join(places.clustersFolder, 'c-1', 'work'),
        store,
        prefix: `logs/${spec.cluster}/containers`,
        scratch: from,
      })
      const prefix = logFolder(spec).slice('s3://steps/'.length)
      return new StepLogs({ folder: from, store, prefix, more })
    },
    now: Date.now,
    ...options,
  })
  let count = 0
  const ended = (id: string): Promise<StepRecord> =>
    vi.waitFor(
      () => {
        const found = runner.get(id)
        if (found?.ended === undefined) throw new Error(`${id} is ${found?.state}`)
        return found
      },
      { timeout: 280_000, interval: 100 },
    )
  const split = (uri: string): [string, string] => {
    const [, root = '', key = ''] = /^(s3:\/\/[^/]+)\/(.*)$/.exec(uri) ?? []
    return [root, key]
  }
  return {
    folder,
    s3,
    state,
    runner,
    context,
    places,
    ended,
    async run(spec) {
      const id = `s-${++count}`
      runner.submit([
        {
          id,
          cluster: CLUSTER,
          name: id,
          jar: 'command-runner.jar',
          logUri: 's3://steps/logs',
          ...spec,
        },
      ])
      return ended(spec.id ?? id)
    },
    log: ({ spec, attempt }, name) =>
      readFileSync(join(folder, 'steps', spec.cluster, spec.id, String(attempt), name), 'utf8'),
    async put(uri, bytes) {
      const [root, key] = split(uri)
      await open(root).put(key, typeof bytes === 'string' ? Buffer.from(bytes) : bytes)
    },
    async list(prefix) {
      const keys: string[] = []
      for await (const { key } of open('s3://steps').list(prefix)) keys.push(`s3://steps/${key}`)
      return keys
    },
    async get(uri) {
      const [root, key] = split(uri)
      return Buffer.from(await open(root).get(key))
    },
    async close() {
      await runner.close('kill')
      state.close()
      await s3.stop()
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
