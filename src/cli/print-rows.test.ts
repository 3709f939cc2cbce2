import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import type { Cli } from './cli.js'
import { printRows, recordsToRows } from './print-rows.js'

const RECORDS = [
  { name: 'a long name of a thing', n: 1, gone: null },
  { name: 'b', n: null, gone: null },
]

async function printed(columns: number | undefined, isTTY: boolean): Promise<string> {
  const stdout = Object.assign(new PassThrough(), { isTTY, columns })
  const cli = { system: { stdout, cwd: '/' } } as unknown as Cli
  const rows = recordsToRows(['name', 'n', 'gone'], RECORDS)
  expect(await printRows(cli, { format: 'table' }, rows)).toBe(2)
  stdout.end()
  return text(stdout)
}

test('a table is cut to the terminal', async () => {
  const lines = (await printed(20, true)).trimEnd().split('\n')
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(20)
  expect(lines[2]).toContain('…')
})

test.each([
  [20, false],
  [0, true],
  [undefined, true],
])('a table is whole when there is no terminal of %s columns (%s)', async (columns, isTTY) => {
  expect(await printed(columns, isTTY)).toContain('a long name of a thing  1')
})

test('a column is numeric when all its values are', () => {
  expect(recordsToRows(['name', 'n', 'gone'], RECORDS).columns.map((c) => c.type)).toEqual([
    'VARCHAR',
    'BIGINT',
    'VARCHAR',
  ])
})
