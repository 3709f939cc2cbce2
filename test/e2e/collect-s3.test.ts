import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mapLimit } from '../../src/core/concurrency.js'
import { S3Connection } from '../../src/storage/s3/connection.js'
import { openStore } from '../../src/storage/open.js'
import { type LakeContent, ledgerFacts, readLake } from '../support/collect-lake.js'
import {
  type LogSet,
  mixedLogs,
  trailBytes,
  trailRecord,
  writeLogs,
} from '../support/collect-logs.js'
import { type CollectJob, collectInProcess, startCollect } from '../support/collect-process.js'
import { random } from '../support/collect-random.js'
import { writeOneLine } from '../support/collect-hostile.js'
import { BINARY, launchBinary } from '../support/launch.js'
import {
  internalError,
  type ProxyFault,
  type S3Proxy,
  slowDown,
  startS3Proxy,
} from '../support/s3-proxy.js'
import { startS3Server } from '../support/s3-server.js'

const server = existsSync(BINARY) ? await startS3Server() : undefined
const BATCH = { bytes: 1 << 20, objects: 12 }

let root: string
let logs: LogSet
let reference: LakeContent
let env: Record<string, string>

beforeAll(async () => {
  if (!server) return
  root = await mkdtemp(join(tmpdir(), 'headrig-s3-'))
  const { accessKeyId, secretAccessKey, region, endpoint } = server
  env = {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_REGION: region,
  }
  Object.assign(process.env, env)
  logs = mixedLogs(3)
  await server.createBucket('logs')
  await server.createBucket('lakes')
  const store = openStore('s3://logs/main', { endpoint, region })
  await mapLimit(logs.objects, 8, ({ key, bytes }) => store.put(key, bytes))
  const source = join(root, 'source')
  await writeLogs(source, logs.objects)
  const lake = join(root, 'reference')
  await collectInProcess({ lake, options: { uris: [source], format: 'auto', batch: BATCH } })
  reference = await readLake(lake)
}, 120_000)

afterAll(async () => {
  await server?.stop()
  if (root) await rm(root, { recursive: true, force: true })
})

const jobFor = (endpoint: string, lake: string, uri = 's3://logs/main/'): CollectJob => ({
  lake,
  flags: { s3Endpoint: endpoint },
  options: { uris: [uri], format: 'auto', batch: BATCH },
})

/** The ledger's facts by the key below the source. */
function byKey(content: LakeContent, source: string): unknown {
  return ledgerFacts(
    content.ledger.map((e) => ({ ...e, etag: '', uri: e.uri.slice(source.length) })),
  )
}

function expectSame(content: LakeContent, hint = ''): void {
  expect(content.tables, hint).toEqual(reference.tables)
  expect(byKey(content, 's3://logs/main'), hint).toEqual(
    byKey(reference, `file://${join(root, 'source')}`),
  )
}

const FAULTS: readonly ProxyFault[] = [
  internalError,
  slowDown,
  { kind: 'reset' },
  { kind: 'short-body' },
  { kind: 'lost-reply' },
  { kind: 'delay', ms: 150 },
]

async function withProxy<T>(
  rule: Parameters<typeof startS3Proxy>[1],
  use: (proxy: S3Proxy) => Promise<T>,
): Promise<T> {
  const proxy = await startS3Proxy(server?.endpoint ?? '', rule)
  try {
    return await use(proxy)
  } finally {
    await proxy.stop()
  }
}

describe.skipIf(!server)('from a bucket', () => {
  test(
    'that is slow, fails, resets, cuts bodies short and asks to slow down',
    { timeout: 90_000 },
    async () => {
      const dice = random()
      const seen = new Map<string, number>()
      let faults = 0
      const rule = ({ nth }: { readonly nth: number }): ProxyFault | undefined => {
        if (nth > 3 || dice.next() < 0.6) return undefined
        const fault = FAULTS[faults++ % FAULTS.length]
        if (fault) seen.set(fault.kind, (seen.get(fault.kind) ?? 0) + 1)
        return fault
      }
      await withProxy(rule, async ({ endpoint }) => {
        const lake = join(root, 'flaky')
        const { summary } = await collectInProcess(jobFor(endpoint, lake))
        expect(summary, `seed ${dice.seed}`).toMatchObject({
          objects: logs.objects.length,
          failed: 0,
        })
        expectSame(await readLake(lake), `seed ${dice.seed}`)
        expect([...seen.keys()].toSorted(), `seed ${dice.seed}`).toEqual(
          [...new Set(FAULTS.map((f) => f.kind))].toSorted(),
        )
      })
    },
  )

  test(
    'of which objects cannot be had: the rest is collected, the next run gets them',
    { timeout: 90_000 },
    async () => {
      const names = ['Object3.json.gz', 'Object4.json.gz']
      const denied: ProxyFault = { kind: 'answer', status: 403, code: 'AccessDenied' }
      const rule = ({ method, path }: { readonly method: string; readonly path: string }) =>
        method !== 'GET'
          ? undefined
          : path.includes(names[0] ?? '')
            ? internalError
            : path.includes(names[1] ?? '')
              ? denied
              : undefined
      const lake = join(root, 'broken')
      await withProxy(rule, async ({ endpoint }) => {
        const argv = [
          'collect',
          's3://logs/main/',
          '--lake',
          lake,
          '--quiet',
          '--output',
          'json',
          '--s3-endpoint',
          endpoint,
        ]
        const { exit, stdout, stderr } = await launchBinary({ argv, cwd: root, env })
        expect(exit).toBe(6)
        for (const name of names) expect(stderr).toContain(name)
        const summary = JSON.parse(stdout) as {
          failed: number
          failures: { uri: string; kind: string }[]
        }
        expect(summary).toMatchObject({ objects: logs.objects.length, failed: 2 })
        const kinds = names.map((name) => summary.failures.find((f) => f.uri.endsWith(name))?.kind)
        expect(kinds).toEqual(['unavailable', 'forbidden'])
        const failed = (await readLake(lake)).ledger.filter((e) => e.state === 'failed')
        expect(new Set(failed.map((e) => e.uri.split('_').at(-1)))).toEqual(new Set(names))
        expect(failed.every((e) => e.rows === 0 && e.error !== null)).toBe(true)
      })
      const { summary } = await collectInProcess(jobFor(server?.endpoint ?? '', lake))
      expect(summary).toMatchObject({ objects: 2, failed: 0, unchanged: logs.objects.length - 2 })
      const content = await readLake(lake)
      expectSame({ ...content, ledger: content.ledger.filter((e) => e.state !== 'failed') })
    },
  )

  test(
    'whose credentials end in between: it stops, and goes on with new ones',
    { timeout: 90_000 },
    async () => {
      const expired: ProxyFault = { kind: 'answer', status: 400, code: 'ExpiredToken' }
      let gets = 0
      const rule = ({ method, path }: { readonly method: string; readonly path: string }) =>
        method === 'GET' && path.includes('Object') && ++gets > 20 ? expired : undefined
      const lake = join(root, 'expired')
      await withProxy(rule, async ({ endpoint }) => {
        const outcome = await startCollect(jobFor(endpoint, lake)).ended
        expect(outcome).toMatchObject({ code: 1, kind: 'unauthenticated' })
      })
      const { summary } = await collectInProcess(jobFor(server?.endpoint ?? '', lake))
      expect(summary.failed).toBe(0)
      expectSame(await readLake(lake))
    },
  )

  test('with an object larger than what is held of one', { timeout: 60_000 }, async () => {
    const { endpoint = '', region = '' } = server ?? {}
    await server?.createBucket('large')
    const file = join(root, 'large.json')
    await writeOneLine(file, 80_000)
    await openStore('s3://large', { endpoint, region }).putFile('a/large.json', file)
    const lake = join(root, 'large')
    const job = jobFor(endpoint, lake, 's3://large')
    const cut = await withProxy(
      ({ path, headers, nth }) =>
        path.includes('large.json') && headers.range?.includes('bytes=16777216') && nth < 4
          ? { kind: 'short-body' }
          : undefined,
      (proxy) => collectInProcess({ ...job, flags: { s3Endpoint: proxy.endpoint } }),
    )
    expect(cut.summary).toMatchObject({ objects: 1, rows: 80_000, rejected: 0, failed: 0 })
  })

  test('with keys of any kind, each accounted for', { timeout: 60_000 }, async () => {
    const { endpoint = '', region = '' } = server ?? {}
    await server?.createBucket('odd')
    const keys = [
      'marker/',
      'a//b.json.gz',
      '/lead.json.gz',
      'x/../y.json.gz',
      './z.json.gz',
      'plus+ü %41.json.gz',
      'tail .json.gz',
      'q?x=1&y#.json.gz',
    ]
    const connection = new S3Connection('odd', { endpoint, region })
    await mapLimit(keys, 4, (Key, n) =>
      connection.run('s3://odd', ({ client, sdk }) =>
        client.send(
          new sdk.PutObjectCommand({
            Bucket: 'odd',
            Key,
            Body: Key.endsWith('/') ? '' : trailBytes([trailRecord(n)]),
          }),
        ),
      ),
    )
    const lake = join(root, 'odd')
    const { summary } = await collectInProcess(jobFor(endpoint, lake, 's3://odd'))
    // What names a way out of the bucket is not read; it is accounted for all the same.
    const refused = ['x/../y.json.gz', './z.json.gz'].map((key) => `s3://odd/${key}`)
    expect(new Set(summary.failures.map((f) => f.uri))).toEqual(new Set(refused))
    expect(summary).toMatchObject({ objects: keys.length, rows: keys.length - 3, skipped: 1 })
    const { ledger } = await readLake(lake)
    expect(new Set(ledger.map((e) => e.uri))).toEqual(new Set(keys.map((key) => `s3://odd/${key}`)))
    expect((await collectInProcess(jobFor(endpoint, lake, 's3://odd'))).summary.objects).toBe(2)
  })
})

describe.skipIf(!server)('into a lake in a bucket', () => {
  const flags = (): Record<string, string> => ({ s3Endpoint: server?.endpoint ?? '' })

  test('that fails now and then', { timeout: 90_000 }, async () => {
    const dice = random()
    const rule = ({ nth }: { readonly nth: number }): ProxyFault | undefined =>
      nth > 2 || dice.next() < 0.75 ? undefined : FAULTS[dice.between(0, FAULTS.length - 1)]
    await withProxy(rule, async ({ endpoint }) => {
      const { summary } = await collectInProcess(jobFor(endpoint, 's3://lakes/flaky'))
      expect(summary.failed, `seed ${dice.seed}`).toBe(0)
      expectSame(await readLake('s3://lakes/flaky', flags()), `seed ${dice.seed}`)
    })
  })

  test('two collectors at once, one of which is killed', { timeout: 120_000 }, async () => {
    const endpoint = server?.endpoint ?? ''
    const lake = 's3://lakes/two'
    const outcomes = await Promise.all([1, 2].map(() => collectInProcess(jobFor(endpoint, lake))))
    expectSame(await readLake(lake, flags()))
    const objects = outcomes.map(({ summary }) => summary.objects)
    expect(objects.reduce((a, b) => a + b)).toBe(logs.objects.length)

    const second = 's3://lakes/killed'
    const job = jobFor(endpoint, second)
    const dieAt = { operation: 40, when: 'after' } as const
    const [killed] = await Promise.all([
      startCollect({ ...job, dieAt }).ended,
      collectInProcess(job),
    ])
    expect(killed.signal).toBe('SIGKILL')
    await collectInProcess(job)
    expectSame(await readLake(second, flags()))
  })
})
