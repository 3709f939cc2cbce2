import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { vacuum } from '../../src/app/maintain.js'
import { mapLimit } from '../../src/core/concurrency.js'
import { openStore } from '../../src/storage/open.js'
import { type LakeContent, ledgerFacts, readLake, rejectFacts } from '../support/collect-lake.js'
import { type LogSet, mixedLogs, writeLogs } from '../support/collect-logs.js'
import { type CollectJob, collectInProcess, startCollect } from '../support/collect-process.js'
import { testContext } from '../support/lake.js'
import { BINARY } from '../support/launch.js'
import { startS3Server } from '../support/s3-server.js'
import { startSpark } from '../support/spark.js'
import { sparkJob, writeFlakyNode } from '../support/spark-collect.js'

/** Small batches: many commits, many places to die. */
const BATCH = { bytes: 1 << 20, objects: 12 }
/** Kills at operations of the store; more with HEADRIG_TEST_KILLS. */
const KILLS = Math.ceil(Number(process.env['HEADRIG_TEST_KILLS'] ?? 44) / 7)
const FIXTURES = 'fixtures/formats'

const s3 = existsSync(BINARY) ? await startS3Server() : undefined
if (s3) {
  // Executors take the credentials of their node.
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: s3.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
  })
}
const server = existsSync(BINARY) ? await startSpark({ master: 'local[2,4]' }) : undefined

let root: string
let logs: LogSet
let source: string
let embedded: LakeContent

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'headrig-spark-collect-'))
  source = join(root, 'source')
  logs = mixedLogs(7, 18, 8)
  await writeLogs(source, logs.objects)
  const lake = join(root, 'embedded')
  await collectInProcess({ lake, options: { uris: [source], format: 'auto', batch: BATCH } })
  embedded = await readLake(lake)
})
afterAll(async () => {
  await server?.stop()
  await s3?.stop()
  await rm(root, { recursive: true, force: true })
})

/** The lake is as if it had been collected in one process, at once. */
function expectSame(content: LakeContent, expected: LakeContent, hint = ''): void {
  expect(content.tables, hint).toEqual(expected.tables)
  expect(ledgerFacts(content.ledger), hint).toEqual(ledgerFacts(expected.ledger))
  expect(rejectFacts(content.rejects), hint).toEqual(rejectFacts(expected.rejects))
  const rows = content.ledger.reduce((sum, entry) => sum + entry.rows, 0)
  expect(rows, hint).toBe(Object.values(content.tables).reduce((sum, t) => sum + t.length, 0))
}

/** Data files in a lake on disk, and what tasks were told. */
async function filesOf(lake: string): Promise<{ data: number; staging: string[] }> {
  const all = await readdir(lake, { recursive: true })
  return {
    data: all.filter((f) => /^tables\/aws_.*\.parquet$/.test(f)).length,
    staging: all.filter((f) => /^_headrig\/staging\/.*\./.test(f)),
  }
}

describe.skipIf(!server)('collecting on Spark', { timeout: 240_000 }, () => {
  const job = (name: string, more: Partial<CollectJob['options']> = {}): CollectJob =>
    sparkJob(server!, join(root, name), { uris: [source], batch: BATCH, ...more })

  test.each([
    ['many batches', BATCH],
    ['one batch', { bytes: 1 << 30, objects: 1000 }],
  ])('gives what the embedded reader gives: rows, rejects, ledger; %s', async (name, batch) => {
    const { lake, ...rest } = job(name, { batch })
    const { summary } = await collectInProcess({ lake, ...rest })
    expectSame(await readLake(lake), embedded)
    expect(summary.duplicates).toBe(logs.records - logs.ids.size)
    const { data, staging } = await filesOf(lake)
    expect(staging).toEqual([])
    // Nothing lies about that no commit names.
    const context = await testContext(lake)
    const named = await mapLimit(['aws_cloudtrail', 'aws_vpc_flow'], 2, async (table) => {
      return (await context.lake.table(table).snapshot())?.totals().then((t) => t.files) ?? 0
    })
    await context.close()
    expect(data).toBe(named.reduce((a, b) => a + b, 0))
    const again = await collectInProcess({ lake, ...rest })
    expect(again.summary).toMatchObject({ objects: 0, unchanged: logs.objects.length })
  })

  test.each(['aws_cloudtrail', 'aws_vpc_flow', 'hello_world'])(
    'the fixtures of %s, copies kept',
    async (format) => {
      const options = { uris: [join(FIXTURES, format)], format, keepDuplicates: true }
      const here = join(root, `fixtures-${format}`)
      await collectInProcess({ lake: here, options })
      const there = sparkJob(server!, join(root, `spark-fixtures-${format}`), options)
      await collectInProcess(there)
      expectSame(await readLake(there.lake), await readLake(here))
    },
  )

  test('an attempt whose answer Spark does not take leaves nothing that counts', async () => {
    const node = await writeFlakyNode(join(root, 'flaky-node'))
    const { lake, ...rest } = job('flaky', { batch: { bytes: 1 << 30, objects: 1000 } })
    await collectInProcess({ lake, ...rest, flags: { ...rest.flags, sparkNode: node } })
    expect(existsSync(`${node}.died`)).toBe(true)
    expectSame(await readLake(lake), embedded)
    const before = await filesOf(lake)
    const context = await testContext(lake)
    const { tables, keys } = await vacuum({ olderThanMs: 0, force: true }, context)
    await context.close()
    expect(tables.reduce((sum, t) => sum + t.files, 0)).toBeGreaterThan(0)
    const after = await filesOf(lake)
    expect(after.data).toBe(before.data - keys.filter((k) => k.startsWith('tables/aws_')).length)
    expect(after.staging).toEqual([])
    expectSame(await readLake(lake), embedded)
  })

  test('killed at any operation of the store and started again, the lake ends the same', async () => {
    const first = job('uninterrupted')
    const { operations = 0 } = await collectInProcess(first)
    await mapLimit(
      Array.from({ length: KILLS }, (_, i) => i),
      2,
      async (i) => {
        const operation = Math.ceil(((i + 1) * operations) / (KILLS + 1))
        const when = i % 2 === 0 ? 'before' : 'after'
        const mortal = job(`killed-${i}`)
        const outcome = await startCollect({ ...mortal, dieAt: { operation, when } }).ended
        const hint = `${when} operation ${operation} of ${operations}`
        expect(outcome.signal, hint).toBe('SIGKILL')
        // Whoever comes next may be of either kind.
        const { lake, options, flags = {} } = mortal
        const engine = i % 3 === 0 ? 'duckdb' : 'spark'
        await collectInProcess({ lake, flags, options: { ...options, engine } })
        expectSame(await readLake(lake), embedded, hint)
      },
    )
  })

  test.skipIf(!s3)('from bucket to bucket', async () => {
    const { endpoint, region } = s3!
    await s3!.createBucket('logs')
    await s3!.createBucket('lakes')
    const store = openStore('s3://logs/main', { endpoint, region })
    await mapLimit(logs.objects, 8, ({ key, bytes }) => store.put(key, bytes))
    const flags = { s3Endpoint: endpoint, s3Region: region }
    const options = { uris: ['s3://logs/main/'], batch: { bytes: 1 << 30, objects: 1000 } }
    await collectInProcess(sparkJob(server!, 's3://lakes/spark', options, flags))
    const { tables, rejects } = await readLake('s3://lakes/spark', flags)
    expect(tables).toEqual(embedded.tables)
    expect(rejects).toHaveLength(embedded.rejects.length)
    const left: string[] = []
    for await (const { key } of openStore('s3://lakes/spark', { endpoint, region }).list(
      '_headrig/staging/',
    ))
      left.push(key)
    expect(left).toEqual([])
  })

  test('auto reads little in this process, and says so', async () => {
    const lines: string[] = []
    const log = (line: string): void => void lines.push(line)
    const { lake, flags = {} } = job('auto')
    const context = await testContext(lake, flags, {
      logger: { debug: log, info: log, warn: log },
    })
    const { collect } = await import('../../src/app/collect.js')
    await collect({ uris: [source], format: 'auto', engine: 'auto' }, context)
    await context.close()
    expect(lines).toContainEqual(expect.stringMatching(/^reading .* in this process: spark/))
    expectSame(await readLake(lake), embedded)
  })

  test('without a server, without a way in, without node: named errors', async () => {
    const { lake, options } = job('nothing')
    expect(await startCollect({ lake, options }).ended).toMatchObject({ kind: 'invalid' })
    const gone = { sparkUrl: 'sc://127.0.0.1:1' }
    expect(await startCollect({ lake, options, flags: gone }).ended).toMatchObject({
      kind: 'unavailable',
    })
    const strange = { sparkUrl: server!.url.replace(/token=.*/, 'token=wrong') }
    expect(await startCollect({ lake, options, flags: strange }).ended).toMatchObject({
      kind: 'unauthenticated',
    })
    const nodeless = { sparkUrl: server!.url, sparkNode: '/nowhere/node' }
    expect(await startCollect({ lake, options, flags: nodeless }).ended).toMatchObject({
      kind: 'invalid',
      error: expect.stringContaining('spark.node') as unknown,
    })
    // What was left unfinished is finished by the next.
    await collectInProcess(job('nothing'))
    expectSame(await readLake(lake), embedded)
  })
})
