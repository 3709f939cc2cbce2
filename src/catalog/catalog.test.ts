import { mkdtempSync, rmSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openStore } from '../storage/open.js'
import { withCounts } from '../storage/count.js'
import { openCatalog } from './catalog.js'
import { addPartitions, dropPartitions, mergePartitions } from './change-partitions.js'
import { findPartitions, partitionName } from './hive-folders.js'
import type { ExternalTable } from './external-table.js'
import { parseDdl } from './parse-ddl.js'

const root = mkdtempSync(join(tmpdir(), 'headrig-catalog-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

function table(name: string, location = 's3://b/p'): ExternalTable {
  const sql = `CREATE EXTERNAL TABLE ${name} (a int) PARTITIONED BY (y string, m string) LOCATION '${location}'`
  return (parseDdl(sql, '/') as { table: ExternalTable }).table
}
const part = (y: string, m = '1') => ({ spec: { y, m } })

describe('the catalog', () => {
  it('creates, finds, changes and drops tables', async () => {
    const catalog = openCatalog(openStore('memory://catalog-a'))
    expect(await catalog.create(table('logs'))).toMatchObject({ version: 1 })
    expect(await catalog.create(table('logs'))).toBeUndefined()
    await catalog.create(table('logs2'))
    expect(await catalog.names()).toEqual(['logs', 'logs2'])
    await expect(catalog.entry('lgs')).rejects.toThrow(
      'there is no external table "lgs": did you mean "logs"?',
    )
    await catalog.update('logs', (e) => addPartitions(e, [part('b'), part('a')], false))
    expect((await catalog.entry('logs')).partitions).toEqual([
      { values: ['a', '1'], location: 's3://b/p/y=a/m=1' },
      { values: ['b', '1'], location: 's3://b/p/y=b/m=1' },
    ])
    expect(await catalog.drop('logs')).toBe(true)
    expect(await catalog.drop('logs')).toBe(false)
    expect(await catalog.create(table('logs', 's3://other'))).toMatchObject({
      version: 4,
      partitions: [],
    })
    await expect(catalog.update('nothing', (e) => e)).rejects.toMatchObject({ kind: 'not-found' })
  })

  it('loses no change of writers that race', async () => {
    const uri = `file://${join(root, 'race')}`
    await openCatalog(openStore(uri)).create(table('logs'))
    const names = Array.from({ length: 24 }, (_, i) => `p${i}`)
    await Promise.all(
      [0, 1, 2, 3].map(async (writer) => {
        const catalog = openCatalog(openStore(uri))
        for (const name of names.filter((_, i) => i % 4 === writer)) {
          await catalog.update('logs', (e) => addPartitions(e, [part(name)], false))
        }
      }),
    )
    const entry = await openCatalog(openStore(uri)).entry('logs')
    expect(entry.partitions.map((p) => p.values[0])).toEqual(names.toSorted())
    expect(entry.version).toBe(25)
  })

  it('keeps a bounded number of versions', async () => {
    const store = openStore('memory://catalog-many')
    const catalog = openCatalog(store)
    await catalog.create(table('logs'))
    for (let i = 0; i < 70; i++)
      await catalog.update('logs', (e) => addPartitions(e, [part(`${i}`)], false))
    let files = 0
    for await (const _ of store.list('_headrig/catalog/')) files++
    expect(files).toBe(64)
    expect((await catalog.entry('logs')).partitions).toHaveLength(70)
  })
})

describe('partitions', () => {
  const entry = { table: table('logs'), partitions: [], version: 1 }

  it('are added once, and dropped by any of their values', () => {
    const two = { ...entry, ...addPartitions(entry, [part('a'), part('b', '2')], false) }
    expect(() => addPartitions(two, [part('a')], false)).toThrow(
      /has the partition y=a\/m=1 already/,
    )
    expect(addPartitions(two, [part('a')], true).partitions).toHaveLength(2)
    expect(() => addPartitions(two, [{ spec: { y: 'a' } }], false)).toThrow(/gives no m/)
    expect(() => addPartitions(two, [{ spec: { y: 'a', mm: '1' } }], false)).toThrow(
      /"mm" is no partition column of logs: did you mean "m"/,
    )
    expect(dropPartitions(two, [{ y: 'a' }], false).partitions).toHaveLength(1)
    expect(() => dropPartitions(two, [{ y: 'c' }], false)).toThrow(/no partition y=c/)
    expect(dropPartitions(two, [{ y: 'c' }], true).partitions).toHaveLength(2)
  })

  it('are found in folders, one listing a folder', async () => {
    const place = join(root, 'found')
    const folders = [
      'y=2024/m=01',
      'Y=2024/m=02',
      'y=a%2Fb/m=__HIVE_DEFAULT_PARTITION__',
      'z=1',
      'y=2025',
    ]
    for (const folder of folders) mkdirSync(join(place, folder), { recursive: true })
    const logs = table('logs', place)
    const store = withCounts(openStore(place))
    const found = await findPartitions(logs, () => store)
    expect(found.map((p) => p.values).toSorted((a, b) => `${a}`.localeCompare(`${b}`))).toEqual([
      ['2024', '01'],
      ['2024', '02'],
      ['a/b', null],
    ])
    expect(store.counts.listFolders.calls).toBeLessThanOrEqual(5)
    expect(partitionName(logs, ['a/b', null])).toBe('y=a%2Fb/m=__HIVE_DEFAULT_PARTITION__')
    const { change, added } = mergePartitions({ ...entry, partitions: found.slice(1) }, found)
    expect([change.partitions.length, added.length]).toEqual([3, 1])
  })
})
