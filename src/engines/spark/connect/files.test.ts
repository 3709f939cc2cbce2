import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { sharedSpark } from '../../../../test/support/spark.js'
import type { LocalData } from './local-data.js'
import { SparkConnectSession } from './session.js'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const server = await sharedSpark()
let spark: SparkConnectSession

beforeAll(async () => {
  if (server) spark = await SparkConnectSession.connect(server)
})
afterAll(() => spark?.close())

async function ask(sql: string): Promise<unknown[][]> {
  const rows: unknown[][] = []
  for await (const batch of (await spark.query(sql)).rows()) rows.push(...batch)
  return rows
}

describe.skipIf(!server)('what a session brings along', () => {
  test('rows of every type are a view', async () => {
    const rows = [
      ['192.0.2.1', -3, '9007199254740993', 0.5, true, '2024-01-15T00:05:00.000001Z', '1969-12-31'],
      ['', 2, 1, -0.25, false, '1582-10-04T23:59:59Z', '2024-02-29'],
      [null, null, null, null, null, null, null],
    ]
    await spark.createTempView('every_type', {
      columns: {
        s: 'string',
        i: 'int',
        l: 'long',
        d: 'double',
        b: 'boolean',
        t: 'timestamp',
        day: 'date',
      },
      rows,
    })
    expect(await ask('SELECT * FROM every_type')).toEqual(rows)
    await spark.createTempView('every_type', { columns: { s: 'string' }, rows: [] })
    expect(await ask('SELECT * FROM every_type')).toEqual([])
  })

  test('text that repeats stays text', async () => {
    const rows = Array.from({ length: 1000 }, (_, i) => [`value ${i % 3}`])
    await spark.createTempView('repeats', { columns: { v: 'string' }, rows })
    expect(await ask('SELECT v, count(*) FROM repeats GROUP BY v ORDER BY v')).toEqual([
      ['value 0', 334],
      ['value 1', 333],
      ['value 2', 333],
    ])
  })

  test('a view of megabytes is uploaded before', async () => {
    const rows = Array.from({ length: 100_000 }, (_, i) => [`198.51.100.${i}`, i])
    await spark.createTempView('big', { columns: { ip: 'string', n: 'long' }, rows })
    await spark.createTempView('big', { columns: { ip: 'string', n: 'long' }, rows })
    expect(await ask('SELECT count(*), sum(n), max(length(ip)) FROM big')).toEqual([
      [100_000, 4_999_950_000, 16],
    ])
  })

  test.each<[string, LocalData]>([
    ['no column', { columns: {}, rows: [] }],
    ['a short row', { columns: { a: 'int', b: 'int' }, rows: [[1]] }],
    ['no int', { columns: { a: 'int' }, rows: [[1.5]] }],
    ['no long', { columns: { a: 'long' }, rows: [['x']] }],
    ['no time', { columns: { a: 'timestamp' }, rows: [['yesterday']] }],
  ])('a view with %s is refused', async (_what, data) => {
    await expect(spark.createTempView('bad', data)).rejects.toMatchObject({ kind: 'invalid' })
  })

  test('files reach the executors, whole', async () => {
    const data = Buffer.alloc(1_000_001, 'chunk ')
    await spark.addArtifacts([
      { name: 'files/small.txt', data: Buffer.from('hello') },
      { name: 'files/large.txt', data },
    ])
    const script = (command: string): Promise<unknown[][]> =>
      ask(`SELECT TRANSFORM (id) USING '${command}' AS (line STRING) FROM range(1)`)
    expect(await script('cat */small.txt')).toEqual([['hello']])
    expect(await script('cat */large.txt | wc -c')).toEqual([['1000001']])
  })

  test('a file of another content is refused under the same name', async () => {
    await spark.addArtifacts([{ name: 'files/once.txt', data: Buffer.from('1') }])
    await spark.addArtifacts([{ name: 'files/once.txt', data: Buffer.from('1') }])
    await expect(
      spark.addArtifacts([{ name: 'files/once.txt', data: Buffer.from('2') }]),
    ).rejects.toMatchObject({ details: { type: 'ARTIFACT_ALREADY_EXISTS' } })
    await expect(
      spark.addArtifacts([{ name: 'files/../x', data: Buffer.from('2') }]),
    ).rejects.toMatchObject({ kind: 'invalid' })
  })
})
