import { mkdtempSync, rmSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ACCOUNT, callAt, entry, REGION } from '../../test/support/audit.js'
import { HeadrigError } from '../core/errors.js'
import { openState, type State } from '../state/state.js'
import { withFaults } from '../storage/faults.js'
import { fileStore } from '../storage/file.js'
import type { ByteStore } from '../storage/store.js'
import type { JsonObject } from '../wire/service.js'
import { openAudit, type Audit, type AuditOptions } from './audit.js'
import type { CloudTrailRecord } from './record.js'
import { verifyTrail, type TrailSummary } from './verify/verify-trail.js'

const HOUR = 3_600_000
let folder: string
let trail: string
let state: State
let now: Date
let warnings: string[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headrig-audit-'))
  trail = join(folder, 'delivered')
  state = openState(join(folder, 'state.db'))
  now = new Date('2026-11-21T17:00:00Z')
  warnings = []
})
afterEach(() => {
  state.close()
  rmSync(folder, { recursive: true, force: true })
})

function open(options: Partial<AuditOptions> = {}): Promise<Audit> {
  return openAudit({
    folder: join(folder, 'audit'),
    state,
    account: ACCOUNT,
    region: REGION,
    store: fileStore(trail),
    reserveBytes: 1024,
    clock: () => now,
    warn: (message) => warnings.push(message),
    ...options,
  })
}

/** Records one call for each name, then an hour goes by. */
async function hour(audit: Audit, ...names: string[]): Promise<void> {
  for (const eventName of names)
    await audit.record(entry({ now, eventName, requestId: `request of ${eventName}` }))
  now = new Date(now.getTime() + 5 * 60_000)
  await audit.work()
  now = new Date(now.getTime() + HOUR - 5 * 60_000)
  await audit.work()
}

async function keysIn(store: ByteStore): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of store.list('')) keys.push(key)
  return keys
}

/** The names of all calls in the files that were delivered. */
async function delivered(): Promise<string[]> {
  const store = fileStore(trail)
  const names: string[] = []
  for (const key of await keysIn(store)) {
    if (!key.includes('/CloudTrail/')) continue
    const { Records } = JSON.parse(gunzipSync(await store.get(key)).toString()) as {
      Records: CloudTrailRecord[]
    }
    names.push(...Records.map((record) => record.eventName))
  }
  return names.toSorted()
}

const check = (audit: Audit, uri = trail): Promise<TrailSummary> =>
  verifyTrail(uri, { keys: audit.publicKeys })

describe('delivery', () => {
  it('has the names and the content of CloudTrail', async () => {
    const audit = await open()
    await audit.record(entry({ now }))
    await audit.work()
    expect(await keysIn(fileStore(trail))).toEqual([])
    now = new Date(now.getTime() + 300_000)
    await audit.work()
    const [key = ''] = await keysIn(fileStore(trail))
    expect(key).toMatch(
      /^AWSLogs\/111122223333\/CloudTrail\/us-east-1\/2026\/11\/21\/111122223333_CloudTrail_us-east-1_20261121T1700Z_\w{16}\.json\.gz$/,
    )
    expect(await delivered()).toEqual(['DescribeCluster'])
    await audit.close()
    expect(warnings).toEqual([])
  })

  it('brings each record once, whatever fails on the way', async () => {
    const store = withFaults(fileStore(trail), ({ nth }) =>
      nth === 1 ? { kind: 'reset' } : nth === 2 ? { kind: 'lost-reply' } : undefined,
    )
    const audit = await open({ store })
    for (const eventName of ['a', 'b']) {
      await audit.record(entry({ now, eventName }))
      await audit.work({ flush: true })
    }
    for (let i = 0; i < 4; i++) await audit.work()
    expect(await delivered()).toEqual(['a', 'b'])
    expect(warnings.some((text) => text.includes('will be tried again'))).toBe(true)
    await audit.close()
  })

  it('delivers what a killed server left', async () => {
    // It is not closed: what is on the disk is what a kill leaves.
    const killed = await open()
    await killed.record(entry({ now, eventName: 'a' }))
    await killed.work({ flush: true })
    await killed.record(entry({ now, eventName: 'b' }))
    const audit = await open()
    await audit.record(entry({ now, eventName: 'c' }))
    await audit.close()
    expect(await delivered()).toEqual(['a', 'b', 'c'])
    await killed.close()
    expect(await delivered()).toEqual(['a', 'b', 'c'])
  })

  it('forgets the history of old days, not the trail', async () => {
    const audit = await open({ historyDays: 2 })
    await hour(audit, 'a')
    now = new Date(now.getTime() + 72 * HOUR)
    await hour(audit, 'b')
    await audit.work()
    const history = fileStore(join(folder, 'audit', 'trail'))
    expect(await keysIn(history)).toHaveLength(1)
    expect(await delivered()).toEqual(['a', 'b'])
    await audit.close()
  })
})

describe('digests', () => {
  it('are a chain that goes on after a restart', async () => {
    let audit = await open()
    await audit.work()
    await hour(audit, 'a', 'b')
    await hour(audit)
    await audit.close()
    now = new Date(now.getTime() + 5 * HOUR)
    audit = await open()
    await audit.work()
    await hour(audit, 'c')
    expect(await check(audit)).toEqual({
      digests: 4,
      logs: 2,
      unlisted: 0,
      from: '2026-11-21T17:00:00Z',
      until: '2026-11-22T01:00:00Z',
      begins: ['2026-11-21T17:00:00Z'],
      findings: [],
    })
    await audit.close()
  })

  it('are made once, whatever fails', async () => {
    const store = withFaults(fileStore(trail), ({ key, nth }) =>
      key.includes('Digest') && nth <= 2 ? { kind: 'lost-reply' } : undefined,
    )
    const audit = await open({ store })
    await audit.work()
    await hour(audit, 'a')
    for (let i = 0; i < 6; i++) await audit.work()
    const found = await check(audit)
    expect([found.digests, found.logs, found.findings]).toEqual([1, 1, []])
    await audit.close()
  })

  it('tell any file that is missing, added, moved or changed', async () => {
    const audit = await open()
    await audit.work()
    for (const name of ['a', 'b', 'c']) await hour(audit, name)
    await audit.close()
    const store = fileStore(trail)
    const keys = await keysIn(store)
    const digests = keys.filter((key) => key.includes('Digest') && key.endsWith('.gz'))
    const logs = keys.filter((key) => key.includes('/CloudTrail/'))
    const [first = '', second = '', third = ''] = digests
    const [log = '', other = ''] = logs
    /** What is found when these files are not there, or hold something else. */
    const found = async (changes: Record<string, Uint8Array | undefined>): Promise<string[]> => {
      const before = new Map<string, Uint8Array | undefined>()
      for (const [key, bytes] of Object.entries(changes)) {
        before.set(key, await store.get(key).catch(() => undefined))
        await (bytes ? store.put(key, bytes) : store.delete(key))
      }
      const { findings } = await check(audit)
      for (const [key, bytes] of before) await (bytes ? store.put(key, bytes) : store.delete(key))
      return findings.map(({ file, reason }) => `${file} ${reason}`)
    }
    expect(await found({})).toEqual([])
    const [firstBytes, logBytes] = [await store.get(first), await store.get(log)]
    expect(await found({ [log]: undefined })).toEqual([`${log} is missing`])
    expect(await found({ [log]: await store.get(other) })).toEqual([
      `${log} has another hash than its digest says: it was altered`,
    ])
    expect(await found({ [second]: undefined })).toEqual([
      `${second} is missing: ${third} names it`,
      `${other} is in no digest: it was added`,
    ])
    await store.delete(first)
    await store.delete(log)
    const since = { keys: audit.publicKeys, from: Date.parse('2026-11-21T18:30:00Z') }
    expect(await verifyTrail(trail, since)).toMatchObject({ digests: 2, logs: 2, findings: [] })
    expect((await verifyTrail(trail, { ...since, from: 0 })).findings).toHaveLength(1)
    await store.put(first, firstBytes)
    await store.put(log, logBytes)
    const [swapped] = await found({ [second]: await store.get(first) })
    expect(swapped).toBe(`${second} has another hash than the next digest says: it was altered`)
    expect((await found({ [third]: await store.get(first) }))[0]).toBe(
      `${third} was made for file://${trail}/${first}: it was moved`,
    )
    const added = log.replace(/_\w{16}\.json/, '_AAAAAAAAAAAAAAAA.json')
    expect(await found({ [added]: await store.get(log) })).toEqual([
      `${added} is in no digest: it was added`,
    ])
    expect(await found({ [log]: Buffer.concat([await store.get(log), Buffer.alloc(7)]) })).toEqual([
      `${log} has 7 bytes after its end`,
    ])
    await expect(
      verifyTrail(trail, { keys: [] }).then(({ findings }) => findings.length),
    ).resolves.toBeGreaterThanOrEqual(3)
    await expect(verifyTrail(join(folder, 'none'), { keys: [] })).rejects.toThrow(HeadrigError)
  })

  it('tell any byte that changes a text', async () => {
    const audit = await open()
    await audit.work()
    for (const name of ['a', 'b']) await hour(audit, name)
    await audit.close()
    const store = fileStore(trail)
    const keys = await keysIn(store)
    const originals = await Promise.all(keys.map((key) => readFile(join(trail, key))))
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (f, at, bits) => {
          const index = f % keys.length
          const key = keys[index] ?? ''
          const bytes = originals[index] ?? Buffer.of()
          const bent = Buffer.from(bytes)
          const place = at % bent.length
          bent[place] = (bent[place] ?? 0) ^ bits
          await writeFile(join(trail, key), bent)
          const { findings } = await check(audit)
          await writeFile(join(trail, key), bytes)
          // A time in a gzip header, or a blank in the file of a signature, changes no text.
          if (findings.length === 0) expect(meaningOf(key, bent)).toEqual(meaningOf(key, bytes))
          else expect(findings.some(({ file }) => key.startsWith(file))).toBe(true)
        },
      ),
      { numRuns: 150 },
    )
  })
})

function meaningOf(key: string, bytes: Buffer): unknown {
  return key.endsWith('.gz')
    ? gunzipSync(bytes).toString()
    : (JSON.parse(bytes.toString()) as { signature: string }).signature.toLowerCase()
}

describe('LookupEvents', () => {
  const look = async (audit: Audit, input: JsonObject): Promise<JsonObject> => {
    const operation = audit.operations['LookupEvents']
    if (!operation) throw new Error('no operation')
    return operation.run(input, callAt(now))
  }
  const namesOf = ({ Events }: JsonObject): unknown[] =>
    (Events as JsonObject[]).map((event) => event['EventName'])

  it('finds by each attribute, before and after delivery and a restart', async () => {
    let audit = await open()
    await hour(audit, 'a', 'b')
    await audit.record(entry({ now, eventName: 'c', readOnly: false }))
    await audit.close()
    audit = await open()
    await audit.record(
      entry({ now, eventName: 'd', input: { ClusterId: 'j-2' }, model: undefined }),
    )
    const by = (AttributeKey: string, AttributeValue: string): Promise<JsonObject> =>
      look(audit, { LookupAttributes: [{ AttributeKey, AttributeValue }] })
    const all = await look(audit, {})
    expect(namesOf(all)).toEqual(['d', 'c', 'b', 'a'])
    expect(namesOf(await by('EventName', 'b'))).toEqual(['b'])
    expect(namesOf(await by('ReadOnly', 'false'))).toEqual(['c'])
    expect(namesOf(await by('Username', 'ada'))).toEqual(['d', 'c', 'b', 'a'])
    expect(namesOf(await by('Username', 'eve'))).toEqual([])
    expect(namesOf(await by('AccessKeyId', 'AKIAEXAMPLEADA'))).toHaveLength(4)
    const [event] = all['Events'] as {
      readonly EventId: string
      readonly CloudTrailEvent: string
    }[]
    expect(namesOf(await by('EventId', event?.EventId ?? ''))).toEqual(['d'])
    expect(JSON.parse(event?.CloudTrailEvent ?? '')).toMatchObject({ eventName: 'd' })
    await audit.close()
  })

  it('gives every record once, page by page, while more come', async () => {
    const audit = await open({ segmentBytes: 3000 })
    const expected: string[] = []
    for (let i = 0; i < 40; i++) {
      expected.unshift(`Call${i}`)
      await audit.record(entry({ now, eventName: `Call${i}` }))
      if (i % 11 === 0) await audit.work()
    }
    const found: unknown[] = []
    let input: JsonObject = { MaxResults: 7 }
    for (let page = 0; ; page++) {
      const answer = await look(audit, input)
      found.push(...namesOf(answer))
      if (answer['NextToken'] === undefined) break
      input = { MaxResults: 7, NextToken: answer['NextToken'] }
      await audit.record(entry({ now, eventName: `Later${page}` }))
      if (page % 2 === 0) await audit.work({ flush: true })
    }
    expect(found).toEqual(expected)
    await audit.close()
  })

  it('keeps to the times, and to ninety days', async () => {
    const audit = await open()
    await hour(audit, 'a')
    const middle = now.getTime() / 1000
    await hour(audit, 'b')
    expect(namesOf(await look(audit, { StartTime: middle }))).toEqual(['b'])
    expect(namesOf(await look(audit, { EndTime: middle - 1 }))).toEqual(['a'])
    now = new Date(now.getTime() + 90 * 24 * HOUR - 1.5 * HOUR)
    expect(namesOf(await look(audit, {}))).toEqual(['b'])
    await audit.close()
  })

  it('refuses what CloudTrail refuses, by its names', async () => {
    const audit = await open()
    const attribute = { AttributeKey: 'EventName', AttributeValue: 'a' }
    for (const [input, code] of [
      [{ StartTime: 2, EndTime: 1 }, 'InvalidTimeRangeException'],
      [{ MaxResults: 51 }, 'InvalidMaxResultsException'],
      [{ NextToken: 'WzEsMl0' }, 'InvalidNextTokenException'],
      [{ LookupAttributes: [attribute, attribute] }, 'InvalidLookupAttributesException'],
    ] as const)
      await expect(look(audit, input)).rejects.toMatchObject({ code })
    await audit.close()
  })
})
