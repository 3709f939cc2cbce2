import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { addRows, rowsOf, testContext } from '../../test/support/lake.js'
import { COMMON_COLUMNS } from '../formats/format.js'
import { type CountingStore, withCounts } from '../storage/count.js'
import { evict, sweep } from './cache-room.js'
import type { LakeContext } from './context.js'
import { query } from './query.js'

const root = mkdtempSync(join(tmpdir(), 'headrig-cache-'))
const DAYS = ['2024-01-13', '2024-01-14', '2024-01-15', '2024-01-16']
const columns = (['time', 'event_day', 'event_id'] as const).map((name) => ({
  ...COMMON_COLUMNS[name],
  name,
  hot: name === 'time',
}))
let context: LakeContext
let store: CountingStore
let cache: string

beforeAll(async () => {
  context = await testContext('memory://cache', {
    memory: '512MiB',
    threads: '2',
    tempFolder: join(root, 'temp'),
  })
  for (const day of DAYS) {
    await addRows(context, {
      table: 'logs',
      columns,
      day,
      select: `SELECT TIMESTAMPTZ '${day} 00:00:00Z' + INTERVAL (range) SECOND AS time, md5(range::VARCHAR) AS event_id FROM range(2000)`,
    })
  }
})
afterAll(async () => {
  await context.close()
  rmSync(root, { recursive: true, force: true })
})
beforeEach(() => {
  cache = mkdtempSync(join(root, 'cache-'))
  store = withCounts(context.store)
})
afterEach(() => rmSync(cache, { recursive: true, force: true }))

const over = (size = 10 * 2 ** 30): LakeContext => ({
  ...context,
  store,
  settings: { ...context.settings, cacheFolder: cache, cacheSize: size },
})
const count = async (day: string, of = over()): Promise<unknown> => {
  const sql = `SELECT count(DISTINCT event_id) FROM logs WHERE event_day >= '${day}'`
  return (await rowsOf(await query({ sql }, of)))[0]?.[0]
}
const cachedFiles = (): string[] =>
  (readdirSync(cache, { recursive: true }) as string[])
    .filter((p) => p.endsWith('.parquet') && !p.startsWith('in-use'))
    .map((p) => join(cache, p))

describe('the cache of a remote lake', () => {
  it('fetches what a query needs, once', async () => {
    expect(await count('2024-01-15')).toBe(2000)
    expect(store.counts.get.calls).toBe(2)
    expect(cachedFiles()).toHaveLength(2)
    expect(statSync(cachedFiles()[0]!).mode & 0o777).toBe(0o600)
    expect(await count('2024-01-15')).toBe(2000)
    expect(store.counts.get.calls).toBe(2)
    expect(await count('2024-01-14')).toBe(2000)
    expect(store.counts.get.calls).toBe(3)
    expect(readdirSync(join(cache, 'in-use'))).toEqual([])
  })

  it('fetches a damaged file again', async () => {
    await count('2024-01-16')
    truncateSync(cachedFiles()[0]!, 10)
    expect(await count('2024-01-16')).toBe(2000)
    expect(store.counts.get.calls).toBe(2)
  })

  it('keeps within its size and drops what was used longest ago', async () => {
    await count('2024-01-16')
    const [first] = cachedFiles()
    const size = statSync(first!).size
    utimesSync(first!, new Date(), new Date())
    for (const [i, day] of ['2024-01-15', '2024-01-14'].entries()) {
      await count(day)
      for (const path of cachedFiles()) {
        if (path === first) continue
        utimesSync(path, new Date(), new Date(Date.now() - 60_000 * (3 - i)))
      }
    }
    await evict(cache, size * 1.5)
    expect(cachedFiles()).toEqual([first])
    expect(await count('2024-01-13', over(size * 2.5))).toBe(2000)
    expect(cachedFiles().length).toBeLessThanOrEqual(2)
  })

  it('drops no file from under a running query', async () => {
    const answer = await query({ sql: 'SELECT event_id FROM logs' }, over())
    await evict(cache, 0)
    expect(cachedFiles()).toEqual([])
    expect((await rowsOf(answer)).length).toBe(8000)
  })

  it('serves two users at once who want more than it may hold', async () => {
    const size = 100_000
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) => count(DAYS[i % 4]!, over(size))),
    )
    expect(answers).toEqual(Array.from({ length: 8 }, () => 2000))
  })

  it('clears what dead queries left, and only that', async () => {
    const [dead, alive] = [join(cache, 'in-use', 'dead'), join(cache, 'in-use', 'alive')]
    for (const folder of [dead, alive]) mkdirSync(folder, { recursive: true })
    utimesSync(dead, new Date(0), new Date(0))
    await sweep(cache)
    expect(readdirSync(join(cache, 'in-use'))).toEqual(['alive'])
  })

  it('says when an object is not as long as the log says', async () => {
    await addRows(context, { table: 'cut', columns, day: DAYS[0]!, select: `SELECT now() AS time` })
    const snapshot = (await context.lake.table('cut').snapshot())!
    const key = snapshot.keyOf((await snapshot.files())[0]!)
    await context.store.put(key, (await context.store.get(key)).slice(0, -5))
    await expect(query({ sql: 'SELECT time FROM cut' }, over())).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringMatching(/its table's log says \d+/),
    })
    expect(readdirSync(join(cache, 'in-use'))).toEqual([])
  })
})
