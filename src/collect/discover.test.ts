import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { silentLogger } from '../core/logger.js'
import type { Logger } from '../core/logger.js'
import { type CountingStore, withCounts } from '../storage/count.js'
import { memoryStore } from '../storage/memory.js'
import type { ByteStore } from '../storage/store.js'
import { type Cursors, discover, type Wanted } from './discover.js'
import { globTest } from './glob.js'

const FLOW = 'vpcflowlogs'
const nothing = new Uint8Array(0)

/** A key as AWS spells it. */
function awsKey(
  day: string,
  { account = '111122223333', region = 'us-east-1', org = '', more = '' } = {},
): string {
  const stamp = `${day.replaceAll('/', '')}T0805Z`
  return `${more}AWSLogs/${org}${account}/CloudTrail/${region}/${day}/${account}_CloudTrail_${region}_${stamp}_x.json.gz`
}

function hiveKey(day: string, account = '111122223333'): string {
  const [y, m, d] = day.split('/')
  return `AWSLogs/aws-account-id=${account}/aws-service=${FLOW}/aws-region=us-east-1/year=${y}/month=${m}/day=${d}/hour=08/${account}_vpcflowlogs_us-east-1_fl-0123456789abcdef0_${y}${m}${d}T0805Z_1a2b.log.gz`
}

async function bucketOf(keys: readonly string[]): Promise<CountingStore> {
  const store = withCounts(memoryStore())
  for (const key of keys) await store.put(key, nothing)
  return store
}

interface Watched {
  readonly store: ByteStore
  /** Prefixes that were listed, and after which key. */
  readonly lists: (readonly [string, string | undefined])[]
  /** Keys that listings gave. */
  readonly given: string[]
}

/** A bucket that notes what is asked of it. */
function watched(store: ByteStore): Watched {
  const lists: [string, string | undefined][] = []
  const given: string[] = []
  const list: ByteStore['list'] = async function* (prefix, options) {
    lists.push([prefix, options?.startAfter])
    for await (const object of store.list(prefix, options)) {
      given.push(object.key)
      yield object
    }
  }
  const get = (target: ByteStore, name: string | symbol): unknown => {
    const value: unknown = name === 'list' ? list : Reflect.get(target, name, target)
    return typeof value === 'function' ? value.bind(target) : value
  }
  return { lists, given, store: new Proxy(store, { get }) }
}

interface Look {
  readonly wanted?: Wanted
  readonly prefix?: string
  readonly cursors?: Cursors
  readonly glob?: string
  readonly logger?: Logger
}

async function keysFound(
  store: ByteStore,
  { wanted = {}, prefix = '', cursors, glob, logger }: Look = {},
): Promise<string[]> {
  const source = { uri: store.uri, store, prefix, ...(glob ? { matches: globTest(glob) } : {}) }
  const keys: string[] = []
  for await (const lot of discover(source, wanted, logger ?? silentLogger, cursors))
    for (const { uri } of lot) keys.push(uri.slice(store.uri.length + 1))
  return keys.toSorted()
}

const utc = (day: string): Date => new Date(`${day}T00:00:00Z`)
const DAYS = ['2024/01/13', '2024/01/14', '2024/01/15', '2024/01/16', '2024/01/17', '2024/01/18']

describe('what is asked of a bucket', () => {
  test('only the prefixes of the accounts and regions, and only from the first day', async () => {
    const accounts = ['111122223333', '444455556666', '777788889999']
    const regions = ['us-east-1', 'eu-central-1']
    const keys = accounts.flatMap((account) =>
      regions.flatMap((region) =>
        DAYS.map((day) => awsKey(day, { account, region, org: 'o-abc123/' })),
      ),
    )
    const { store, lists } = watched(await bucketOf(keys))
    const wanted = {
      accounts: ['444455556666'],
      regions: ['us-east-1'],
      from: utc('2024-01-15'),
      to: utc('2024-01-16'),
    }
    const found = await keysFound(store, { wanted })
    const prefix = 'AWSLogs/o-abc123/444455556666/CloudTrail/us-east-1/'
    expect(lists).toEqual([[prefix, `${prefix}2024/01/15`]])
    expect(found).toEqual(
      ['2024/01/15', '2024/01/16'].map((day) =>
        awsKey(day, { account: '444455556666', org: 'o-abc123/' }),
      ),
    )
  })

  test('days in the Hive spelling are narrowed as well', async () => {
    const { store, lists } = watched(
      await bucketOf([
        ...DAYS.map((d) => hiveKey(d)),
        ...DAYS.map((d) => hiveKey(d, '444455556666')),
      ]),
    )
    const wanted = { accounts: ['111122223333'], from: utc('2024-01-17') }
    expect(await keysFound(store, { wanted })).toEqual(DAYS.slice(4).map((d) => hiveKey(d)))
    const prefix =
      'AWSLogs/aws-account-id=111122223333/aws-service=vpcflowlogs/aws-region=us-east-1/'
    expect(lists).toEqual([[prefix, `${prefix}year=2024/month=01/day=17`]])
  })

  test('a listing ends after the last day', async () => {
    const { store, given } = watched(await bucketOf(DAYS.map((day) => awsKey(day))))
    const found = await keysFound(store, { wanted: { to: utc('2024-01-13') } })
    expect(found).toEqual(DAYS.slice(0, 1).map((day) => awsKey(day)))
    // The first key beyond the day after ends it.
    expect(given).toEqual(DAYS.slice(0, 3).map((day) => awsKey(day)))
  })

  test('thousands of prefixes: one request each, and one a folder on the way', async () => {
    const accounts = Array.from({ length: 60 }, (_, i) => String(111122220000 + i))
    const regions = Array.from({ length: 34 }, (_, i) => `us-east-${i}`)
    const keys = accounts.flatMap((account) =>
      regions.map((region) => awsKey('2024/01/15', { account, region })),
    )
    const store = await bucketOf(keys)
    expect(await keysFound(store)).toHaveLength(2040)
    expect(store.counts.list.calls).toBe(2040)
    // The root, AWSLogs/, 60 accounts, 60 times CloudTrail/.
    expect(store.counts.listFolders.calls).toBe(122)
  })

  test('a flat bucket is listed without a detour', async () => {
    const keys = Array.from(
      { length: 5_200 },
      (_, i) => `trail-${String(i).padStart(4, '0')}.json.gz`,
    )
    const store = await bucketOf(keys)
    expect(await keysFound(store)).toEqual(keys)
    expect(store.counts.list.calls + store.counts.listFolders.calls).toBe(2)
  })

  test('a service that no log type reads is left out, and said to be', async () => {
    const store = await bucketOf([
      awsKey('2024/01/15'),
      'AWSLogs/111122223333/Config/us-east-1/2024/1/15/x.json.gz',
    ])
    const warned: string[] = []
    const logger = {
      ...silentLogger,
      warn: (_: string, fields?: object) => void warned.push(JSON.stringify(fields)),
    }
    expect(await keysFound(store, { logger })).toEqual([awsKey('2024/01/15')])
    expect(warned).toEqual([`{"prefix":"${store.uri}/AWSLogs/111122223333/Config/"}`])
  })

  test('a glob', async () => {
    const store = await bucketOf(['a/x.json', 'a/b/x.json', 'a/x.txt', 'x.json'])
    expect(await keysFound(store, { glob: 'a/**/*.json' })).toEqual(['a/b/x.json', 'a/x.json'])
    expect(await keysFound(store, { glob: '{a/b,c}/?.json' })).toEqual(['a/b/x.json'])
  })
})

describe('nothing is passed over', () => {
  const part = fc.constantFrom(
    'AWSLogs',
    'awslogs',
    'o-abc',
    '111122223333',
    '444455556666',
    'aws-account-id=111122223333',
    'CloudTrail',
    'CloudTrail-Insight',
    FLOW,
    `aws-service=${FLOW}`,
    'us-east-1',
    'aws-region=us-east-1',
    '2024',
    '01',
    '15',
    'year=2024',
    'trail',
    'ü b',
  )
  const key = fc
    .tuple(fc.array(part, { maxLength: 8 }), fc.constantFrom('a.json', 'z.log.gz', '0'))
    .map(([parts, name]) => [...parts, name].join('/'))
  const real = fc
    .constantFrom(...DAYS)
    .chain((day) =>
      fc.constantFrom(
        awsKey(day),
        awsKey(day, { more: 'trail/' }),
        awsKey(day, { org: 'o-abc/' }),
        hiveKey(day),
      ),
    )
  const isOfUnknownService = (k: string): boolean => {
    const [, service = ''] =
      /(?:^|\/)AWSLogs\/(?:o-[^/]*\/)*(?:aws-account-id=)?\d{12}\/([^/]+)\//.exec(k) ?? []
    return service !== '' && !/^(aws-service=)?(CloudTrail|vpcflowlogs)(-|$)/.test(service)
  }

  test('every object of any bucket is found once, but for those of unknown services', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.oneof(key, real), { maxLength: 25 }),
        fc.constantFrom(
          '',
          'AWSLogs/',
          'trail/',
          'AWSLogs/111122223333/',
          'AWSLogs/111122223333/CloudTrail/us-east-1/',
        ),
        async (keys, prefix) => {
          const store = await bucketOf(keys)
          const expected = keys
            .filter((k) => k.startsWith(prefix) && !isOfUnknownService(k))
            .toSorted()
          const found = await keysFound(store, { prefix })
          expect(found.filter((k) => !isOfUnknownService(k))).toEqual(expected)
        },
      ),
      { numRuns: 500 },
    )
  })

  test('watching finds what comes after, late or under a new prefix', async () => {
    const store = await bucketOf(DAYS.map((d) => awsKey(d)))
    const cursors: Cursors = new Map()
    expect(await keysFound(store, { cursors })).toHaveLength(6)
    await store.put(awsKey('2024/01/17').replace('_x', '_late'), nothing)
    await store.put(awsKey('2024/01/19'), nothing)
    await store.put(awsKey('2024/01/12', { region: 'eu-west-3' }), nothing)
    const again = await keysFound(store, { cursors })
    // From two days before the last: the rest is not listed again.
    expect(again).toEqual(
      [
        awsKey('2024/01/12', { region: 'eu-west-3' }),
        awsKey('2024/01/16'),
        awsKey('2024/01/17').replace('_x', '_late'),
        awsKey('2024/01/17'),
        awsKey('2024/01/18'),
        awsKey('2024/01/19'),
      ].toSorted(),
    )
  })

  test('two buckets of one layout have cursors of their own', async () => {
    const [one, two] = [memoryStore('cursor-one'), memoryStore('cursor-two')]
    await one.put(awsKey('2024/01/18'), nothing)
    await two.put(awsKey('2024/01/13'), nothing)
    const cursors: Cursors = new Map()
    expect(await keysFound(one, { cursors })).toHaveLength(1)
    expect(await keysFound(two, { cursors })).toHaveLength(1)
  })

  test('an object dated far ahead does not hide what comes now', async () => {
    const today = new Date().toISOString().slice(0, 10).replaceAll('-', '/')
    const store = await bucketOf([awsKey('2099/01/01')])
    const cursors: Cursors = new Map()
    await keysFound(store, { cursors })
    await store.put(awsKey(today), nothing)
    expect(await keysFound(store, { cursors })).toContain(awsKey(today))
  })
})
