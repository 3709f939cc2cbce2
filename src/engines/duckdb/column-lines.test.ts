import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { columnLines, readColumnLines } from './column-lines.js'
import { onConnection } from './on-connection.js'
import { type DuckDbEngine, openDuckDb } from './open.js'

let folder = ''
let engine: DuckDbEngine
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headrig-column-lines-'))
  engine = await openDuckDb({ memoryLimitBytes: 2 ** 28, threads: 2, tempFolder: folder })
})
afterAll(async () => {
  engine.close()
  await rm(folder, { recursive: true })
})

interface Row {
  readonly text: string | null
  readonly at: number
}

const columns = {
  number: (_: Row, index: number): number => index,
  text: (row: Row): string | null => row.text,
  moment: (row: Row): number => row.at,
}
const types = [
  { name: 'number', type: 'long' },
  { name: 'text', type: 'string' },
  { name: 'moment', type: 'timestamp' },
] as const

async function readBack(text: string): Promise<unknown[][]> {
  const path = join(folder, 'rows.json')
  await writeFile(path, text)
  return onConnection(engine, async (connection) => {
    const source = readColumnLines(path, types)
    const result = await connection.run(
      `SELECT number, text, epoch_us(moment) AS at FROM ${source}`,
    )
    return result.getRowsJson()
  })
}

describe('lines of columns', () => {
  test('are read as the rows they were, in order', async () => {
    const texts = ['plain', 'a "quoted" line\nwith \\ and \u0000', null, 'ünï 🪵']
    const rows = Array.from({ length: 4321 }, (_, i) => ({
      text: texts[i % texts.length] ?? null,
      at: 1_700_000_000_000 + i - 2000,
    }))
    const read = await readBack(columnLines(rows, columns, () => 20))
    expect(read).toEqual(rows.map((r, i) => [String(i), r.text, String(r.at * 1000)]))
  })

  test('hold no more than the engine takes', async () => {
    const rows = Array.from({ length: 30 }, () => ({ text: 'x'.repeat(1 << 20), at: -8.64e15 }))
    const text = columnLines(rows, columns, (r) => r.text.length)
    expect(Math.max(...text.split('\n').map((l) => l.length))).toBeLessThan(3 << 20)
    expect(await readBack(text)).toHaveLength(30)
  })
})
