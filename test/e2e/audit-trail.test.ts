import { execFile } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openAudit, type Audit } from '../../src/audit/audit.js'
import { trailArn } from '../../src/audit/trail.js'
import { openState, type State } from '../../src/state/state.js'
import { openStore } from '../../src/storage/open.js'
import type { ByteStore } from '../../src/storage/store.js'
import type { JsonObject } from '../../src/wire/service.js'
import { AWSCLI_PACKAGES } from '../interop/versions.js'
import { ACCOUNT, ada, callAt, entry, REGION, worker } from '../support/audit.js'
import { launchBinary, type Outcome } from '../support/launch.js'
import { startS3Server } from '../support/s3-server.js'
import { pythonWith } from '../support/venv.js'

const HOUR = 3_600_000
const s3 = await startS3Server()
const python = await pythonWith('awscli', AWSCLI_PACKAGES)
let folder: string
let state: State
let now = new Date('2026-11-20T10:00:00Z')
let inBucket: Audit
let bucket: ByteStore
let cloudtrail: Server
const credentials = {
  accessKeyId: s3?.accessKeyId ?? '',
  secretAccessKey: s3?.secretAccessKey ?? '',
}

const open = (store?: ByteStore): Promise<Audit> =>
  openAudit({
    folder: join(folder, 'audit'),
    state,
    account: ACCOUNT,
    region: REGION,
    store,
    clock: () => now,
    warn: (message) => expect.unreachable(message),
  })

/** Two hours with calls in each, signed. */
async function live(audit: Audit): Promise<void> {
  await audit.work()
  for (let n = 0; n < 2; n++) {
    for (let i = 0; i < 30; i++) {
      const principal = i % 3 === 0 ? worker : ada
      await audit.record(entry({ now, principal, requestId: `${n}-${i}` }))
    }
    if (n === 1)
      await audit.record(
        entry({
          now,
          eventName: 'PutBlockPublicAccessConfiguration',
          readOnly: false,
          input: { BlockPublicAccessConfiguration: { BlockPublicSecurityGroupRules: false } },
          sourceIp: '198.51.100.9',
        }),
      )
    await audit.work({ flush: true })
    now = new Date(now.getTime() + HOUR)
    await audit.work()
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headrig-trail-'))
  state = openState(join(folder, 'state.db'))
  if (!s3) return
  await s3.createBucket('trails')
  const { endpoint, region } = s3
  const encryption = { mode: 'AES256' } as const
  bucket = openStore('s3://trails/own', { endpoint, region, credentials, encryption })
  inBucket = await open(bucket)
  await live(inBucket)
  cloudtrail = createServer((request, response) => {
    void text(request).then(async (body) => {
      const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? ''
      const answer = await inBucket.operations[operation]?.run(
        JSON.parse(body) as JsonObject,
        callAt(now),
      )
      response.setHeader('content-type', 'application/x-amz-json-1.1')
      response.end(JSON.stringify(answer))
    })
  }).listen(0, '127.0.0.1')
  await once(cloudtrail, 'listening')
}, 180_000)

afterAll(async () => {
  cloudtrail.close()
  await inBucket.close()
  state.close()
  await s3?.stop()
  await rm(folder, { recursive: true, force: true })
})

function aws(...args: string[]): Promise<{ exit: number; output: string }> {
  const { port } = cloudtrail.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  const env = {
    PATH: process.env['PATH'],
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_DEFAULT_REGION: REGION,
    AWS_ENDPOINT_URL_S3: s3?.endpoint ?? '',
  }
  const command = [join(dirname(python ?? ''), 'aws'), 'cloudtrail', ...args, '--endpoint-url', url]
  return new Promise((done) => {
    execFile(python ?? '', command, { env }, (error, stdout, stderr) =>
      done({ exit: Number(error?.code ?? 0), output: stdout + stderr }),
    )
  })
}

const headrig = (...argv: string[]): Promise<Outcome> =>
  launchBinary({
    argv,
    cwd: folder,
    env: {
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_REGION: REGION,
      HEADRIG_S3_ENDPOINT: s3?.endpoint ?? '',
      HEADRIG_DATA: folder,
    },
  })

test.skipIf(!s3 || !python)(
  'aws cloudtrail validate-logs believes our digests, headrig too',
  async () => {
    const asked = ['--trail-arn', trailArn(inBucket.trail), '--start-time', '2026-11-20T09:00:00Z']
    const validate = (): ReturnType<typeof aws> =>
      aws('validate-logs', ...asked, '--end-time', '2026-11-20T14:00:00Z', '--verbose')
    const good = await validate()
    expect(good.output).toContain('2/2 digest files valid')
    expect(good.output).toContain('2/2 log files valid')
    expect(good.exit).toBe(0)
    const ours = await headrig('verify', 'cloudtrail', 's3://trails/own', '--format', 'json')
    expect(ours.stderr).toBe('')
    expect(JSON.parse(ours.stdout)).toMatchObject({
      digests: 2,
      logs: 2,
      unlisted: 0,
      findings: [],
    })

    const keys: string[] = []
    for await (const { key } of bucket.list('')) keys.push(key)
    const log = keys.find((key) => key.includes('/CloudTrail/')) ?? ''
    const bytes = await bucket.get(log)
    await bucket.delete(log)
    expect((await validate()).output).toContain('1/2 log files valid, 1/2 log files INVALID')
    const found = await headrig('verify', 'cloudtrail', 's3://trails/own')
    expect(found.stdout).toContain(`${log}: is missing`)
    expect(found.exit).toBe(5)
    await bucket.put(log, bytes)

    const looked = await aws(
      'lookup-events',
      '--lookup-attributes',
      'AttributeKey=EventName,AttributeValue=PutBlockPublicAccessConfiguration',
      '--query',
      'Events[].[Username,AccessKeyId]',
      '--output',
      'text',
    )
    expect(looked.output.trim()).toBe('ada\tAKIAEXAMPLEADA')
  },
  180_000,
)

test.skipIf(!s3)(
  'headrig collects its own trail and says who opened it up',
  async () => {
    const collected = await headrig(
      'collect',
      's3://trails/own/',
      '--format',
      'auto',
      '--output',
      'json',
      '-q',
    )
    expect(collected.stderr).toBe('')
    expect(JSON.parse(collected.stdout)).toMatchObject({ rows: 61, rejected: 0, duplicates: 0 })
    const who = await headrig(
      'query',
      `select t.user_identity.arn as who, t.source_ip as "from", t.user_identity.access_key_id as key,
       (select count(*) from aws_cloudtrail o where o.user_identity.access_key_id = t.user_identity.access_key_id
          and o.event_id <> t.event_id) as others
     from aws_cloudtrail t
     where t.event_name = 'PutBlockPublicAccessConfiguration'
       and t.request_parameters like '%"blockPublicSecurityGroupRules":false%'`,
      '--format',
      'json',
    )
    expect(who.stderr).toBe('')
    expect(JSON.parse(who.stdout)).toEqual([
      { who: ada.arn, from: '198.51.100.9', key: 'AKIAEXAMPLEADA', others: 40 },
    ])
  },
  120_000,
)

test('collects a trail in a folder, and passes over the signatures', async () => {
  const own = await mkdtemp(join(folder, 'folder-'))
  const place = join(own, 'state.db')
  const other = openState(place)
  now = new Date('2026-11-20T10:00:00Z')
  const warn = (message: string): void => expect.unreachable(message)
  const audit = await openAudit({
    folder: join(own, 'audit'),
    state: other,
    account: ACCOUNT,
    region: REGION,
    clock: () => now,
    warn,
  })
  await live(audit)
  await audit.close()
  other.close()
  const lake = ['--lake', join(own, 'lake')]
  const collected = await headrig(
    'collect',
    join(own, 'audit', 'trail'),
    ...lake,
    '--output',
    'json',
    '-q',
  )
  expect(collected.stderr).toBe('')
  expect(JSON.parse(collected.stdout)).toMatchObject({ rows: 61, rejected: 0 })
  const keys = join(own, 'keys.json')
  await writeFile(keys, JSON.stringify({ PublicKeyList: audit.publicKeys }))
  const verified = await headrig(
    'verify',
    'cloudtrail',
    join(own, 'audit', 'trail'),
    '--public-keys',
    keys,
  )
  expect(verified.stdout).toBe(
    [
      '2 digests and 2 log files were looked at',
      'signed: 2026-11-20T10:00:00Z to 2026-11-20T12:00:00Z',
      'a chain of digests begins at 2026-11-20T10:00:00Z\n',
    ].join('\n'),
  )
}, 60_000)
