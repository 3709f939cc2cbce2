import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStore } from '../../src/storage/open.js'
import type { ByteStore } from '../../src/storage/store.js'
import { launchBinary } from '../support/launch.js'
import { liveServer } from '../support/live-server.js'
import { slowDown, startS3Proxy, type ProxyFault, type S3Proxy } from '../support/s3-proxy.js'
import { startS3Server } from '../support/s3-server.js'
import { startServe, type ServeProcess } from '../support/serve-process.js'
import { signCall } from '../support/sign-call.js'
import { trailRecords } from '../support/trail-records.js'

const s3 = await startS3Server()
let folder: string
let proxy: S3Proxy
/** What S3 does to what is delivered; nothing: it works. */
let fault: ProxyFault | undefined

const env = (prefix: string): Record<string, string> => ({
  AWS_ACCESS_KEY_ID: s3?.accessKeyId ?? '',
  AWS_SECRET_ACCESS_KEY: s3?.secretAccessKey ?? '',
  HEADRIG_S3_REGION: s3?.region ?? '',
  HEADRIG_S3_ENDPOINT: proxy.endpoint,
  HEADRIG_AUDIT_DESTINATION: `s3://trails/${prefix}`,
  HEADRIG_AUDIT_INTERVAL: '1s',
  HEADRIG_AUDIT_ENCRYPTION: 'SSE-S3',
})

function bucketAt(prefix: string): ByteStore {
  const { accessKeyId = '', secretAccessKey = '', endpoint, region } = s3 ?? {}
  return openStore(`s3://trails/${prefix}`, {
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey },
  })
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headrig-destination-'))
  if (!s3) return
  await s3.createBucket('trails')
  proxy = await startS3Proxy(s3.endpoint, ({ method }) => (method === 'PUT' ? fault : undefined))
}, 120_000)
afterAll(async () => {
  await proxy?.stop()
  await s3?.stop()
  await rm(folder, { recursive: true, force: true })
})

/** The request id of a call that was answered. */
async function call(
  { url, credentials }: Pick<ServeProcess, 'url' | 'credentials'>,
  now = new Date(),
): Promise<string> {
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'ElasticMapReduce.ListReleaseLabels',
  }
  const service = 'elasticmapreduce'
  const signed = signCall(url, { ...credentials, service, body: '{}', headers, now })
  const answer = await fetch(url, { method: 'POST', headers: signed, body: '{}' })
  expect(answer.status).toBe(200)
  return answer.headers.get('x-amzn-requestid') ?? ''
}

/** Waits for what the test is about. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 100))
}

const idsIn = async (store: ByteStore): Promise<string[]> =>
  (await trailRecords(store))
    .filter(({ eventName }) => eventName === 'ListReleaseLabels')
    .map((record) => record['requestID'] ?? '')

test.skipIf(!s3)(
  'a bucket that fails, and kill -9 between, lose no record and give none twice',
  async () => {
    const store = bucketAt('killed')
    const answered: string[] = []
    let server = await startServe(folder, env('killed'))
    const ready = async (): Promise<number> => (await fetch(`${server.url}/ready`)).status
    for (const bad of [slowDown, { kind: 'reset' }, { kind: 'lost-reply' }] as const) {
      fault = bad
      const before = proxy.requests.length
      for (let i = 0; i < 5; i++) answered.push(await call(server))
      await until(() => proxy.requests.slice(before).some(({ method }) => method === 'PUT'))
      expect(await ready()).toBe(200)
      const metrics = await (await fetch(`${server.url}/metrics`)).text()
      expect(metrics).toMatch(/headrig_audit_files_undelivered [1-9]/)
      await server.kill()
      server = await startServe(folder, env('killed'))
    }
    fault = { kind: 'delay', ms: 50 }
    for (let i = 0; i < 5; i++) answered.push(await call(server))
    await until(async () => (await idsIn(store)).length >= answered.length)
    expect(await server.stop()).toBe(0)
    expect((await idsIn(store)).toSorted()).toEqual(answered.toSorted())
    const puts = proxy.requests.filter(({ method }) => method === 'PUT')
    for (const { headers } of puts) expect(headers['x-amz-server-side-encryption']).toBe('AES256')
  },
  180_000,
)

test.skipIf(!s3)(
  'a stop does not wait for a bucket that is gone; the next start delivers',
  async () => {
    const own = await mkdtemp(join(folder, 'gone-'))
    const server = await startServe(own, env('gone'))
    fault = slowDown
    const id = await call(server)
    expect(await server.stop()).toBe(0)
    expect(await idsIn(bucketAt('gone'))).toEqual([])
    fault = undefined
    const next = await startServe(own, env('gone'))
    expect(await next.stop()).toBe(0)
    expect(await idsIn(bucketAt('gone'))).toEqual([id])
  },
  60_000,
)

test.skipIf(!s3)(
  'the trail of a server in a bucket is signed hour by hour, and verified',
  async () => {
    fault = undefined
    let offset = 0
    const clock = (): Date => new Date(Date.now() + offset)
    process.env['AWS_ACCESS_KEY_ID'] = s3?.accessKeyId
    process.env['AWS_SECRET_ACCESS_KEY'] = s3?.secretAccessKey
    const server = await liveServer(env('signed'), { clock })
    await call(server)
    for (let hour = 0; hour < 2; hour++) {
      await server.restart()
      offset += 3_600_000
      await call(server, clock())
    }
    await server.restart()
    const keys = await readFile(join(server.folder, 'audit', 'public-keys.json'))
    expect(keys.length).toBeGreaterThan(100)
    const verified = await launchBinary({
      argv: ['verify', 'cloudtrail', 's3://trails/signed', '--format', 'json'],
      cwd: server.folder,
      env: { ...env('signed'), HEADRIG_DATA: server.folder },
    })
    expect(verified.stderr).toBe('')
    expect(JSON.parse(verified.stdout)).toMatchObject({ digests: 2, logs: 3, findings: [] })
    await server.close()
  },
  60_000,
)

test('settings that do not fit each other are refused with the remedy', async () => {
  const refused = (more: Record<string, string>): Promise<string> =>
    liveServer(more).then(
      () => 'started',
      (error: Error) => error.message,
    )
  expect(await refused({ HEADRIG_AUDIT_ENCRYPTION: 'SSE-S3' })).toContain('set audit.destination')
  expect(await refused({ HEADRIG_AUDIT_DESTINATION: 'memory://x' })).toContain('would be lost')
  expect(await refused({ HEADRIG_AUDIT_KMS_KEY: 'k' })).toContain('needs audit.encryption SSE-KMS')
  expect(await refused({ HEADRIG_AUDIT_INTERVAL: '2h' })).toContain('not from 1s to 1h')
  expect(await refused({ HEADRIG_AUDIT_LOCK_MODE: 'x' })).toContain('governance, compliance')
})
