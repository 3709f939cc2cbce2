import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { parseDdl } from '../../../catalog/parse-ddl.js'
import type { ExternalTable } from '../../../catalog/external-table.js'
import type { ScanFilter } from '../../engine.js'
import type { RawOrder } from './order.js'
import { runOrder } from './run-order.js'

const root = mkdtempSync(join(tmpdir(), 'headrig-run-order-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
let count = 0

function tableOf(columns: string): ExternalTable {
  const serde = 'org.openx.data.jsonserde.JsonSerDe'
  const sql = `CREATE EXTERNAL TABLE t (${columns}) ROW FORMAT SERDE '${serde}' LOCATION '/x'`
  const statement = parseDdl(sql, '/')
  if (statement?.kind !== 'create') throw new Error('no table')
  return statement.table
}

async function lines(
  table: ExternalTable,
  rows: readonly object[],
  more: Partial<RawOrder> = {},
): Promise<string[]> {
  const folder = join(root, String(count++))
  mkdirSync(folder)
  const path = join(folder, 'a.json')
  writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  const file = { uri: `file://${path}`, path, size: statSync(path).size, values: [] }
  const needed = table.columns.map((c) => c.name)
  const order = { table, files: [file], needed, withPath: false, filters: [], s3: {}, ...more }
  const found: string[] = []
  for await (const batch of runOrder(order, folder)) found.push(...batch)
  return found
}

describe('lines', () => {
  test('have a cell for each column that is needed, and no character that cuts', async () => {
    const table = tableOf('a string, b int, c array<string>, d string')
    const rows = [
      { a: 'x\ty\nz\\t\r', b: 7, c: ['\t', null, '\\'], d: '' },
      { a: null, b: null },
    ]
    expect(await lines(table, rows)).toEqual([
      String.raw`x\ty\nz\st\r` + '\t7\t' + String.raw`["\st",null,"\s\s"]` + '\t',
      String.raw`\N` + '\t' + String.raw`\N` + '\t' + String.raw`\N` + '\t' + String.raw`\N`,
    ])
    expect(await lines(table, rows, { needed: ['b'] })).toEqual(['7', String.raw`\N`])
    expect(await lines(table, rows, { needed: [] })).toEqual(['', ''])
  })

  test('hold times that Spark has, and say of others so', async () => {
    const table = tableOf('t timestamp, d date')
    const times = [{ t: '2024-01-15 08:00:00.5', d: '0001-01-01' }, { t: '12024-01-15 00:00:00' }]
    expect(await lines(table, times)).toEqual([
      '2024-01-15 08:00:00.5\t0001-01-01',
      `12024-01-15 00:00:00\t${String.raw`\N`}`,
    ])
    for (const bad of [{ t: 'infinity' }, { d: '0044-03-15 (BC)' }]) {
      await expect(lines(table, [bad])).rejects.toMatchObject({
        kind: 'invalid',
        message: expect.stringMatching(/column [td] has a time .* use --engine duckdb/),
      })
    }
  })

  test('of a file that is not there name it', async () => {
    const file = { uri: 'file:///no/a.json', path: '/no/a.json', size: 1, values: [] }
    await expect(lines(tableOf('a string'), [], { files: [file] })).rejects.toThrow(
      /the executor on .* does not see \/no\/a\.json/,
    )
  })
})

test('rows are left out only when no place wants them', async () => {
  const table = tableOf('s string, n bigint')
  const texts = ['a', 'B', "o'x", 'é', '10']
  const rows = texts.flatMap((s) => [-1, 0, 7, null].map((n) => ({ s, n })))
  const op = fc.constantFrom<ScanFilter['op']>('=', '<', '<=', '>', '>=')
  const filter: fc.Arbitrary<ScanFilter> = fc.oneof(
    fc.record({ column: fc.constant('s'), op, values: fc.tuple(fc.constantFrom(...texts)) }),
    fc.record({ column: fc.constant('n'), op, values: fc.tuple(fc.constantFrom(-1, 0, 7)) }),
    fc.array(fc.constantFrom(...texts), { minLength: 1 }).map((values): ScanFilter => {
      return { column: 's', op: 'in', values }
    }),
    fc.constant<ScanFilter>({ column: 's', op: '=', values: [1] }),
  )
  const bytes = (text: string): string => Buffer.from(text).toString('hex')
  const holds = ({ column, op: by, values }: ScanFilter, row: (typeof rows)[number]): boolean => {
    const [value] = values
    if (column === 's' && typeof value !== 'string') return true
    const own = column === 's' ? bytes(row.s) : row.n
    if (own === null) return false
    const given = values.map((v) => (typeof v === 'string' ? bytes(v) : v))
    if (by === 'in' || by === '=') return given.includes(own)
    const than = given[0] ?? ''
    if (by === '<') return own < than
    if (by === '<=') return own <= than
    return by === '>' ? own > than : own >= than
  }
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(filter, { maxLength: 2 }), { maxLength: 2 }), async (f) => {
      const wanted = rows.filter(
        (row) => f.length === 0 || f.some((place) => place.every((one) => holds(one, row))),
      )
      const found = await lines(table, rows, { filters: f })
      expect(found).toEqual(wanted.map(({ s, n }) => `${s}\t${n ?? String.raw`\N`}`))
    }),
    { numRuns: 30 },
  )
}, 60_000)
