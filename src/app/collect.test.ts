import { mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LedgerEntry, readLake, readTables } from '../../test/support/collect-lake.js'
import {
  eventId,
  flowLine,
  mixedLogs,
  trailBytes,
  trailKey,
  trailRecord,
  writeLogs,
} from '../../test/support/collect-logs.js'
import { testContext } from '../../test/support/lake.js'
import { collect, type CollectOptions, type CollectSummary } from './collect.js'

let root: string
let folders = 0
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'headrig-collect-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

/** A source folder and a lake of their own. */
async function place(): Promise<{ readonly source: string; readonly lake: string }> {
  const folder = join(root, String(folders++))
  await mkdir(join(folder, 'source'), { recursive: true })
  return { source: join(folder, 'source'), lake: join(folder, 'lake') }
}

async function run(
  lake: string,
  uris: string | readonly string[],
  options: Partial<CollectOptions> = {},
): Promise<CollectSummary> {
  const context = await testContext(lake)
  try {
    const list = typeof uris === 'string' ? [uris] : uris
    return await collect({ uris: list, format: 'auto', ...options }, context)
  } finally {
    await context.close()
  }
}

async function put(path: string, bytes: string | Uint8Array): Promise<string> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, bytes)
  return path
}

/** Rows and copies by the object's name. */
function counts(ledger: readonly LedgerEntry[]): Record<string, readonly [number, number]> {
  return Object.fromEntries(
    ledger.map((e) => [e.uri.split('/').at(-1) ?? '', [e.rows, e.duplicates] as const]),
  )
}

const records = (...numbers: readonly number[]): unknown[] => numbers.map((n) => trailRecord(n))
const eachAlone = { bytes: 1 << 30, objects: 1 }

describe('duplicates', () => {
  test('within a batch, counted by object', async () => {
    const { source, lake } = await place()
    await put(join(source, 'a.json.gz'), trailBytes(records(1, 2, 3)))
    await put(join(source, 'b.json.gz'), trailBytes(records(3, 4, 4, 5)))
    const summary = await run(lake, source)
    expect(summary).toMatchObject({ rows: 5, duplicates: 2, rejected: 0 })
    const { ledger, tables } = await readLake(lake)
    expect(tables['aws_cloudtrail']).toHaveLength(5)
    const { 'a.json.gz': a, 'b.json.gz': b } = counts(ledger)
    // Which of the two copies of 3 is kept is open; the two of 4 are in one object.
    expect((a?.[0] ?? 0) + (a?.[1] ?? 0)).toBe(3)
    expect((b?.[0] ?? 0) + (b?.[1] ?? 0)).toBe(4)
    expect(b?.[1]).toBeGreaterThanOrEqual(1)
  })

  test('across batches: the first one keeps the record', async () => {
    const { source, lake } = await place()
    await put(join(source, 'a.json.gz'), trailBytes(records(1, 2, 3)))
    await put(join(source, 'b.json.gz'), trailBytes(records(3, 4, 2)))
    const at = new Date('2024-01-16T00:00:00Z')
    for (const name of ['a.json.gz', 'b.json.gz']) await utimes(join(source, name), at, at)
    expect(await run(lake, source, { batch: eachAlone })).toMatchObject({ rows: 4, duplicates: 2 })
    const { ledger } = await readLake(lake)
    expect(counts(ledger)).toEqual({ 'a.json.gz': [3, 0], 'b.json.gz': [1, 2] })
  })

  test('across runs, also when nothing is left of an object', async () => {
    const { source, lake } = await place()
    await put(join(source, 'a.json.gz'), trailBytes(records(1, 2)))
    await run(lake, source)
    await put(join(source, 'again.json.gz'), trailBytes(records(2, 1)))
    const second = await run(lake, source)
    expect(second).toMatchObject({ objects: 1, rows: 0, duplicates: 2, unchanged: 1 })
    expect(second.tables['aws_cloudtrail']).toEqual({
      rows: 0,
      rejected: 0,
      duplicates: 2,
      objects: 1,
    })
    const { ledger } = await readLake(lake)
    expect(counts(ledger)).toEqual({ 'a.json.gz': [2, 0], 'again.json.gz': [0, 2] })
  })

  test('can be kept', async () => {
    const { source, lake } = await place()
    await put(join(source, 'a.json.gz'), trailBytes(records(1, 1, 2)))
    await put(join(source, 'b.json.gz'), trailBytes(records(1)))
    const summary = await run(lake, source, { keepDuplicates: true })
    expect(summary).toMatchObject({ rows: 4, duplicates: 0 })
    await put(join(source, 'c.json.gz'), trailBytes(records(1)))
    expect(await run(lake, source, { keepDuplicates: true })).toMatchObject({ rows: 1 })
    const { tables } = await readLake(lake)
    expect(tables['aws_cloudtrail']).toHaveLength(5)
  })

  test.each(['one batch', 'two batches'])(
    'the same id with other content is another record, in %s',
    async (how) => {
      const { source, lake } = await place()
      const forged = trailRecord(1, { eventName: 'DeleteTrail' })
      const nested = trailRecord(1, { requestParameters: { dryRun: true } })
      const unknown = trailRecord(1, { somethingElse: 'new' })
      const later = trailRecord(1, { eventTime: '2024-01-15T23:59:59Z' })
      const listed = trailRecord(1, { resources: [{ ARN: 'arn:aws:s3:::other' }] })
      const first = trailBytes([trailRecord(1), forged, nested])
      await put(join(source, 'a.json.gz'), first)
      await put(join(source, 'b.json.gz'), trailBytes([unknown, later, listed, forged]))
      const batch = how === 'one batch' ? { bytes: 1 << 30, objects: 10 } : eachAlone
      expect(await run(lake, source, { batch })).toMatchObject({ rows: 6, duplicates: 1 })
      const { aws_cloudtrail: rows = [] } = await readTables(lake)
      expect(new Set(rows.map((r) => r['event_id']))).toEqual(new Set([eventId(1)]))
    },
  )

  test.each(['one batch', 'two batches'])(
    'how a record is laid out does not matter, in %s',
    async (how) => {
      const { source, lake } = await place()
      const list = [
        trailRecord(1),
        trailRecord(2, { eventTime: '2024-01-15T22:30:00.123456Z' }),
        trailRecord(3, {
          additionalEventData: { note: 'ü "quoted" \\ \n 😀', big: 1e21, tiny: 0.1 },
        }),
        trailRecord(5, { requestParameters: 'HIDDEN', tlsDetails: { tlsVersion: 'TLSv1.3' } }),
      ]
      await put(join(source, 'a.json.gz'), trailBytes(list))
      await put(join(source, 'b.json.gz'), trailBytes(list, 4))
      await put(join(source, 'c.ndjson'), list.map((r) => JSON.stringify(r)).join('\r\n'))
      const batch = how === 'one batch' ? { bytes: 1 << 30, objects: 10 } : eachAlone
      expect(await run(lake, source, { batch })).toMatchObject({ rows: 4, duplicates: 8 })
    },
  )

  test('records without an id are equal by their text and time', async () => {
    const { source, lake } = await place()
    const lines = [1, 2, 3, 3].map((n) => flowLine(n))
    await put(join(source, 'a.log'), `${lines.join('\n')}\n`)
    await put(join(source, 'b.log'), `${[3, 4].map((n) => flowLine(n)).join('\r\n')}\r\n`)
    expect(await run(lake, source, { batch: eachAlone })).toMatchObject({ rows: 4, duplicates: 2 })
  })

  test('more than a quarter of a set of logs, in batches of any size', async () => {
    const { source } = await place()
    const logs = mixedLogs(27)
    await writeLogs(source, logs.objects)
    const contents = []
    for (const objects of [3, 1000]) {
      const { lake } = await place()
      const summary = await run(lake, source, { batch: { bytes: 1 << 30, objects } })
      expect(summary.tables['aws_cloudtrail']).toMatchObject({
        rows: logs.ids.size,
        duplicates: logs.records - logs.ids.size,
      })
      contents.push((await readLake(lake)).tables)
    }
    expect(contents[0]).toEqual(contents[1])
  })
})

describe('objects', () => {
  test('more fields than a line can have: nothing is read, and nothing settled', async () => {
    const { source, lake } = await place()
    await put(join(source, 'flow.log'), `${flowLine(1)}\n`)
    const fields = Array.from({ length: 129 }, (_, i) => `f${i}`)
    await expect(run(lake, source, { format: 'aws_vpc_flow', fields })).rejects.toThrow(
      '129 fields in a line: name 128 at most',
    )
    expect(await run(lake, source, { format: 'aws_vpc_flow' })).toMatchObject({ objects: 1 })
  })

  test('one that changed is collected again, of which only what is new is added', async () => {
    const { source, lake } = await place()
    const path = await put(join(source, 'a.ndjson'), `${JSON.stringify(trailRecord(1))}\n`)
    expect(await run(lake, source)).toMatchObject({ objects: 1, rows: 1 })
    expect(await run(lake, source)).toMatchObject({ objects: 0, rows: 0, unchanged: 1 })
    await put(path, `${[1, 2].map((n) => JSON.stringify(trailRecord(n))).join('\n')}\n`)
    expect(await run(lake, source)).toMatchObject({ objects: 1, rows: 1, duplicates: 1 })
    const { ledger } = await readLake(lake)
    expect(new Set(ledger.map((e) => `${e.rows} new, ${e.duplicates} known`))).toEqual(
      new Set(['1 new, 0 known', '1 new, 1 known']),
    )
    expect(new Set(ledger.map((e) => e.etag)).size).toBe(2)
  })

  test('one that is named in several ways is collected once', async () => {
    const { source, lake } = await place()
    const path = await put(join(source, 'a', 'x.json.gz'), trailBytes(records(1, 2)))
    const link = join(dirname(source), 'link')
    await symlink(source, link)
    const uris = [source, path, join(source, 'a'), `file://${path}`, join(link, 'a', '*.gz'), link]
    const summary = await run(lake, uris, { keepDuplicates: true })
    expect(summary).toMatchObject({ objects: 1, rows: 2, unchanged: 0 })
    expect((await readLake(lake)).ledger).toHaveLength(1)
  })

  test('a file, a glob and what a name with odd characters says', async () => {
    const { source, lake } = await place()
    const odd = await put(join(source, "it's 100% {odd} [x].json.gz"), trailBytes(records(1)))
    await put(join(source, '2024', '01', 'a.json.gz'), trailBytes(records(2)))
    await put(join(source, '2024', '02', 'b.json.gz'), trailBytes(records(3)))
    expect(await run(lake, odd)).toMatchObject({ objects: 1, rows: 1 })
    expect(await run(lake, join(source, '2024', '*', 'b*.gz'))).toMatchObject({ rows: 1 })
    expect(await run(lake, join(source, '**'))).toMatchObject({ objects: 1, rows: 1, unchanged: 2 })
  })

  test('the lake within the source is none, under whatever name', async () => {
    const { source } = await place()
    await put(join(source, 'a.json.gz'), trailBytes(records(1)))
    const link = join(dirname(source), 'linked')
    await symlink(source, link)
    const lake = join(source, 'deep', 'lake')
    expect(await run(lake, source)).toMatchObject({ objects: 1, unchanged: 0 })
    expect(await run(lake, link)).toMatchObject({ objects: 0, unchanged: 1 })
    const linked = join(link, 'deep', 'lake')
    expect(await run(linked, source)).toMatchObject({ objects: 0, unchanged: 1 })
    expect(await run(linked, link)).toMatchObject({ objects: 0, unchanged: 1 })
  })

  test('of other days, accounts and regions are not read', async () => {
    const { source, lake } = await place()
    const at = (day: string): Date => new Date(`2024-01-${day}T10:05:00Z`)
    const keys = [
      trailKey(at('14'), 'before'),
      trailKey(at('15'), 'wanted'),
      trailKey(at('15'), 'region', { region: 'eu-west-1' }),
      trailKey(at('15'), 'account', { account: '999900001111' }),
      trailKey(at('17'), 'after'),
      'loose.json.gz',
    ]
    await writeLogs(
      source,
      keys.map((key, n) => ({ key, bytes: trailBytes(records(n)) })),
    )
    const wanted = {
      from: new Date('2024-01-15'),
      to: new Date('2024-01-16'),
      accounts: ['111122223333'],
      regions: ['us-east-1'],
    }
    await run(lake, source, wanted)
    const names = (await readLake(lake)).ledger.map((e) =>
      e.uri.split('/').at(-1)?.replace(/.*Z_/, ''),
    )
    // What a name does not say is not held against an object.
    expect(new Set(names)).toEqual(new Set(['loose.json.gz', 'wanted.json.gz']))
    expect(await run(lake, source)).toMatchObject({ objects: 4, unchanged: 2 })
  })

  test('a dry run lists what is new and leaves no trace', async () => {
    const { source, lake } = await place()
    await put(join(source, 'a.json.gz'), trailBytes(records(1)))
    const planned = await run(lake, source, { dryRun: true })
    expect(planned).toMatchObject({ objects: 1, rows: 0 })
    expect(planned.plan?.map((p) => p.uri)).toEqual([`file://${source}/a.json.gz`])
    expect(await readdir(lake, { recursive: true })).toEqual(['_headrig'])
    await run(lake, source)
    await put(join(source, 'b.json.gz'), trailBytes(records(2)))
    const lanes = await readdir(join(lake, '_headrig', 'lanes'))
    expect((await run(lake, source, { dryRun: true })).plan).toHaveLength(1)
    expect(await readdir(join(lake, '_headrig', 'lanes'))).toEqual(lanes)
    expect((await readLake(lake)).ledger).toHaveLength(1)
  })

  test('one that fails is tried again by the next run', async () => {
    const { source, lake } = await place()
    await put(join(source, 'a.json.gz'), trailBytes(records(1)))
    const target = join(dirname(source), 'elsewhere.json.gz')
    await symlink(target, join(source, 'link.json.gz'))
    const first = await run(lake, source)
    expect(first).toMatchObject({ objects: 2, rows: 1, failed: 1 })
    expect(first.failures[0]?.uri).toBe(`file://${source}/link.json.gz`)
    expect(await run(lake, source)).toMatchObject({ objects: 1, failed: 1, unchanged: 1 })
    await put(target, trailBytes(records(2)))
    expect(await run(lake, source)).toMatchObject({ objects: 1, rows: 1, failed: 0 })
  })

  test('a source that is not there, or of no known kind, is refused', async () => {
    const { source, lake } = await place()
    await expect(run(lake, join(source, 'none', '*'))).rejects.toMatchObject({ kind: 'not-found' })
    await expect(run(lake, join(source, 'none'))).rejects.toMatchObject({ kind: 'not-found' })
    await expect(run(lake, 'ftp://host/x')).rejects.toMatchObject({ kind: 'invalid' })
  })
})
