import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDirectory } from '../../src/auth/keys/open-directory.js'
import { openStore } from '../../src/storage/open.js'
import { loadModel } from '../../src/wire/load-model.js'
import { inputOf } from '../support/model-input.js'
import { rawCall, rawRequest } from '../support/raw-call.js'
import { signCall } from '../support/sign-call.js'
import { startServe, type ServeProcess } from '../support/serve-process.js'
import { trailRecords } from '../support/trail-records.js'

const ENV = {
  HEADRIG_TEST_MODE: '1',
  HEADRIG_SERVER_RATE_KEY: '1000000',
  HEADRIG_SERVER_RATE_ADDRESS: '1000000',
  HEADRIG_SERVER_RATE_REFUSED: '1000000',
  HEADRIG_SERVER_LIMIT_BODY: '64KiB',
}
const GC = [
  '--expose-gc',
  `--import=${new URL('../support/collect-garbage.mjs', import.meta.url).href}`,
]
const JSON_TYPE = 'application/x-amz-json-1.1'
const FORM = 'application/x-www-form-urlencoded'
const SERVICES = (['emr', 'cloudtrail', 'sts'] as const).map((name) => {
  const signing = { emr: 'elasticmapreduce', cloudtrail: 'cloudtrail', sts: 'sts' }[name]
  return { model: loadModel(name), signing }
})

let folder: string
let server: ServeProcess
let key: { readonly accessKeyId: string; readonly secretAccessKey: string }
/** Request ids of answers that came whole. */
const answered = new Set<string>()

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headrig-fuzz-'))
  server = await startServe(folder, ENV, GC)
  const directory = openDirectory({ dataFolder: folder })
  // Everything but what would start clusters: that is checked, and then denied.
  const statements = [
    { Effect: 'Allow', Action: '*', Resource: '*' },
    { Effect: 'Deny', Action: 'elasticmapreduce:RunJobFlow', Resource: '*' },
  ]
  directory.putPolicy('all', JSON.stringify({ Version: '2012-10-17', Statement: statements }))
  directory.addUser({ name: 'fuzz', policies: ['all'], tags: {} })
  key = directory.createKey('fuzz')
  directory.close()
})
afterAll(async () => {
  await server.kill()
  await rm(folder, { recursive: true, force: true })
})

interface Sent {
  readonly signing: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Signed, as bytes that end the connection. */
function signed({ signing: service, headers, body }: Sent, more = {}): Buffer {
  const call = { ...key, service, headers, body, ...more }
  const host = new URL(server.url).host
  return rawRequest({ ...signCall(server.url, call), host, connection: 'close' }, body)
}

/** Sends one, remembers that it was answered, gives the status. */
async function send(...parts: readonly Uint8Array[]): Promise<number> {
  const [answer] = await rawCall({ port: server.port, parts })
  if (answer && answer.requestId !== '') answered.add(answer.requestId)
  return answer?.status ?? 0
}

const target = (prefix: string | undefined, name: string) => `${prefix}.${name}`
const callsWith = (names: readonly string[]): readonly fc.Arbitrary<Sent>[] =>
  SERVICES.flatMap(({ model, signing }) =>
    Object.keys(model.operations).map((name) =>
      inputOf(model, name, names).map((input): Sent => {
        if (model.protocol !== 'query')
          return {
            signing,
            headers: {
              'content-type': JSON_TYPE,
              'x-amz-target': target(model.targetPrefix, name),
            },
            body: JSON.stringify(input) ?? '',
          }
        const given = Object.entries((input ?? {}) as object).map(
          ([k, v]) => [k, typeof v === 'string' ? v : (JSON.stringify(v) ?? '')] as const,
        )
        const form = new URLSearchParams(Object.fromEntries(given))
        form.set('Action', name)
        form.set('Version', model.apiVersion)
        return { signing, headers: { 'content-type': FORM }, body: form.toString() }
      }),
    ),
  )

/** A cluster that is there, with the ids of what belongs to it; its Spark starts when a step needs it. */
async function cluster(): Promise<readonly string[]> {
  const call = async (operation: string, input: object): Promise<Record<string, unknown>> => {
    const headers = { 'content-type': JSON_TYPE, 'x-amz-target': `ElasticMapReduce.${operation}` }
    const body = JSON.stringify(input)
    const { credentials, url } = server
    const from = signCall(url, { ...credentials, service: 'elasticmapreduce', headers, body })
    const answer = await fetch(url, { method: 'POST', headers: from, body })
    expect(answer.status, await answer.clone().text()).toBe(200)
    return (await answer.json()) as Record<string, unknown>
  }
  const InstanceGroups = ['MASTER', 'CORE', 'TASK'].map((InstanceRole) => ({
    InstanceRole,
    InstanceType: 'm5.xlarge',
    InstanceCount: 1,
  }))
  const Instances = { InstanceGroups, KeepJobFlowAliveWhenNoSteps: true }
  const run = { Name: 'fuzz', ReleaseLabel: 'emr-7.12.0', Instances }
  const { JobFlowId } = await call('RunJobFlow', { ...run, JobFlowRole: 'a', ServiceRole: 'b' })
  const listed = await call('ListInstanceGroups', { ClusterId: JobFlowId })
  const groups = (listed['InstanceGroups'] as { Id: string }[]).map(({ Id }) => Id)
  return [JobFlowId as string, ...groups]
}

test('signed calls of every operation, with any input, are answered and never by 500', async () => {
  const words = [
    'CORE',
    'm5.xlarge',
    'emr-7.12.0',
    'command-runner.jar',
    'YARNMemoryAvailablePercentage',
  ]
  const calls = callsWith([...(await cluster()), ...words])
  await fc.assert(
    fc.asyncProperty(fc.tuple(...calls), async (all) => {
      const statuses = await Promise.all(all.map((call) => send(signed(call))))
      const bad = all.filter((_call, i) => ![200, 400, 403].includes(statuses[i] ?? 0))
      expect(bad).toEqual([])
    }),
    { numRuns: 12, endOnFailure: true },
  )
})

test('bodies that are no JSON, too deep or too large are refused, signed or not', async () => {
  const body = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.nat(30_000).map((depth) => '['.repeat(depth)),
    fc.nat(30_000).map((depth) => '{"a":'.repeat(depth)),
    fc.constant('x'.repeat(65_537)),
    fc.constant(`{"Name":"${'x'.repeat(65_000)}"}`),
    fc.json().map((json) => json.slice(0, -1)),
  )
  const name = fc.constantFrom('RunJobFlow', 'ListClusters', 'AddJobFlowSteps', 'toString', '')
  await fc.assert(
    fc.asyncProperty(name, body, fc.boolean(), async (operation, text, isSigned) => {
      const headers = {
        'content-type': JSON_TYPE,
        'x-amz-target': target('ElasticMapReduce', operation),
      }
      const bytes = isSigned
        ? signed({ signing: 'elasticmapreduce', headers, body: text })
        : rawRequest({ ...headers, host: 'x', connection: 'close' }, text)
      expect([200, 400, 403, 413, 0]).toContain(await send(bytes))
    }),
    { numRuns: 150 },
  )
})

test('signatures that are wrong in any way are refused', async () => {
  const sent: Sent = {
    signing: 'elasticmapreduce',
    headers: { 'content-type': JSON_TYPE, 'x-amz-target': 'ElasticMapReduce.ListClusters' },
    body: '{}',
  }
  const wrong = fc.oneof(
    fc.string({ maxLength: 80 }).map((secretAccessKey) => ({ secretAccessKey })),
    fc
      .string({ maxLength: 30 })
      .map((text) => ({ accessKeyId: text.replace(/[^\x21-\x7e]/g, '') })),
    fc
      .date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') })
      .map((now) => ({ now })),
    fc.constantFrom('sts', 's3', 'cloudtrail', 'EMR', '').map((service) => ({ service })),
  )
  await fc.assert(
    fc.asyncProperty(wrong, async (change) => {
      expect([400, 403]).toContain(await send(signed(sent, change)))
    }),
    { numRuns: 100 },
  )
  const header = fc.string({ maxLength: 200 }).map((text) => text.replace(/[^\x20-\x7e]/g, ''))
  await fc.assert(
    fc.asyncProperty(header, fc.boolean(), async (text, begins) => {
      const authorization = begins ? `AWS4-HMAC-SHA256 ${text}` : text
      const headers = { ...sent.headers, host: 'x', connection: 'close', authorization }
      expect([400, 403]).toContain(await send(rawRequest(headers, '{}')))
    }),
    { numRuns: 100 },
  )
})

test('broken chunks, lengths that lie and many calls at once on a connection harm nobody', async () => {
  const head = [
    'POST / HTTP/1.1',
    'host: x',
    `content-type: ${JSON_TYPE}`,
    'x-amz-target: ElasticMapReduce.ListClusters',
  ].join('\r\n')
  const chunk = fc.oneof(
    fc.constantFrom(
      '2\r\n{}\r\n',
      '0\r\n\r\n',
      'fffffffff\r\n',
      'zz\r\n',
      '-1\r\n',
      '2;x=y\r\n{}\r\n',
    ),
    fc.string({ maxLength: 20 }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(chunk, { maxLength: 5 }), async (chunks) => {
      const start = `${head}\r\ntransfer-encoding: chunked\r\n\r\n`
      const answers = await rawCall({ port: server.port, parts: [start, ...chunks], hangsUp: true })
      for (const { status } of answers) expect(status).toBeLessThan(500)
    }),
    { numRuns: 100 },
  )
  await fc.assert(
    fc.asyncProperty(
      fc.nat(100),
      fc.nat(100),
      fc.uint8Array({ maxLength: 99 }),
      async (named, twice, bytes) => {
        const lengths = `content-length: ${named}\r\n${twice % 5 === 0 ? `content-length: ${twice}\r\n` : ''}`
        const answers = await rawCall({
          port: server.port,
          parts: [`${head}\r\n${lengths}\r\n`, bytes],
          hangsUp: true,
        })
        for (const { status } of answers) expect(status).toBeLessThan(500)
      },
    ),
    { numRuns: 100 },
  )
  const one = {
    signing: 'elasticmapreduce',
    headers: { 'content-type': JSON_TYPE, 'x-amz-target': 'ElasticMapReduce.ListReleaseLabels' },
    body: '{}',
  }
  const many = Array.from({ length: 50 }, (_, n) => {
    const headers = { ...one.headers, 'amz-sdk-invocation-id': `pipelined-${n}` }
    const host = new URL(server.url).host
    const all = {
      ...signCall(server.url, { ...key, service: one.signing, headers, body: '{}' }),
      host,
    }
    return rawRequest(n < 49 ? all : { ...all, connection: 'close' }, '{}')
  })
  const answers = await rawCall({ port: server.port, parts: [Buffer.concat(many)] })
  expect(answers.map(({ status }) => status)).toEqual(many.map(() => 200))
  for (const { requestId } of answers) answered.add(requestId)
})

/** What is held when its garbage is collected: the least of some looks, for calls that still end. */
async function heapUsed(): Promise<number> {
  let least = Infinity
  for (let i = 0; i < 5; i++) {
    process.kill(server.pid, 'SIGUSR2')
    const text = await (await fetch(`${server.url}/metrics`)).text()
    const used = Number(/^nodejs_heap_size_used_bytes (\S+)/m.exec(text)?.[1])
    least = Math.min(least, used)
  }
  return least
}

test('memory does not grow with the calls that were answered', async () => {
  const sample = fc.sample(fc.tuple(...callsWith([])), { numRuns: 1, seed: 7 }).flat()
  const used: number[] = []
  for (let round = 0; round < 9; round++) {
    for (let times = 0; times < 6; times++)
      await Promise.all(
        sample.map((call, i) =>
          send(
            i % 7 === 0 ? signed(call, { accessKeyId: `AKIA${'Z'.repeat(12)}${i}` }) : signed(call),
          ),
        ),
      )
    used.push(await heapUsed())
  }
  const third = (n: number): number => Math.min(...used.slice(n * 3, n * 3 + 3))
  // A kilobyte a call would be more.
  const callsBetween = 6 * 6 * sample.length
  expect(third(2) - third(0), used.join(' ')).toBeLessThan(callsBetween * 1024)
})

test('every call that was answered is in the trail once', async () => {
  expect(await server.stop()).toBe(0)
  const records = await trailRecords(openStore(join(folder, 'audit', 'trail')))
  const ids = records.map((record) => record['requestID'] ?? '')
  expect(new Set(ids).size).toBe(ids.length)
  const known = new Set(ids)
  expect([...answered].filter((id) => !known.has(id))).toEqual([])
  expect(records.filter((record) => record['errorCode'] === 'InternalFailure')).toEqual([])
  for (const record of records) expect(record['eventName']).toMatch(/^[A-Za-z0-9_.-]{1,128}$/)
})

test('also when the server is killed between them', async () => {
  const before = answered.size
  for (let round = 0; round < 3; round++) {
    server = await startServe(folder, ENV)
    let isUp = true
    const client = async (n: number): Promise<void> => {
      for (let i = 0; isUp; i++) {
        const headers = {
          'content-type': JSON_TYPE,
          'x-amz-target': 'ElasticMapReduce.ListReleaseLabels',
          'amz-sdk-invocation-id': `${round}-${n}-${i}`,
        }
        await send(signed({ signing: 'elasticmapreduce', headers, body: '{}' }))
      }
    }
    const clients = Array.from({ length: 20 }, (_, n) => client(n))
    const goal = answered.size + 100
    while (answered.size < goal) await new Promise((resolve) => setTimeout(resolve, 5))
    await server.kill()
    isUp = false
    await Promise.all(clients)
  }
  expect(answered.size - before).toBeGreaterThanOrEqual(300)
  server = await startServe(folder, ENV)
  await server.stop()
  const records = await trailRecords(openStore(join(folder, 'audit', 'trail')))
  const ids = records.map((record) => record['requestID'] ?? '')
  expect(new Set(ids).size).toBe(ids.length)
  const known = new Set(ids)
  expect([...answered].filter((id) => !known.has(id))).toEqual([])
})
