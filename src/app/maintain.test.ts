import { mkdtemp, rm, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkpointIo } from '../engines/duckdb/checkpoint-io.js'
import { INGEST_OBJECTS } from '../formats/system-tables.js'
import { removeAction } from '../lake/add-file.js'
import { openLake } from '../lake/lake.js'
import type { ByteStore } from '../storage/store.js'
import { column, countFiles, watched } from '../../test/support/delta.js'
import { addRows, testContext } from '../../test/support/lake.js'
import type { LakeContext } from './context.js'
import { compact, retain, vacuum, verify } from './maintain.js'

const NARROW = [
  column('time', 'timestamp', true),
  column('event_day', 'date'),
  column('n', 'long', true),
  column('who', { struct: [column('id', 'string')] }),
]
const WIDE = [
  ...NARROW.slice(0, 3),
  column('who', { struct: [column('id', 'string'), column('age', 'int')] }),
  column('seen', { list: [column('at', 'timestamp')] }),
]
const DAYS = ['2024-01-15', '2024-01-16', null]

let folder: string
let context: LakeContext
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headrig-maintain-'))
  context = await testContext(join(folder, 'lake'), { memory: '512MiB', threads: '2' })
})
afterEach(async () => {
  await context.close()
  await rm(folder, { recursive: true, force: true })
})

/** Rows whose times overlap from file to file, narrow files before wide ones. */
async function fill(
  files: number,
  rows = 50,
  days: readonly (string | null)[] = DAYS,
): Promise<void> {
  for (let i = 0; i < files; i++) {
    for (const day of days) {
      const time =
        day === null
          ? 'NULL::TIMESTAMPTZ'
          : `TIMESTAMPTZ '${day} 00:00:00Z' + INTERVAL (r * ${7 + i}) SECOND`
      const who = i % 2 ? `{id: 'u' || r, age: ${i}::INT}` : `{id: 'u' || r}`
      const seen = i % 2 ? `, [{"at": TIMESTAMPTZ '2024-01-01 00:00:00Z'}] AS seen` : ''
      await addRows(context, {
        table: 't',
        columns: i % 2 ? WIDE : NARROW,
        day,
        select: `SELECT ${time} AS "time", (${i} * 1000 + r)::BIGINT AS n, ${who} AS who${seen} FROM range(${rows}) q(r) ORDER BY "time"`,
      })
    }
  }
}

/** Every row of a version as text, sorted: read by the engine from the files of the snapshot. */
async function rows(of: LakeContext = context, version?: number): Promise<string[]> {
  const snapshot = (await of.lake.table('t').snapshot(version === undefined ? {} : { version }))!
  const connection = await (await of.engine()).connect()
  const all: string[] = []
  for (const file of await snapshot.files()) {
    const path = of.store.localPath(snapshot.keyOf(file))!
    const read = await connection.runAndReadAll(
      `SELECT to_json({"time": t.time, n: t.n, id: t.who.id})::VARCHAR FROM read_parquet('${path}', hive_partitioning = false) t`,
    )
    const found = read
      .getRows()
      .map(([text]) => `${file.partitionValues['event_day']} ${String(text)}`)
    expect(found).toHaveLength(file.stats!.numRecords)
    all.push(...found)
  }
  connection.closeSync()
  return all.toSorted()
}

const tableFiles = async (of = context): Promise<string[]> => {
  const keys: string[] = []
  for await (const { key } of of.store.list('tables/t/event_day=')) keys.push(key)
  return keys
}

/** The same lake behind another store. */
function over(store: ByteStore): LakeContext {
  return {
    ...context,
    store,
    lake: openLake(
      store,
      checkpointIo(() => context.engine()),
    ),
  }
}

describe('compact', () => {
  test('makes one sorted file of each day and changes no row', async () => {
    await fill(4)
    const before = await rows()
    const version = (await context.lake.table('t').snapshot())!.version
    const summary = await compact({}, context)
    expect(summary.tables).toMatchObject([
      { table: 't', filesBefore: 12, filesAfter: 3, skipped: 0 },
    ])
    expect(await rows()).toEqual(before)
    expect(await rows(context, version)).toEqual(before)
    const snapshot = (await context.lake.table('t').snapshot())!
    const days = (await snapshot.files()).map((f) => f.partitionValues['event_day'])
    expect(new Set(days)).toEqual(new Set(DAYS))
    const connection = await (await context.engine()).connect()
    for (const file of await snapshot.files()) {
      const read = await connection.runAndReadAll(
        `FROM read_parquet('${context.store.localPath(snapshot.keyOf(file))!}', hive_partitioning = false)`,
      )
      const times = read.getRowObjectsJson().map((r) => JSON.stringify(r['time']))
      expect(times).toEqual(times.toSorted())
      expect(read.columnNames()).toEqual(['time', 'n', 'who', 'seen'])
      expect(read.getRowObjectsJson().some((r) => (r['who'] as { age: unknown }).age === 1)).toBe(
        true,
      )
      expect(file.stats!.maxValues['n']).toBe(3049)
    }
    connection.closeSync()
    expect((await compact({}, context)).tables).toMatchObject([{ filesBefore: 0 }])
    expect(await context.lake.table('t').history(1)).toMatchObject([{ operation: 'OPTIMIZE' }])
  })

  test('cuts what is too large for one file at points of time, and comes to an end', async () => {
    await fill(12, 1500, ['2024-01-15'])
    const before = await rows()
    const total = (await (await context.lake.table('t').snapshot())!.totals()).bytes
    const targetBytes = Math.ceil(total / 4)
    const made: number[] = []
    for (let run = 0; run < 5; run++) {
      const { tables } = await compact({ targetBytes }, context)
      made.push(tables[0]!.filesAfter)
    }
    expect(made[0]).toBeGreaterThan(1)
    expect(made.at(-1)).toBe(0)
    expect(await rows()).toEqual(before)
    const files = await (await context.lake.table('t').snapshot())!.files()
    const ranges = files
      .map(
        ({ stats }) =>
          `${stats!.minValues['time'] as string} ${stats!.maxValues['time'] as string}`,
      )
      .toSorted()
      .flatMap((range) => range.split(' '))
    expect(ranges).toEqual(ranges.toSorted())
  })

  test('only says what it would do in a dry run', async () => {
    await fill(2)
    const keys = await tableFiles()
    const { tables } = await compact({ dryRun: true }, context)
    expect(tables).toMatchObject([{ filesBefore: 6, filesAfter: 0 }])
    expect(await tableFiles()).toEqual(keys)
  })

  test('leaves alone what another writer removed meanwhile, and cleans up', async () => {
    await fill(2)
    const other = openLake(
      context.store,
      checkpointIo(() => context.engine()),
    ).table('t')
    let raced = false
    const racing = watched(context.store, (operation, key) => {
      if (raced || operation !== 'putFile' || !key.includes('2024-01-15')) return
      raced = true
    })
    const racingContext = over(racing)
    const commit = racingContext.lake.table('t').commit.bind(racingContext.lake.table('t'))
    racingContext.lake.table('t').commit = async (request) => {
      await other.commit({
        operation: 'DELETE',
        build: async (s) => [
          removeAction(
            (await s!.files([{ column: 'event_day', op: '=', values: ['2024-01-15'] }]))[0]!,
            true,
          ),
        ],
      })
      return commit(request)
    }
    const { tables } = await compact({}, racingContext)
    expect(raced).toBe(true)
    expect(tables).toMatchObject([{ filesBefore: 4, filesAfter: 2, skipped: 1 }])
    expect(await rows()).toHaveLength(250)
    expect(await tableFiles()).toHaveLength(6 + 2)
  })

  test('stopped or failing half way, leaves no file behind', async () => {
    await fill(2)
    const before = await tableFiles()
    const stop = new AbortController()
    let put = 0
    const stopping = watched(context.store, (operation) => {
      if (operation === 'putFile' && ++put === 2) stop.abort(new Error('enough'))
    })
    await expect(compact({}, { ...over(stopping), signal: stop.signal })).rejects.toThrow('enough')
    expect(put).toBeGreaterThan(1)
    expect(await tableFiles()).toEqual(before)
    put = 0
    const failing = watched(context.store, (operation) => {
      if (operation === 'putFile' && ++put === 3) throw new Error('the disk is full')
    })
    await expect(compact({}, over(failing))).rejects.toThrow('the disk is full')
    expect(await tableFiles()).toEqual(before)
    expect((await compact({}, context)).tables).toMatchObject([{ filesBefore: 6, filesAfter: 3 }])
  })

  test('copies what is large, and leaves it alone while little is added', async () => {
    await fill(3, 20_000, ['2024-01-15'])
    await fill(2, 50, ['2024-01-15'])
    const before = await rows()
    const [first] = (await compact({}, context)).tables
    // The two small ones become one; next to the large ones it is too little to copy those for.
    expect(first).toMatchObject({ filesBefore: 5, filesAfter: 1 })
    expect(await rows()).toEqual(before)
    await fill(2, 50, ['2024-01-15'])
    expect((await compact({}, context)).tables).toMatchObject([{ filesBefore: 2, filesAfter: 1 }])
    expect((await compact({}, context)).tables).toMatchObject([{ filesBefore: 0 }])
    await fill(3, 20_000, ['2024-01-15'])
    expect((await compact({}, context)).tables).toMatchObject([{ filesBefore: 5, filesAfter: 1 }])
    expect((await compact({}, context)).tables).toMatchObject([{ filesBefore: 0 }])
    const snapshot = (await context.lake.table('t').snapshot())!
    expect((await snapshot.files()).map((f) => f.stats!.numRecords)).toEqual([120_200])
  }, 30_000)

  test('may run while rows arrive', async () => {
    await fill(3)
    const arriving = fill(3)
    for (let i = 0; i < 3; i++) await compact({}, context)
    await arriving
    await compact({}, context)
    expect(await rows()).toHaveLength(900)
    expect(await countFiles(context.lake.table('t'))).toBe(3)
  })

  test('killed at any change it makes, with or without its answer, loses and doubles nothing', async () => {
    await fill(2, 3)
    const before = await rows()
    const run = async (kill: (store: ByteStore) => ByteStore): Promise<void> => {
      await compact({}, over(kill(context.store))).catch((error: unknown) => {
        if (String(error) !== 'Error: killed') throw error
      })
      expect(await rows(over(context.store))).toEqual(before)
    }
    for (const when of ['before', 'after'] as const) {
      let killed = true
      for (let at = 1; killed; at++) {
        let calls = 0
        killed = false
        const kill = (operation: string): void => {
          if (!/^(put|delete)/.test(operation) || ++calls < at) return
          killed = true
          throw new Error('killed')
        }
        await run((store) =>
          when === 'before' ? watched(store, kill) : watched(store, () => {}, kill),
        )
        await fillUp(before.length)
      }
    }
    await vacuum({ olderThanMs: 0, force: true }, context)
    expect(await tableFiles()).toHaveLength(await countFiles(context.lake.table('t')))
    expect(await rows()).toEqual(before)
  }, 30_000)

  /** Takes a compaction back, so that the next one has work. */
  async function fillUp(expected: number): Promise<void> {
    const log = context.lake.table('t')
    const latest = (await log.snapshot())!
    if ((await latest.totals()).files === 6) return
    const original = (await log.snapshot({ version: 5 }))!
    await log.commit({
      operation: 'RESTORE',
      build: async () => [
        ...(await latest.files()).map((f) => removeAction(f, false)),
        ...(await original.files()).map((f) => ({ add: f.toAdd(false) })),
      ],
    })
    expect(await rows()).toHaveLength(expected)
  }
})

describe('vacuum', () => {
  const old = async (key: string, days: number): Promise<void> => {
    const at = new Date(Date.now() - days * 86_400_000)
    await utimes(context.store.localPath(key)!, at, at)
  }

  test('deletes what no version in reach needs, and nothing else', async () => {
    await fill(2)
    await compact({}, context)
    const orphan = 'tables/t/event_day=2024-01-15/part-orphan.zstd.parquet'
    const young = 'tables/t/event_day=2024-01-15/part-young.zstd.parquet'
    for (const key of [orphan, young]) await context.store.put(key, Buffer.from('x'))
    for (const key of await tableFiles()) if (key !== young) await old(key, 8)
    const keys = await tableFiles()
    const dry = await vacuum({ dryRun: true }, context)
    expect(dry.keys).toEqual([orphan])
    expect(await tableFiles()).toEqual(keys)
    await vacuum({}, context)
    expect(await tableFiles()).toEqual(keys.filter((k) => k !== orphan))
    const before = await rows()
    const all = await vacuum({ olderThanMs: 0, force: true }, context)
    expect(all.tables).toMatchObject([{ table: 't', files: 7 }])
    expect(await tableFiles()).toHaveLength(3)
    expect(await rows()).toEqual(before)
  })

  test('refuses a span that would break work under way', async () => {
    await fill(1)
    await expect(vacuum({ olderThanMs: 60_000 }, context)).rejects.toThrow(/younger than an hour/)
  })

  test('forgets old versions of the log, never those that a later one needs', async () => {
    await fill(8)
    const log = (version: number, kind: string): string =>
      `tables/t/_delta_log/${String(version).padStart(20, '0')}.${kind}`
    for (let v = 0; v < 24; v++) await old(log(v, 'json'), v < 22 ? 40 : 10)
    const { tables } = await vacuum({}, context)
    expect(tables).toMatchObject([{ logFiles: 21 }])
    expect(await context.store.head(log(19, 'json'))).toBeUndefined()
    expect(await context.store.head(log(20, 'checkpoint.parquet'))).toBeDefined()
    const fresh = over(context.store).lake.table('t')
    expect(await countFiles(fresh)).toBe(24)
    expect((await (await fresh.snapshot({ version: 20 }))!.totals()).files).toBe(21)
    await expect(fresh.snapshot({ version: 19 })).rejects.toThrow(/earliest available is 20/)
  })

  test('clears plans that are done with their receipts, and keeps the last and the open ones', async () => {
    await fill(1)
    const plan = (n: number, kind: string): string =>
      `_headrig/plans/${String(n).padStart(12, '0')}.${kind}`
    const receipt = (n: number): string =>
      `_headrig/receipts/lane-${String(n).padStart(12, '0')}-t-x.json`
    const spill = '_headrig/spill/dead/x.tmp'
    const staging = '_headrig/staging/dead/task-0.json'
    const keys = [
      ...[1, 2, 3, 4].map((n) => plan(n, 'json')),
      ...[1, 3, 4].map((n) => plan(n, 'done')),
      ...[1, 2, 3].map(receipt),
      spill,
      staging,
    ]
    for (const key of keys) {
      await context.store.put(key, Buffer.from('{}'))
      await old(key, key.includes('3') ? 1 : 9)
    }
    const summary = await vacuum({}, context)
    const gone = [plan(1, 'json'), plan(1, 'done'), receipt(1), spill, staging]
    expect(summary.keys.toSorted()).toEqual(gone.toSorted())
    for (const key of keys) {
      expect((await context.store.head(key)) === undefined).toBe(gone.includes(key))
    }
  })
})

describe('retain', () => {
  test('drops whole days that are too old, counts their rows, keeps rows without a day', async () => {
    await fill(2)
    const now = new Date('2024-01-17T12:00:00Z')
    const dry = await retain({ days: 1, now, dryRun: true }, context)
    expect(dry.tables).toMatchObject([{ table: 't', from: '2024-01-16', files: 2, rows: 100 }])
    expect(await rows()).toHaveLength(300)
    expect(await retain({ days: 1, now, remember: true }, context)).toEqual(dry)
    expect(await rows()).toHaveLength(200)
    const later = new Date('2024-01-18T00:00:00Z')
    expect((await retain({ now: later }, context)).tables).toMatchObject([{ rows: 100 }])
    expect((await retain({ now: later }, context)).tables).toMatchObject([{ rows: 0, files: 0 }])
    expect(await rows()).toHaveLength(100)
    expect((await context.lake.table('t').snapshot())!.txn('headrig.retired-rows')).toBe(200)
    expect((await retain({ days: 99, now: later }, context)).tables).toMatchObject([{ files: 0 }])
  })

  test('keeps everything where no limit was set, and the ledger always', async () => {
    await fill(1)
    expect((await retain({}, context)).tables).toMatchObject([{ from: undefined, files: 0 }])
    await expect(retain({ tables: ['ingest_objects'], days: 1 }, context)).rejects.toThrow(
      /is kept for good/,
    )
    await expect(retain({ days: 0.5 }, context)).rejects.toThrow(/0.5 is no number of days/)
    await expect(retain({ tables: ['tt'], days: 1 }, context)).rejects.toThrow(/did you mean "t"/)
  })
})

describe('verify', () => {
  const ledger = (count: number): Promise<void> =>
    addRows(context, {
      table: 'ingest_objects',
      columns: INGEST_OBJECTS,
      day: '2024-01-20',
      select: `SELECT TIMESTAMPTZ '2024-01-20 00:00:00Z' AS "time", 't' AS format, ${count}::BIGINT AS "rows", 'done' AS state`,
    })

  test('finds a whole lake whole, also after compaction and retention', async () => {
    await fill(2)
    await ledger(300)
    await compact({}, context)
    await retain({ tables: ['t'], days: 1, now: new Date('2024-01-17T12:00:00Z') }, context)
    const summary = await verify({}, context)
    expect(summary.findings).toEqual([])
    expect(summary.tables).toMatchObject([
      { table: 'ingest_objects', rows: 1 },
      { table: 't', rows: 200, files: 2 },
    ])
  })

  test('names each file that is gone, cut, no Parquet or of other rows than it says', async () => {
    await fill(2)
    await ledger(300)
    const snapshot = (await context.lake.table('t').snapshot())!
    const [gone, cut, garbage, swapped, , big] = await snapshot.files()
    const pathOf = (f: typeof gone): string => context.store.localPath(snapshot.keyOf(f!))!
    await rm(pathOf(gone))
    await truncate(pathOf(cut), 20)
    await writeFile(pathOf(garbage), Buffer.alloc(garbage!.size))
    await context.lake.table('t').commit({
      operation: 'WRITE',
      build: async () => [
        {
          add: {
            ...swapped!.toAdd(true),
            stats: JSON.stringify({ ...swapped!.stats, numRecords: 7 }),
          },
        },
      ],
    })
    const { findings } = await verify({ tables: ['t'] }, context)
    expect(findings.map((f) => [f.path, f.problem])).toEqual(
      expect.arrayContaining([
        [gone!.path, 'missing'],
        [cut!.path, 'size'],
        [garbage!.path, 'unreadable'],
        [swapped!.path, 'rows'],
        [undefined, 'ledger'],
      ]),
    )
    expect(findings).toHaveLength(5)
    expect(findings.find((f) => f.path === big!.path)).toBeUndefined()
    expect(findings.find((f) => f.problem === 'ledger')!.detail).toBe(
      'the ledger counts 300 rows added, the table has had 257',
    )
  })
})
