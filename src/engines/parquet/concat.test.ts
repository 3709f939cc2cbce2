import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDuckDb, type DuckDbEngine } from '../duckdb/open.js'
import { ParquetConcat } from './concat.js'
import { readThrift, writeThrift } from './thrift.js'

let folder: string
let engine: DuckDbEngine
let connection: DuckDBConnection
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headrig-concat-'))
  engine = await openDuckDb({
    memoryLimitBytes: 2 ** 29,
    threads: 1,
    tempFolder: join(folder, 't'),
  })
  connection = await engine.connect()
})
afterAll(async () => {
  engine.close()
  await rm(folder, { recursive: true, force: true })
})

const ROWS = `SELECT i::BIGINT AS i, CASE WHEN i % 3 = 0 THEN NULL ELSE 'word ' || i % 50 END AS word,
  repeat('x', (i % 7)::INT) || i AS long, i / 4 AS ratio, i % 2 = 0 AS even, TIMESTAMPTZ '2024-01-01 00:00:00Z' + INTERVAL (i) SECOND AS at,
  CASE WHEN i % 5 = 0 THEN NULL ELSE {id: 'u' || i, "in": {x: i::INT}} END AS who,
  CASE WHEN i % 4 = 0 THEN [] ELSE [{p: 'p' || i}, {p: NULL}] END AS seen`
const at = (name: string): string => join(folder, name)

async function part(name: string, from: number, to: number, options = ''): Promise<string> {
  const rows = `${ROWS} FROM range(${from}, ${to}) q(i)`
  await connection.run(
    `COPY (${rows}) TO '${at(name)}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 2048${options})`,
  )
  return at(name)
}

async function rowsOf(sql: string): Promise<unknown> {
  return (await connection.runAndReadAll(sql)).getRowObjectsJson()
}

test('files one after the other are the rows one after the other', async () => {
  let run = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 4 }),
      async (counts) => {
        const file = await ParquetConcat.create(at(`out-${++run}.parquet`))
        let from = 0
        for (const [i, count] of counts.entries()) {
          await file.append(await part(`${run}-${i}.parquet`, from, from + count))
          from += count
        }
        const size = await file.finish()
        expect((await readFile(file.path)).length).toBe(size)
        expect(await rowsOf(`FROM '${file.path}'`)).toEqual(
          await rowsOf(`${ROWS} FROM range(${from}) q(i)`),
        )
        // By statistics and by a dictionary's filter: a wrong offset would find nothing, or fail.
        const wanted = from - 1
        for (const where of [
          `i = ${wanted}`,
          `word = 'word ${wanted % 50}' AND i > ${wanted - 3}`,
        ]) {
          expect(await rowsOf(`SELECT * FROM '${file.path}' WHERE ${where}`)).toEqual(
            await rowsOf(`SELECT * FROM (${ROWS} FROM range(${from}) q(i)) WHERE ${where}`),
          )
        }
        const [facts] = (await rowsOf(
          `SELECT num_rows::INT AS n, num_row_groups::INT AS g FROM parquet_file_metadata('${file.path}')`,
        )) as [{ n: number; g: number }]
        expect(facts.n).toBe(from)
        expect(facts.g).toBe(counts.map((n) => Math.ceil(n / 2048)).reduce((a, b) => a + b, 0))
      },
    ),
    { numRuns: 12 },
  )
})

test('a footer is written as it was read', async () => {
  const bytes = await readFile(await part('footer.parquet', 0, 40_000))
  const length = bytes.readUInt32LE(bytes.length - 8)
  const footer = bytes.subarray(bytes.length - 8 - length, bytes.length - 8)
  expect(writeThrift(readThrift(footer)).equals(footer)).toBe(true)
  expect(() => readThrift(footer.subarray(0, footer.length - 9))).toThrow(RangeError)
})

test('what is no Parquet, or has other columns, is refused', async () => {
  const file = await ParquetConcat.create(at('refused.parquet'))
  await file.append(await part('fine.parquet', 0, 10))
  await writeFile(at('garbage'), 'PAR1 but no more')
  await expect(file.append(at('garbage'))).rejects.toThrow(/is no whole Parquet file/)
  await writeFile(at('short'), 'PAR1')
  await expect(file.append(at('short'))).rejects.toThrow(/is no whole Parquet file/)
  await connection.run(`COPY (SELECT 1 AS i) TO '${at('other.parquet')}' (FORMAT parquet)`)
  await expect(file.append(at('other.parquet'))).rejects.toThrow(/another schema/)
  await file.finish()
  expect(await rowsOf(`SELECT count(*)::INT AS n FROM '${file.path}'`)).toEqual([{ n: 10 }])
  await expect(ParquetConcat.create(file.path)).rejects.toThrow(/EEXIST/)
})
