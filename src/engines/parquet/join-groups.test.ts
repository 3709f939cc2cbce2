import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { column } from '../../../test/support/delta.js'
import { cloudtrail } from '../../formats/aws/cloudtrail.js'
import { tableColumns, type TableColumn } from '../../formats/table-schema.js'
import { ObjectReader } from '../../front/reader.js'
import { loadZstd } from '../../front/zstd.js'
import { fileStats } from '../duckdb/file-stats.js'
import { openDuckDb, type DuckDbEngine } from '../duckdb/open.js'
import { joinedStats } from './joined-stats.js'
import { joinGroups } from './join-groups.js'
import { copyableGroups, type RowGroup } from './parquet-file.js'
import { readThrift, writeThrift } from './thrift.js'

let folder: string
let engine: DuckDbEngine
let connection: DuckDBConnection
beforeAll(async () => {
  await loadZstd()
  folder = await mkdtemp(join(tmpdir(), 'headrig-join-'))
  engine = await openDuckDb({
    memoryLimitBytes: 2 ** 29,
    threads: 1,
    tempFolder: join(folder, 't'),
  })
  connection = await engine.connect()
})
afterAll(async () => {
  connection.closeSync()
  engine.close()
  await rm(folder, { recursive: true, force: true })
})

const COLUMNS = [
  column('time', 'timestamp', true),
  column('n', 'long', true),
  column('small', 'int', true),
  column('word', 'string', true),
  column('ratio', 'double', true),
  column('even', 'boolean', true),
  column('born', 'date', true),
  column('who', {
    struct: [column('id', 'string'), column('in', { struct: [column('x', 'int')] })],
  }),
  column('seen', { list: [column('p', 'string'), column('q', 'timestamp')] }),
  column('last', 'string', true),
]
/** How DuckDB makes values of each, nulls at every level. */
const VALUES: Readonly<Record<string, string>> = {
  time: `TIMESTAMPTZ '2024-01-15 00:00:00Z' + INTERVAL (i) SECOND`,
  n: 'i::BIGINT - 7',
  small: 'CASE WHEN i % 5 = 0 THEN NULL ELSE (i % 100)::INT END',
  word: `CASE WHEN i % 3 = 0 THEN NULL ELSE 'wörd ' || i % 50 END`,
  ratio: 'i / 8',
  even: 'i % 2 = 0',
  born: `DATE '1969-12-31' + (i % 90)::INT`,
  who: `CASE WHEN i % 5 = 0 THEN NULL ELSE {id: CASE WHEN i % 2 = 0 THEN NULL ELSE 'u' || i END, "in": CASE WHEN i % 3 = 0 THEN NULL ELSE {x: i::INT} END} END`,
  seen: `CASE WHEN i % 4 = 0 THEN NULL WHEN i % 4 = 1 THEN [] ELSE [{p: 'p' || i, q: NULL::TIMESTAMPTZ}, NULL] END`,
  last: `'tail ' || i`,
}
const NAMES = Object.keys(VALUES)
const at = (name: string): string => join(folder, name)
let made = 0
const fresh = (): string => at(`${++made}.parquet`)

async function rowsOf(sql: string): Promise<unknown[]> {
  return (await connection.runAndReadAll(sql)).getRowObjectsJson()
}

/** Of rows in their order, names and nulls at every level included. */
const digest = (sql: string): string =>
  `SELECT count(*)::INT AS n, md5(string_agg(to_json(t)::VARCHAR, chr(10))) AS rows FROM (${sql}) t`

async function write(select: string, options = ''): Promise<string> {
  const path = fresh()
  await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet${options})`)
  return path
}

/** What a reader sees of files, each one's rows in order, columns that none has left out. */
const union = (paths: readonly string[]): string =>
  `read_parquet([${paths.map((p) => `'${p}'`).join(', ')}], union_by_name = true, hive_partitioning = false)`

async function allGroups(paths: readonly string[], columns: readonly TableColumn[]) {
  const groups: RowGroup[] = []
  for (const path of paths) {
    const found = await copyableGroups(path, columns)
    expect(found, path).toBeDefined()
    groups.push(...found!)
  }
  return groups
}

/** Joins files and holds the result to what DuckDB reads from them one by one. */
async function check(paths: readonly string[], columns: readonly TableColumn[]): Promise<string> {
  const out = fresh()
  const groups = await allGroups(paths, columns)
  const size = await joinGroups(out, columns, groups)
  expect((await readFile(out)).length).toBe(size)
  const held = (await rowsOf(`DESCRIBE FROM ${union(paths)}`)) as { column_name: string }[]
  const order = columns.map((c) => c.name).filter((n) => held.some((h) => h.column_name === n))
  const names = order.map((n) => `"${n}"`).join(', ')
  expect(await rowsOf(digest(`SELECT * FROM '${out}'`))).toEqual(
    await rowsOf(digest(`SELECT ${names} FROM ${union(paths)}`)),
  )
  const [facts] = await rowsOf(
    `SELECT num_row_groups::INT AS g, num_rows::INT AS n FROM parquet_file_metadata('${out}')`,
  )
  expect(facts).toEqual({ g: groups.length, n: groups.reduce((sum, g) => sum + g.rows, 0) })
  const again = await allGroups([out], columns)
  const returned = await connection.runAndReadAll(
    `COPY (FROM ${union(paths)}) TO '${fresh()}' (FORMAT parquet, ROW_GROUP_SIZE 1000000, RETURN_STATS)`,
  )
  const expected = fileStats(
    columns,
    Number(facts && (facts as { n: number }).n),
    returned.getRowObjectsJson()[0]?.['column_statistics'],
  )
  const stats = joinedStats(columns, [{ groups: again, nullCount: {} }])
  expect(comparable(stats.minValues)).toMatchObject(comparable(expected.minValues))
  expect(comparable(stats.maxValues)).toMatchObject(comparable(expected.maxValues))
  expect(stats.nullCount).toMatchObject(expected.nullCount)
  return out
}

/** Times without the digits of a fraction that is none; text of files of front and DuckDB may differ in what has a range. */
function comparable(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([name]) => !['source_object', 'event_id'].includes(name))
      .map(([name, v]) => [
        name,
        typeof v === 'string' ? v.replace(/(\.\d*?)0*Z$/, '$1Z').replace('.Z', 'Z') : v,
      ]),
  )
}

const part = fc.record({
  rows: fc.integer({ min: 1, max: 5000 }),
  without: fc.subarray(NAMES.slice(1)),
  shuffled: fc.shuffledSubarray(NAMES, { minLength: NAMES.length }),
  codec: fc.constantFrom('zstd', 'snappy', 'uncompressed', 'gzip'),
  version: fc.constantFrom('V1', 'V2'),
  bloom: fc.boolean(),
})

describe('joining row groups', () => {
  test('gives the rows one after the other, whatever columns each file lacks', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 4 }), async (parts) => {
        const paths: string[] = []
        let from = 0
        for (const { rows, without, shuffled, codec, version, bloom } of parts) {
          const select = shuffled
            .filter((n) => !without.includes(n))
            .map((n) => `${VALUES[n]} AS "${n}"`)
          paths.push(
            await write(
              `SELECT ${select.join(', ')} FROM range(${from}, ${from + rows}) q(i)`,
              `, COMPRESSION ${codec}, PARQUET_VERSION ${version}, WRITE_BLOOM_FILTER ${bloom}, ROW_GROUP_SIZE 2048`,
            ),
          )
          from += rows
        }
        const out = await check(paths, COLUMNS)
        // By statistics and by a dictionary: a wrong offset or bound would find nothing, or fail.
        const wanted = from - 1
        for (const where of [
          `"time" = TIMESTAMPTZ '2024-01-15 00:00:00Z' + INTERVAL (${wanted}) SECOND`,
          `"time" > TIMESTAMPTZ '2024-01-15 00:00:00Z' + INTERVAL (${wanted - 60}) SECOND`,
        ]) {
          const [found] = await rowsOf(`SELECT count(*)::INT AS n FROM '${out}' WHERE ${where}`)
          const [expected] = await rowsOf(
            `SELECT count(*)::INT AS n FROM ${union(paths)} WHERE ${where}`,
          )
          expect(found).toEqual(expected)
        }
      }),
      { numRuns: 10 },
    )
  })

  test('declares the order of bounds, without which readers may not use them', async () => {
    const out = await check([await write(`SELECT 1::BIGINT AS n, 'x' AS word`)], COLUMNS)
    const bytes = await readFile(out)
    const footer = readThrift(bytes.subarray(-8 - bytes.readUInt32LE(bytes.length - 8), -8))
    expect(footer.get(7)).toMatchObject({ type: 'list', value: { length: 2 } })
  })

  const text = fc.string({ unit: 'grapheme', maxLength: 20 })
  const record = fc.record(
    {
      eventTime: fc
        .integer({ min: 0, max: 86_399 })
        .map((s) => new Date(Date.UTC(2024, 0, 15) + s * 1000).toISOString().replace('.000', '')),
      eventID: fc.uuid(),
      eventName: fc.constantFrom('GetObject', 'AssumeRole'),
      eventVersion: fc.constant('1.08'),
      userIdentity: fc.record(
        { type: text, arn: text, sessionContext: fc.constant({}) },
        { requiredKeys: [] },
      ),
      resources: fc.array(fc.record({ ARN: text, type: text }, { requiredKeys: [] }), {
        maxLength: 3,
      }),
      tlsDetails: fc.record({ tlsVersion: text }),
      readOnly: fc.boolean(),
      errorCode: text,
      requestParameters: fc.dictionary(fc.constantFrom('a', 'b'), text),
      vpcEndpointId: text,
      somethingNew: fc.integer(),
    },
    { requiredKeys: ['eventTime', 'eventID', 'eventName', 'eventVersion'] },
  )

  test("of files as reading threads write them, DuckDB's among them", async () => {
    const columns = tableColumns(cloudtrail).filter((c) => c.name !== 'event_day')
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(record, { minLength: 1, maxLength: 40 }), { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        async (objects, rewritten) => {
          const paths: string[] = []
          for (const records of objects) paths.push(await frontFile(records))
          if (rewritten) paths.push(await write(`FROM '${paths[0]!}'`, ', COMPRESSION zstd'))
          const out = await check(paths, columns)
          const rows = objects.flat().length + (rewritten ? objects[0]!.length : 0)
          expect(await rowsOf(`FROM '${out}'`)).toHaveLength(rows)
        },
      ),
      { numRuns: 10 },
    )
  })

  test('an error or an abort leaves no file behind, and no file is overwritten', async () => {
    const path = await write('SELECT 1::BIGINT AS n')
    const groups = await allGroups([path], COLUMNS)
    const gone = { ...groups[0]!, path: at('gone.parquet') }
    const before = await readdir(folder)
    await expect(joinGroups(fresh(), COLUMNS, [...groups, gone])).rejects.toThrow(/ENOENT/)
    await expect(
      joinGroups(fresh(), COLUMNS, groups, AbortSignal.abort(new Error('enough'))),
    ).rejects.toThrow('enough')
    expect(await readdir(folder)).toEqual(before)
    await expect(joinGroups(path, COLUMNS, groups)).rejects.toThrow(/EEXIST/)
    expect(await rowsOf(`FROM '${path}'`)).toHaveLength(1)
  })
})

async function frontFile(records: readonly object[]): Promise<string> {
  const path = at(`${++made}.json`)
  await writeFile(path, JSON.stringify({ Records: records }))
  const files: string[] = []
  const reader = new ObjectReader({
    formats: [cloudtrail],
    format: cloudtrail,
    folder,
    ingestedAt: new Date(0),
    createdBy: 'headrig test',
    limits: { arenaBytes: 64 << 20, slotBytes: 32 << 20 },
    onWritten: (file) => files.push(file.path),
    onRejects: (_task, _format, rejects) => expect(rejects).toEqual([]),
  })
  await reader.read({ index: 0, uri: 's3://logs/g', key: 'g', size: 1, path })
  reader.flush()
  expect(files).toHaveLength(1)
  return files[0]!
}

describe('what is not provably the same is left to an engine', () => {
  test.each([
    ['a time zone less', `SELECT TIMESTAMP '2024-01-15 00:00:00' AS "time"`],
    ['milliseconds', `SELECT TIMESTAMP_MS '2024-01-15 00:00:00' AS "time"`],
    ['a narrower number', 'SELECT 1::INT AS n'],
    ['an unsigned number', 'SELECT 1::UBIGINT AS n'],
    ['bytes', `SELECT 'x'::BLOB AS word`],
    ['JSON', `SELECT '{}'::JSON AS word`],
    ['a struct that lacks a field', `SELECT {id: 'x'} AS who`],
    ['a struct with one more', `SELECT {id: 'x', "in": {x: 1}, more: 1} AS who`],
    ['a list of scalars', `SELECT ['x'] AS seen`],
    ['a scalar for a struct', `SELECT 'x' AS who`],
    ['a column that the table lacks', 'SELECT 1 AS other'],
    ['another case', `SELECT 'x' AS "WORD"`],
  ])('%s', async (_name, select) => {
    expect(await copyableGroups(await write(select), COLUMNS)).toBeUndefined()
  })

  test('what is no whole Parquet file', async () => {
    const whole = await readFile(await write('SELECT 1::BIGINT AS n'))
    const cases = [
      Buffer.from('PAR1'),
      Buffer.from('PAR1 no PAR1'),
      Buffer.alloc(0),
      whole.subarray(0, -1),
      whole.subarray(4),
    ]
    for (const bytes of cases) {
      const path = fresh()
      await writeFile(path, bytes)
      expect(await copyableGroups(path, COLUMNS)).toBeUndefined()
    }
    expect(await copyableGroups(at('nowhere'), COLUMNS)).toBeUndefined()
  })

  test('a footer with any byte changed is left alone, or still fits into its file', async () => {
    const whole = await readFile(await write(`SELECT 1::BIGINT AS n, 'x' AS word`))
    const length = whole.readUInt32LE(whole.length - 8)
    await fc.assert(
      fc.asyncProperty(fc.nat(length - 1), fc.integer({ min: 1, max: 255 }), async (where, by) => {
        const bytes = Buffer.from(whole)
        const place = bytes.length - 8 - length + where
        bytes[place] = bytes[place]! ^ by
        const path = fresh()
        await writeFile(path, bytes)
        for (const group of (await copyableGroups(path, COLUMNS)) ?? []) {
          for (const { start, bytes: size } of group.chunks.values()) {
            expect(start).toBeGreaterThanOrEqual(4)
            expect(start + size).toBeLessThanOrEqual(bytes.length - 8 - length)
          }
        }
      }),
      { numRuns: 300 },
    )
  })
})

test('a footer is written as it was read', async () => {
  const columns = NAMES.map((n) => `${VALUES[n]} AS "${n}"`).join(', ')
  const bytes = await readFile(await write(`SELECT ${columns} FROM range(40000) q(i)`))
  const length = bytes.readUInt32LE(bytes.length - 8)
  const footer = bytes.subarray(bytes.length - 8 - length, bytes.length - 8)
  expect(writeThrift(readThrift(footer)).equals(footer)).toBe(true)
  expect(() => readThrift(footer.subarray(0, footer.length - 9))).toThrow(RangeError)
})
