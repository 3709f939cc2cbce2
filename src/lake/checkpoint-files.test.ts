import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ScalarType } from '../formats/format.js'
import { fileStore } from '../storage/file.js'
import { memoryStore } from '../storage/memory.js'
import { append, column, deltaTools, watched, type DeltaTools } from '../../test/support/delta.js'
import { addAction, removeAction } from './add-file.js'
import type { CheckpointIo } from './checkpoint-io.js'
import { createTableActions } from './create.js'
import { openLake } from './lake.js'
import type { ColumnPredicate } from './predicate.js'
import { fileTest } from './prune.js'

let tools: DeltaTools
beforeAll(async () => {
  tools = await deltaTools()
})
afterAll(() => tools.close())

const TYPES: readonly ScalarType[] = [
  'string',
  'int',
  'long',
  'double',
  'boolean',
  'timestamp',
  'date',
]
const COLUMNS = [...TYPES.map((t) => column(`a_${t}`, t, true)), column('day', 'date')]
const COLD = [
  column('s', { struct: TYPES.map((t) => column(t, t)) }),
  column(`o"d'd`, 'string', true),
]

const instant = fc
  .integer({ min: -200, max: 200 })
  .map((s) => `${new Date(s * 1000).toISOString().slice(0, 19)}.123456Z`)
const VALUES: Readonly<Record<ScalarType, fc.Arbitrary<string | number | boolean>>> = {
  string: fc.oneof(fc.string({ maxLength: 2, unit: 'grapheme' }), fc.constantFrom('a', "'", '\0')),
  int: fc.integer({ min: -5, max: 5 }),
  long: fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constantFrom(2 ** 53 - 1)),
  double: fc.oneof(fc.double({ min: -2, max: 2, noNaN: true }), fc.constantFrom(1e300)),
  boolean: fc.boolean(),
  timestamp: fc.oneof(instant, fc.constantFrom('never')),
  date: fc.constantFrom('2024-01-14', '2024-01-15', '2024-99-99', '2024-02-01'),
}
const PATHS: readonly [string, ScalarType][] = [
  ...TYPES.map((t) => [`a_${t}`, t] as [string, ScalarType]),
  ...TYPES.map((t) => [`s.${t}`, t] as [string, ScalarType]),
  [`o"d'd`, 'string'],
  ['day', 'date'],
]

const NO_STATS = { numRecords: 1, minValues: {}, maxValues: {}, nullCount: {} }
const file = fc
  .tuple(
    fc.constantFrom('2024-01-14', '2024-01-15', '2024-02-01', null),
    fc.option(
      fc.record(
        Object.fromEntries(
          PATHS.slice(0, -1).map(([name, type]) => [name, fc.tuple(VALUES[type], VALUES[type])]),
        ),
        { requiredKeys: [] },
      ),
    ),
  )
  .map(([day, ends]) => {
    const side = (end: 0 | 1): Record<string, unknown> => {
      const flat = Object.entries(ends ?? {}).map(([n, v]) => [n, v?.[end]] as const)
      const inner = flat.filter(([n]) => n.startsWith('s.')).map(([n, v]) => [n.slice(2), v])
      return {
        ...Object.fromEntries(flat.filter(([n]) => !n.startsWith('s.'))),
        s: Object.fromEntries(inner),
      }
    }
    const stats = { numRecords: 3, minValues: side(0), maxValues: side(1), nullCount: {} }
    return { day, stats: ends === null ? undefined : stats }
  })
const predicate = fc.array(
  fc.constantFrom(...PATHS).chain(([name, type]) =>
    fc.record({
      column: fc.constant(name),
      op: fc.constantFrom<ColumnPredicate['op']>('=', '<', '<=', '>', '>=', 'in'),
      values: fc.array(VALUES[type], { minLength: 1, maxLength: 2 }),
    }),
  ),
  { minLength: 1, maxLength: 3 },
)

describe.each([
  ['with statistics in their own types', (io: CheckpointIo): CheckpointIo => io],
  [
    'with statistics as text',
    (io: CheckpointIo): CheckpointIo => ({
      ...io,
      write: (content) => io.write({ ...content, statsColumns: [], partitionColumns: [] }),
    }),
  ],
])('a checkpoint %s', (_, change) => {
  test('gives a query the files that the log itself would give', async () => {
    let skipped = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(file, { minLength: 1, maxLength: 12 }),
        fc.array(predicate, { minLength: 3, maxLength: 6 }),
        async (files, predicates) => {
          const store = memoryStore()
          const table = openLake(store, change(tools.io)).table('t')
          await table.commit({
            operation: 'WRITE',
            build: async () => [
              ...createTableActions([...COLUMNS, ...COLD], ['day']),
              ...files.map(({ day, stats }, i) => {
                const { add } = addAction({
                  path: `f ${i}`,
                  partitionValues: { day },
                  size: 1,
                  stats: stats ?? NO_STATS,
                })
                return stats ? { add: add! } : { add: { ...add!, stats: null } }
              }),
            ],
          })
          const plain = (await table.snapshot())!
          await table.checkpoint()
          const snapshot = (await openLake(store, tools.io).table('t').snapshot())!
          expect(snapshot.state.files.size).toBe(0)
          const { columns, partitionColumns } = plain.metadata
          for (const wanted of predicates) {
            const test = fileTest(wanted, columns, partitionColumns)
            const expected = (await plain.files()).filter(test).map((f) => f.path)
            const found = (await snapshot.files(wanted)).map((f) => f.path)
            expect(found).toEqual(expected)
            skipped += files.length - found.length
          }
        },
      ),
      { numRuns: 15 },
    )
    expect(skipped).toBeGreaterThan(30)
  }, 60_000)
})

test('a file that the log spells in a way of its own is found, replaced and removed', async () => {
  const lake = openLake(memoryStore(), tools.io)
  const table = lake.table('t')
  const spelled = ['a%20b', 'memory:///tables/t/c', '%64']
  await append(table, [
    ...spelled.map((path) => ({
      add: {
        path,
        partitionValues: { event_day: null },
        size: 5,
        modificationTime: 0,
        dataChange: true,
      },
    })),
    { remove: { path: '%65', dataChange: true, deletionTimestamp: Date.now() } },
  ])
  await table.checkpoint()
  const old = (await table.snapshot())!
  expect((await old.file('d'))?.size).toBe(5)
  await table.commit({
    operation: 'WRITE',
    build: async (s) => [
      removeAction((await s!.file('a b'))!, true),
      addAction({
        path: 'd',
        partitionValues: {},
        size: 7,
        stats: NO_STATS,
      }),
      addAction({
        path: 'e',
        partitionValues: {},
        size: 1,
        stats: NO_STATS,
      }),
    ],
  })
  for (const again of [false, true]) {
    if (again) await table.checkpoint()
    const snapshot = (await openLake(lake.store, tools.io).table('t').snapshot())!
    const sizes = (await snapshot.files()).map((f) => `${f.path} ${f.size}`).toSorted()
    expect(sizes).toEqual(['c 5', 'd 7', 'e 1'])
    expect(await snapshot.totals()).toEqual({ files: 3, bytes: 13 })
    expect(await snapshot.present(['a b', 'c', 'd'])).toEqual(new Set(['c', 'd']))
    const gone: string[] = []
    for await (const { path } of snapshot.tombstones()) gone.push(path)
    expect(gone).toEqual(['a%20b'])
  }
})

test('a table of many files is not held in memory, nor fetched again for its own checkpoint', async () => {
  const store = memoryStore()
  const reads: string[] = []
  const seen = watched(store, (operation, key) => {
    if (operation === 'get' && key.endsWith('.parquet')) reads.push(key)
  })
  const table = openLake(seen, tools.io).table('t')
  for (let i = 0; i <= 25; i++) {
    await append(table, [
      addAction({
        path: `f${i}`,
        partitionValues: {},
        size: 1,
        stats: NO_STATS,
      }),
    ])
    expect((await table.snapshot())!.state.files.size).toBeLessThanOrEqual(10)
  }
  expect((await table.snapshot())!.state.base?.files).toBe(21)
  expect(reads).toEqual([])
})

test('a checkpoint that another writer replaces while it is read gives an error, not a mixture', async () => {
  const root = join(tools.folder, 'replaced')
  const table = openLake(fileStore(root), tools.io).table('t')
  await append(table, [
    addAction({ path: 'a', partitionValues: {}, size: 1, stats: NO_STATS }),
    addAction({ path: 'b', partitionValues: {}, size: 1, stats: NO_STATS }),
  ])
  await table.checkpoint()
  const snapshot = (await table.snapshot())!
  const reading = (async () => {
    for await (const _ of snapshot.eachFile()) await table.checkpoint()
  })()
  await expect(reading).rejects.toMatchObject({ kind: 'unavailable' })
  expect(await snapshot.files()).toHaveLength(2)
})
