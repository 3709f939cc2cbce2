import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { commandLauncher } from '../../src/jobs/commands/launcher.js'
import { localHadoop } from '../../src/jobs/hadoop/step-hadoop.js'
import { StepRunner } from '../../src/jobs/runner.js'
import type { StepRecord, StepSpec } from '../../src/jobs/step.js'
import { openState } from '../../src/state/state.js'
import { openStore } from '../../src/storage/open.js'
import { S3_SCHEMES, s3aSettings } from '../../src/storage/s3/s3a-settings.js'
import type { ByteStore } from '../../src/storage/store.js'
import { hadoopEngines } from '../interop/hadoop.js'
import { startS3Server } from './s3-server.js'

/** A step that ended, with what it logged. */
export interface EndedStep {
  readonly record: StepRecord
  readonly log: (name: 'controller' | 'syslog' | 'stdout' | 'stderr') => string
}

/** A cluster's steps on real Hadoop, beside a real S3 server. */
export interface StreamingBed {
  /** Of the bucket `jobs`. */
  readonly store: ByteStore
  readonly runner: StepRunner
  readonly secret: string
  /** Each attempt has its logs in `<id>/1` below. */
  readonly folder: string
  readonly hdfs: string
  submit(args: readonly string[], more?: Partial<StepSpec>): string
  ended(id: string): Promise<EndedStep>
  run(args: readonly string[], more?: Partial<StepSpec>): Promise<EndedStep>
  put(key: string, bytes: string | Uint8Array): Promise<void>
  /** The lines of an output in the bucket, part by part, unpacked. */
  parts(prefix: string): Promise<readonly (readonly string[])[]>
  close(): Promise<void>
}

const CLUSTER = 'j-STREAMING'
const ENDED = new Set(['COMPLETED', 'FAILED', 'CANCELLED'])

/** Undefined where Hadoop or the S3 server cannot be had: skip the tests then. Hadoop's steps run two at once. */
export async function streamingBed(): Promise<StreamingBed | undefined> {
  const enginesFolder = await hadoopEngines()
  const s3 = enginesFolder === undefined ? undefined : await startS3Server()
  if (s3 === undefined || enginesFolder === undefined) return undefined
  await s3.createBucket('jobs')
  const root = mkdtempSync(join(tmpdir(), 'headrig-streaming-'))
  const { endpoint, region, accessKeyId, secretAccessKey } = s3
  const credentials = { accessKeyId, secretAccessKey }
  const open = (uri: string): ByteStore => openStore(uri, { endpoint, region, credentials })
  const store = open('s3://jobs')
  const hdfs = join(root, 'hdfs')
  const state = openState(join(root, 'state.db'))
  const waiting = new Map<string, (record: StepRecord) => void>()
  const runner = await StepRunner.open({
    state,
    folder: join(root, 'steps'),
    launch: commandLauncher({
      open,
      hadoop: () => localHadoop({ enginesFolder, env: process.env, hdfs }),
      hadoopConf: { ...S3_SCHEMES, ...s3aSettings({ endpoint, region }) },
    }),
    environment: async () => ({
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    }),
    now: Date.now,
    concurrency: () => 2,
    onEnd: (record) => waiting.get(record.spec.id)?.(record),
  })
  const folder = join(root, 'steps', CLUSTER)
  let count = 0
  const bed: Omit<StreamingBed, 'run'> = {
    store,
    runner,
    secret: secretAccessKey,
    folder,
    hdfs,
    submit(args, more = {}) {
      const id = `s-${process.pid}-${++count}`
      runner.submit([{ id, cluster: CLUSTER, name: id, jar: 'command-runner.jar', args, ...more }])
      return id
    },
    async ended(id) {
      const now = runner.get(id)
      const record =
        now !== undefined && ENDED.has(now.state)
          ? now
          : await new Promise<StepRecord>((done) => waiting.set(id, done))
      const log = (name: string): string => readFileSync(join(folder, id, '1', name), 'utf8')
      return { record, log }
    },
    async put(key, bytes) {
      await store.put(key, Buffer.from(bytes))
    },
    async parts(prefix) {
      const keys: string[] = []
      for await (const { key } of store.list(prefix))
        if (key.slice(prefix.length).startsWith('/part-')) keys.push(key)
      return Promise.all(
        keys.toSorted().map(async (key) => {
          const bytes = await store.get(key)
          const text = Buffer.from(key.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
          return text.split('\n').slice(0, -1)
        }),
      )
    },
    async close() {
      await runner.close('kill')
      state.close()
      await s3.stop()
      rmSync(root, { recursive: true, force: true })
    },
  }
  return { ...bed, run: async (args, more) => bed.ended(bed.submit(args, more)) }
}
