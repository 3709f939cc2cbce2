import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { parseDdl } from '../../../catalog/parse-ddl.js'
import type { ExternalTable } from '../../../catalog/external-table.js'
import { decodeText } from '../convert/task-text.js'
import type { OrderedFile, RawOrder } from './order.js'
import { sparkRaw, type SparkRaw } from './raw-table.js'

function tableOf(columns: string): ExternalTable {
  const statement = parseDdl(`CREATE EXTERNAL TABLE t (${columns}) LOCATION '/x'`, '/')
  if (statement?.kind !== 'create') throw new Error('no table')
  return statement.table
}

const fileOf = (uri: string, size: number): OrderedFile => ({ uri, size, values: [] })

function rawOf(
  table: ExternalTable,
  files: readonly OrderedFile[],
  needed: readonly string[],
): SparkRaw {
  const read = {
    files,
    filters: [],
    needed: new Set(needed),
    s3: { region: 'us-east-1' },
    program: { node: 'node', script: 'task.js' },
    group: { bytes: 1 << 20, objects: 100 },
  }
  return sparkRaw({ table, withPath: true, read }, 3)
}

test('each file is in one order, neighbours together', () => {
  const files = Array.from({ length: 250 }, (_, i) => fileOf(`s3://b/${i}`, i === 120 ? 9e6 : 10))
  const raw = rawOf(tableOf('a string, b int'), files, ['b', '$path'])
  const orders = raw.orders.flatMap((view) => view.tasks.map((t) => decodeText(t) as RawOrder))
  expect(orders.flatMap((o) => o.files)).toEqual(files)
  expect(orders.every((o) => o.files.length <= 100)).toBe(true)
  expect(orders.find((o) => o.files.some((f) => f.size === 9e6))?.files).toHaveLength(1)
  expect(raw.columns.map((c) => c.name)).toEqual(['a', 'b', '$path'])
  expect(raw.select).toContain('AS (c0 STRING, c1 STRING)')
  expect(raw.select).toContain('CAST(NULL AS STRING) AS `a`')
})

test('orders of many files go in several views, none too large for a request', () => {
  const files = Array.from({ length: 40_000 }, () =>
    fileOf(`s3://b/${randomBytes(150).toString('hex')}`, 1),
  )
  const { orders, select } = rawOf(tableOf('a string'), files, ['a'])
  expect(orders.length).toBeGreaterThan(1)
  for (const { name, tasks } of orders) {
    expect(tasks.reduce((sum, task) => sum + task.length, 0)).toBeLessThan(9 << 20)
    expect(select).toContain(`\`${name}\``)
  }
})

test('a table that is not read has no rows, and none is asked of executors', () => {
  const table = tableOf('a array<binary>, b int')
  const none = sparkRaw({ table, withPath: false }, 0)
  expect(none).toMatchObject({ orders: [], select: expect.stringMatching(/WHERE false$/) })
  expect(rawOf(table, [], ['a'])).toMatchObject({ orders: [] })
})

test('bytes within other values are refused, when they are read', () => {
  const table = tableOf('a array<binary>, b int')
  const files = [fileOf('s3://b/x', 1)]
  expect(rawOf(table, files, ['b']).orders).toHaveLength(1)
  expect(() => rawOf(table, files, ['a'])).toThrow(
    expect.objectContaining({
      kind: 'invalid',
      details: expect.objectContaining({ reason: 'engine-difference' }),
      message: expect.stringContaining('bytes within an array'),
    }),
  )
})
