import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { memoryStore } from '../storage/memory.js'
import { add, append, COLUMNS, deltaTools, type DeltaTools } from '../../test/support/delta.js'
import type { Action, ProtocolAction } from './actions.js'
import { removeAction } from './add-file.js'
import { createTableActions } from './create.js'
import { formatLines } from './log-lines.js'
import { openLake } from './lake.js'
import type { DeltaTable } from './table.js'

let tools: DeltaTools
beforeAll(async () => {
  tools = await deltaTools()
})
afterAll(() => tools.close())

/** A table that another writer made. */
async function foreign(
  protocol: ProtocolAction,
  change: { configuration?: Record<string, string>; schema?: (schema: string) => string } = {},
  more: readonly Action[] = [],
): Promise<DeltaTable> {
  const store = memoryStore()
  const [, made] = createTableActions(COLUMNS, ['event_day'], change.configuration)
  const metaData = made!.metaData!
  const schemaString = change.schema?.(metaData.schemaString) ?? metaData.schemaString
  const lines = formatLines([{ protocol }, { metaData: { ...metaData, schemaString } }, ...more])
  await store.put('tables/t/_delta_log/00000000000000000000.json', lines)
  return openLake(store, tools.io).table('t')
}

const plain = { minReaderVersion: 1, minWriterVersion: 2 }
const features = (readerFeatures: string[], writerFeatures = readerFeatures): ProtocolAction => ({
  minReaderVersion: 3,
  minWriterVersion: 7,
  readerFeatures,
  writerFeatures,
})

describe('a table that needs what we lack', () => {
  test.each<[string, ProtocolAction, Record<string, string>]>([
    ['deletionVectors', features(['deletionVectors']), {}],
    ['typeWidening', features(['v2Checkpoint', 'typeWidening']), {}],
    ['reader version 4', { minReaderVersion: 4, minWriterVersion: 7 }, {}],
    [
      'columnMapping \\(mode name\\)',
      { minReaderVersion: 2, minWriterVersion: 5 },
      { 'delta.columnMapping.mode': 'name' },
    ],
  ])('is not read: %s', async (name, protocol, configuration) => {
    const table = await foreign(protocol, { configuration })
    await expect(table.snapshot()).rejects.toThrow(new RegExp(`cannot read table t: .* ${name}`))
  })

  test.each<[string, ProtocolAction, Record<string, string>]>([
    ['rowTracking', features([], ['rowTracking']), {}],
    [
      'CHECK constraint ok',
      { minReaderVersion: 1, minWriterVersion: 3 },
      { 'delta.constraints.ok': 'n > 0' },
    ],
    ['writer version 8', { minReaderVersion: 1, minWriterVersion: 8 }, {}],
  ])('is read but not written: %s', async (name, protocol, configuration) => {
    const table = await foreign(protocol, { configuration })
    expect((await table.snapshot())!.version).toBe(0)
    await expect(append(table, [add('a')])).rejects.toThrow(
      new RegExp(`cannot write table t: .* ${name}`),
    )
    expect((await table.snapshot())!.version).toBe(0)
  })

  test.each([
    ['an invariant', 'delta.invariants'],
    ['a generation expression', 'delta.generationExpression'],
  ])('is not written: a column with %s', async (name, key) => {
    const schema = (s: string): string =>
      s.replace('"name":"name","type":"string","nullable":true,"metadata":{', `$&"${key}":"x",`)
    const table = await foreign(plain, { schema })
    await expect(append(table, [add('a')])).rejects.toThrow(new RegExp(`column name with ${name}`))
  })

  test('is not read when a file has a deletion vector', async () => {
    const { add: action } = add('a')
    const table = await foreign(plain, {}, [
      { add: { ...action!, deletionVector: { storageType: 'u' } } },
    ])
    await expect(table.snapshot()).rejects.toThrow(/deletionVectors/)
  })

  test('with a column that we cannot hold names it', async () => {
    const schema = (s: string): string => s.replace('"type":"string"', '"type":"decimal(10,2)"')
    const snapshot = (await (await foreign(plain, { schema })).snapshot())!
    expect(() => snapshot.metadata.columns).toThrow(/column name has the type decimal\(10,2\)/)
  })

  test('elsewhere is refused by the file that is elsewhere', async () => {
    const { add: action } = add('a')
    const table = await foreign(plain, {}, [
      { add: { ...action!, path: 's3://other/t/a.parquet' } },
    ])
    await expect(table.snapshot()).rejects.toThrow(/is outside its table memory:\/\//)
  })
})

describe('a promise of the table is kept', () => {
  test('append-only: rows may move, not go', async () => {
    const table = await foreign(plain, { configuration: { 'delta.appendOnly': 'true' } }, [
      add('a'),
    ])
    const remove = (dataChange: boolean) =>
      table.commit({
        operation: 'X',
        build: async (s) => [removeAction((await s!.file('a'))!, dataChange), add('b')],
      })
    await expect(remove(true)).rejects.toThrow(/append-only/)
    expect((await remove(false)).committed).toBe(true)
  })

  test('in-commit timestamps rise, whatever the clock says', async () => {
    const far = Date.now() + 3_600_000
    const table = await foreign(
      features([], ['inCommitTimestamp']),
      { configuration: { 'delta.enableInCommitTimestamps': 'true' } },
      [{ commitInfo: { inCommitTimestamp: far } }],
    )
    await append(table, [add('a')])
    await append(table, [add('b')])
    const times = (await table.history()).map((h) => h.info.inCommitTimestamp)
    expect(times).toEqual([far + 2, far + 1, far])
    expect((await table.snapshot({ timestamp: new Date(far + 1) }))!.version).toBe(1)
    await expect(table.snapshot({ timestamp: new Date(far - 1) })).rejects.toThrow(/earliest/)
  })
})

test('features that ask nothing of us are no hindrance', async () => {
  const table = await foreign(
    features(['v2Checkpoint'], ['v2Checkpoint', 'appendOnly', 'invariants', 'domainMetadata']),
    {},
    [{ domainMetadata: { domain: 'd', configuration: '{}', removed: false } }],
  )
  for (let i = 0; i < 10; i++) await append(table, [add(`f${i}`)])
  const snapshot = (await table.snapshot())!
  expect([snapshot.version, (await snapshot.totals()).files]).toEqual([10, 10])
  expect(snapshot.state.domains.get('d')).toMatchObject({ configuration: '{}' })
})
