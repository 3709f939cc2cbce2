import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { column } from '../../../test/support/delta.js'
import { openDuckDb, type DuckDbEngine } from './open.js'
import { rewrite } from './rewrite.js'

const COLUMNS = [
  column('time', 'timestamp', true),
  column('yes', 'boolean', true),
  column('n', 'long', true),
  column('ratio', 'double', true),
  column('born', 'date', true),
  column('text', 'string', true),
  column('who', { struct: [column('id', 'string'), column('age', 'int')] }),
  column('nowhere', 'string', true),
]
const DAY = '2024-01-15'

let folder: string
let engine: DuckDbEngine
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headrig-rewrite-'))
  engine = await openDuckDb({
    memoryLimitBytes: 2 ** 29,
    threads: 1,
    tempFolder: join(folder, 't'),
  })
})
afterAll(async () => {
  engine.close()
  await rm(folder, { recursive: true, force: true })
})

async function write(name: string, select: string): Promise<string> {
  const path = join(folder, `${name}.parquet`)
  const connection = await engine.connect()
  await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet)`)
  connection.closeSync()
  return path
}

async function request(name: string, files: readonly string[]) {
  const out = join(folder, name)
  await mkdir(out)
  return { files, columns: COLUMNS, eventDay: DAY, folder: out, targetBytes: 2 ** 27 }
}

const file = (name: string, from: number, to: number, who: string): Promise<string> =>
  write(
    name,
    `SELECT CASE WHEN i % 100 = 99 THEN NULL ELSE TIMESTAMPTZ '${DAY} 00:00:00Z' + INTERVAL (i * 250) MILLISECOND END AS "time",
      i > 0 AS yes, i::BIGINT AS n, i / 8 AS ratio, DATE '2000-01-01' + i::INT AS born, 'text of more than thirty-two characters ' || lpad(i::VARCHAR, 6, '0') AS text,
      ${who} AS who FROM range(${from}, ${to}) q(i) ORDER BY "time"`,
  )

test('statistics are those of all rows, whatever the slices', async () => {
  const a = await file('a', 0, 150_000, `{id: 'u' || i}`)
  const b = await file('b', 150_000, 300_000, `{id: 'u' || i, age: 1::INT}`)
  const [made, ...more] = await rewrite(engine, await request('stats', [b, a]))
  expect(more).toEqual([])
  expect(made).toMatchObject({ eventDay: DAY })
  expect(made!.stats).toMatchObject({
    numRecords: 300_000,
    minValues: {
      time: `${DAY}T00:00:00Z`,
      yes: false,
      n: 0,
      ratio: 0,
      born: '2000-01-01',
      text: 'text of more than thirty-two cha',
    },
    maxValues: {
      time: `${DAY}T20:49:59.5Z`,
      yes: true,
      n: 299_999,
      ratio: 37499.875,
      text: 'text of more than thirty-two cha\u{10ffff}',
    },
    nullCount: { time: 3000, yes: 0, nowhere: 300_000, who: { id: 0, age: 150_000 } },
  })
  const connection = await engine.connect()
  const rows = await connection.runAndReadAll(
    `SELECT count(*) FILTER (n <> CASE WHEN "time" IS NULL THEN n ELSE date_diff('millisecond', TIMESTAMPTZ '${DAY} 00:00:00Z', "time") // 250 END) AS wrong,
      count(DISTINCT n) AS n, count(*) FILTER (before > "time") AS unsorted
     FROM (SELECT *, lag("time") OVER (ORDER BY file_row_number) AS before FROM read_parquet('${made!.path}', file_row_number = true))`,
  )
  expect(rows.getRowObjectsJson()).toEqual([{ wrong: '0', n: '300000', unsorted: '0' }])
  const groups = await connection.runAndReadAll(
    `SELECT num_row_groups::INT FROM parquet_file_metadata('${made!.path}')`,
  )
  expect(Number(groups.getRows()[0]![0])).toBeGreaterThan(2)
  connection.closeSync()
})

test('an error or an abort leaves nothing behind', async () => {
  const whole = await file('whole', 0, 1000, `{id: 'u'}`)
  const garbage = join(folder, 'garbage.parquet')
  await writeFile(garbage, 'PAR1 no PAR1')
  const broken = await request('broken', [whole, garbage])
  await expect(rewrite(engine, broken)).rejects.toThrow(/garbage\.parquet/)
  expect(await readdir(broken.folder)).toEqual([])
  const stopped = await request('stopped', [whole])
  const signal = AbortSignal.abort(new Error('enough'))
  await expect(rewrite(engine, { ...stopped, signal })).rejects.toThrow('enough')
  expect(await readdir(stopped.folder)).toEqual([])
})
