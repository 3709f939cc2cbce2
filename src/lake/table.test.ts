import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isKind } from '../core/errors.js'
import { fileStore } from '../storage/file.js'
import { memoryStore } from '../storage/memory.js'
import type { ByteStore } from '../storage/store.js'
import {
  add,
  append,
  column,
  COLUMNS,
  countFiles,
  deltaTools,
  paths,
  type DeltaTools,
} from '../../test/support/delta.js'
import { removeAction } from './add-file.js'
import { evolve } from './evolve.js'
import { openLake } from './lake.js'
import type { DeltaTable } from './table.js'

let tools: DeltaTools
beforeAll(async () => {
  tools = await deltaTools()
})
afterAll(() => tools.close())

const open = (store: ByteStore = memoryStore()) => openLake(store, tools.io)
const gone = async (table: DeltaTable): Promise<string[]> => {
  const found: string[] = []
  for await (const { path } of (await table.snapshot())!.tombstones()) found.push(path)
  return found.toSorted()
}
const logKey = (version: number, name = 'json'): string =>
  `tables/t/_delta_log/${String(version).padStart(20, '0')}.${name}`

describe('a table', () => {
  test('is not there before its first commit', async () => {
    const lake = open()
    expect(await lake.table('t').snapshot()).toBeUndefined()
    expect(await lake.tables()).toEqual([])
    await append(lake.table('t'), [add('a')])
    expect(await lake.tables()).toEqual(['t'])
  })

  test('has the schema, the files and the totals that were committed', async () => {
    const lake = open()
    await append(lake.table('t'), [
      add('event_day=2024-01-15/a', { size: 5 }),
      add('b', { size: 7 }),
    ])
    const snapshot = await open(lake.store).table('t').snapshot()
    expect(snapshot).toMatchObject({ version: 0, table: 't' })
    expect(await snapshot!.totals()).toEqual({ files: 2, bytes: 12 })
    expect(snapshot!.metadata.columns).toEqual(COLUMNS)
    expect(snapshot!.metadata.partitionColumns).toEqual(['event_day'])
    expect(snapshot!.state.protocol).toEqual({ minReaderVersion: 1, minWriterVersion: 2 })
    expect(snapshot!.keyOf((await snapshot!.files())[1]!)).toBe('tables/t/b')
  })

  test('keeps an old snapshot as it was while the table goes on', async () => {
    const table = open().table('t')
    await append(table, [add('d/a'), add('d/b')])
    const old = (await table.snapshot())!
    await table.commit({
      operation: 'DELETE',
      build: async (s) => [removeAction((await s!.file('d/a'))!, true)],
    })
    expect((await old.files()).map((f) => f.path)).toEqual(['d/a', 'd/b'])
    expect((await old.totals()).bytes).toBe(200)
    expect(await paths(table)).toEqual(['d/b'])
    expect(await gone(table)).toEqual(['d/a'])
  })

  test('reads paths with blanks, percent signs and other odd characters as they were meant', async () => {
    const lake = open()
    const path = 'event_day=2024-01-15/a b%25 100%#?:ü.parquet'
    await append(lake.table('t'), [add(path)])
    const bytes = Buffer.from(await lake.store.get(logKey(0))).toString()
    expect(bytes).toContain('a%20b%2525%20100%25%23%3F%3A%C3%BC.parquet')
    const other = open(lake.store).table('t')
    expect(await paths(other)).toEqual([path])
    await other.commit({
      operation: 'DELETE',
      build: async (s) => [removeAction((await s!.file(path))!, true)],
    })
    expect(await paths(lake.table('t'))).toEqual([])
  })

  test('refuses a name that could be a path', () => {
    for (const name of ['', 'a/b', '..', '1a', 'a b', 'a'.repeat(129)]) {
      expect(() => open().table(name)).toThrow(/is no table name/)
    }
  })
})

describe('a commit', () => {
  test('with a txn happens once and gives back what the first one kept', async () => {
    const lake = open()
    const request = {
      operation: 'WRITE',
      txn: { appId: 'lane-1', version: 7 },
      info: { receipt: 'r' },
    }
    const table = lake.table('t')
    await append(table, [])
    const first = await table.commit({ ...request, build: async () => [add('a')] })
    expect(first).toEqual({ committed: true, already: false, version: 1 })
    await table.commit({
      ...request,
      txn: { appId: 'lane-1', version: 9 },
      build: async () => [add('b')],
    })
    let built = 0
    const again = await open(lake.store)
      .table('t')
      .commit({ ...request, build: async () => (built++, [add('a2')]) })
    expect(again).toEqual({ committed: false, already: true, version: 1, info: { receipt: 'r' } })
    expect(built).toBe(0)
    const between = await table.commit({
      ...request,
      txn: { appId: 'lane-1', version: 8 },
      build: async () => [add('c')],
    })
    expect(between).toEqual({
      committed: false,
      already: true,
      version: undefined,
      info: undefined,
    })
    expect((await table.snapshot())!.txn('lane-1')).toBe(9)
    expect((await table.snapshot())!.txn('lane-2')).toBeUndefined()
    expect(await paths(table)).toEqual(['a', 'b'])
  })

  test('that has nothing to say writes nothing', async () => {
    const lake = open()
    await append(lake.table('t'), [add('a')])
    const outcome = await lake.table('t').commit({ operation: 'X', build: async () => undefined })
    expect(outcome).toEqual({ committed: false, already: false, version: undefined })
    expect(await lake.store.head(logKey(1))).toBeUndefined()
  })

  test('builds anew on the snapshot of the one that came first', async () => {
    const lake = open()
    await append(lake.table('t'), [add('a'), add('b')])
    const seen: number[] = []
    const outcome = await lake.table('t').commit({
      operation: 'OPTIMIZE',
      build: async (snapshot) => {
        seen.push(snapshot!.version)
        if (seen.length === 1) {
          const other = open(lake.store).table('t')
          await other.commit({
            operation: 'DELETE',
            build: async (s) => [removeAction((await s!.file('a'))!, true)],
          })
        }
        const a = await snapshot!.file('a')
        return a && [removeAction(a, false), { ...add('ab') }]
      },
    })
    expect(seen).toEqual([0, 1])
    expect(outcome.committed).toBe(false)
    expect(await paths(lake.table('t'))).toEqual(['b'])
  })

  test('whose answer was lost counts as made when the log has it', async () => {
    const store = memoryStore()
    const forgetful = new Proxy(store, {
      get: (target, name) =>
        name === 'putIfAbsent'
          ? (key: string, bytes: Uint8Array) => target.putIfAbsent(key, bytes).then(() => false)
          : (Reflect.get(target, name) as () => unknown).bind?.(target),
    })
    const table = open(forgetful).table('t')
    expect(await append(table, [add('a')])).toBe(0)
    expect(await append(table, [add('b')])).toBe(1)
    expect(await paths(table)).toEqual(['a', 'b'])
  })

  test.each([
    ['memory', async () => memoryStore()],
    ['file', async () => fileStore(await mkdtemp(join(tools.folder, 'race-')))],
  ] as const)('of many writers at once loses nothing (%s)', async (_, makeStore) => {
    const store = await makeStore()
    const writers = Array.from({ length: 8 }, (_, w) => ({ w, table: open(store).table('t') }))
    await Promise.all(
      writers.map(async ({ w, table }) => {
        for (let i = 0; i < 6; i++) await append(table, [add(`w${w}/${i}`)])
      }),
    )
    const snapshot = (await open(store).table('t').snapshot())!
    expect(snapshot.version).toBe(47)
    expect((await snapshot.present()).size).toBe(48)
    expect((await snapshot.totals()).bytes).toBe(4800)
    expect(await store.head(logKey(40, 'checkpoint.parquet'))).toBeDefined()
    for (const { table } of writers) expect(await countFiles(table)).toBe(48)
  })

  test('adds columns, also inside structs, and refuses to change a type', async () => {
    const table = open().table('t')
    await append(table, [add('a')], [column('who', { struct: [column('id', 'string')] })])
    const wider = [
      column('who', { struct: [column('id', 'string'), column('age', 'int')] }),
      column('seen', { list: [column('at', 'timestamp')] }),
    ]
    const outcome = await table.commit({
      operation: 'WRITE',
      build: async (s) => {
        const action = evolve(s!, wider)
        return action && [action]
      },
    })
    expect(outcome.committed).toBe(true)
    const snapshot = (await table.snapshot())!
    expect(snapshot.metadata.columns).toEqual(wider)
    expect(evolve(snapshot, wider.slice(1))).toBeUndefined()
    expect(() => evolve(snapshot, [column('who', 'string')])).toThrow(
      /column t.who is struct in the lake and cannot become string/,
    )
    const inside = [column('who', { struct: [column('age', 'long')] })]
    expect(() => evolve(snapshot, inside)).toThrow(/t.who.age is integer .* cannot become long/)
    expect(() => evolve(snapshot, [column('SEEN', 'long')])).toThrow(/only by case/)
  })
})

describe('time travel', () => {
  test('goes to a version or a moment, and says what is there when it cannot', async () => {
    const store = fileStore(await mkdtemp(join(tools.folder, 'travel-')))
    const table = open(store).table('t')
    const times: number[] = []
    for (let i = 0; i < 13; i++) {
      await append(table, [add(`f${String(i).padStart(2, '0')}`)])
      times.push((await store.head(logKey(i)))!.modified)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    const fresh = open(store).table('t')
    for (const version of [0, 5, 9, 10, 11, 12]) {
      expect(await paths(fresh, version)).toHaveLength(version + 1)
      const at = await fresh.snapshot({ timestamp: new Date(times[version]! + 2) })
      expect(at!.version).toBe(version)
    }
    const before = new Date(times[0]! - 5000)
    await expect(fresh.snapshot({ timestamp: before })).rejects.toThrow(
      /no version as old as .* the earliest available is 0 of/,
    )
    await expect(fresh.snapshot({ version: 13 })).rejects.toThrow(/no version 13: the latest is 12/)
    for (let i = 0; i < 10; i++) await store.delete(logKey(i))
    await expect(fresh.snapshot({ version: 3 })).rejects.toThrow(
      /version 3 of table t was cleaned up: the earliest available is 10/,
    )
    await expect(fresh.snapshot({ timestamp: new Date(times[4]!) })).rejects.toSatisfy((e) =>
      isKind(e, 'not-found'),
    )
    expect(await paths(open(store).table('t'), 11)).toHaveLength(12)
    expect((await open(store).table('t').history(100)).map((h) => h.version)).toEqual([12, 11, 10])
  })
})

describe('a log', () => {
  test('is read from the newest checkpoint, whatever the pointer says', async () => {
    const lake = open()
    for (let i = 0; i < 25; i++) await append(lake.table('t'), [add(`f${i}`)])
    const pointer = 'tables/t/_delta_log/_last_checkpoint'
    expect(JSON.parse(Buffer.from(await lake.store.get(pointer)).toString())).toMatchObject({
      version: 20,
      numOfAddFiles: 21,
    })
    for (let i = 0; i < 20; i++) await lake.store.delete(logKey(i))
    for (const text of ['{"version":10}', '{"version":24}', 'garbage', '{}', '{"version":99}']) {
      await lake.store.put(pointer, Buffer.from(text))
      expect(await countFiles(open(lake.store).table('t'))).toBe(25)
    }
  })

  test('that was cleaned up meanwhile is read on from its checkpoint', async () => {
    const lake = open()
    await append(lake.table('t'), [add('f0')])
    const other = open(lake.store).table('t')
    for (let i = 1; i < 13; i++) await append(other, [add(`f${i}`)])
    for (let i = 0; i < 10; i++) await lake.store.delete(logKey(i))
    expect(await countFiles(lake.table('t'))).toBe(13)
    const third = open(lake.store).table('t')
    await third.snapshot()
    for (let i = 13; i < 21; i++) await append(other, [add(`f${i}`)])
    for (let i = 10; i < 21; i++) await lake.store.delete(logKey(i))
    expect(await countFiles(third)).toBe(21)
  })

  test('with a broken checkpoint is read from what else there is', async () => {
    const lake = open()
    for (let i = 0; i < 22; i++) await append(lake.table('t'), [add(`f${i}`)])
    await lake.store.put(logKey(20, 'checkpoint.parquet'), Buffer.from('no parquet'))
    expect(await countFiles(open(lake.store).table('t'))).toBe(22)
    await lake.store.delete(logKey(15))
    await expect(open(lake.store).table('t').snapshot()).rejects.toThrow(/t/)
  })

  test('that lacks a commit or holds garbage is refused by name', async () => {
    const lake = open()
    for (let i = 0; i < 4; i++) await append(lake.table('t'), [add(`f${i}`)])
    const whole = await lake.store.get(logKey(2))
    await lake.store.delete(logKey(2))
    await expect(open(lake.store).table('t').snapshot()).rejects.toThrow(/lacks version 2/)
    await lake.store.put(logKey(2), Buffer.concat([whole, Buffer.from('{"add":')]))
    await expect(open(lake.store).table('t').snapshot()).rejects.toThrow(
      /2\.json:3: no JSON object/,
    )
  })

  test('survives a checkpoint that cannot be written', async () => {
    const warnings: unknown[] = []
    const lake = openLake(
      memoryStore(),
      { ...tools.io, write: async () => Promise.reject(new Error('disk full')) },
      {
        logger: {
          debug() {},
          info() {},
          warn: (message, fields) => warnings.push([message, fields]),
        },
      },
    )
    for (let i = 0; i < 11; i++) await append(lake.table('t'), [add(`f${i}`)])
    expect(warnings).toEqual([
      [expect.any(String), { table: 't', version: 10, error: 'disk full' }],
    ])
    expect(await countFiles(lake.table('t'))).toBe(11)
  })
})
