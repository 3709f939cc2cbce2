import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addRows, rowsOf, testContext } from '../../../test/support/lake.js'
import { COMMON_COLUMNS } from '../../formats/format.js'
import type { LakeContext } from '../context.js'
import { query } from '../query.js'
import { queryToParquet } from './parquet.js'
import { render } from './render.js'
import { writeText } from './write-out.js'

const root = mkdtempSync(join(tmpdir(), 'headrig-output-'))
let context: LakeContext
beforeAll(async () => {
  context = await testContext(join(root, 'lake'), { memory: '512MiB', threads: '2' })
  await addRows(context, {
    table: 'few',
    columns: (['time', 'event_day'] as const).map((name) => ({
      ...COMMON_COLUMNS[name],
      name,
      hot: false,
    })),
    day: '2024-01-15',
    select: `SELECT TIMESTAMPTZ '2024-01-15 10:00:00.25Z' AS time`,
  })
})
afterAll(async () => {
  await context.close()
  rmSync(root, { recursive: true, force: true })
})

describe('output of a query', () => {
  it('has every kind of value as the contract says', async () => {
    const { batches, columns } = await query(
      {
        sql: `SELECT 1::TINYINT, 9007199254740993::BIGINT, 5::UBIGINT, sum(3::BIGINT), 1.50::DECIMAL(5,2),
          123456789012345678.25::DECIMAL(38,2), 1.5::DOUBLE, 'NaN'::DOUBLE, 'inf'::FLOAT, true, 'x', NULL,
          DATE '2024-01-15', DATE '0044-03-15', TIME '01:02:03.5', TIMESTAMP '2024-01-15 01:02:03',
          TIMESTAMPTZ '2024-01-15 01:02:03.000100+01', TIMESTAMP_MS '1969-12-31 23:59:59.999',
          'infinity'::TIMESTAMP, INTERVAL 90 MINUTE, 'a\\x00b'::BLOB, UUID '00000000-0000-0000-0000-000000000001',
          [1, NULL], {'a': {'b': TIMESTAMPTZ '2024-01-15 00:00:00Z'}}, MAP {'k': 2::BIGINT}, '101'::BIT,
          'x'::ENUM('x', 'y'), '{"j": 1}'::JSON, [[1], []]::INTEGER[][], [1, 2]::INTEGER[2]`,
      },
      context,
    )
    let text = ''
    for await (const piece of render('json', { columns, batches }).text) text += piece
    expect(Object.values((JSON.parse(text) as object[])[0]!)).toEqual([
      1,
      '9007199254740993',
      5,
      3,
      1.5,
      '123456789012345678.25',
      1.5,
      null,
      null,
      true,
      'x',
      null,
      '2024-01-15',
      '0044-03-15',
      '01:02:03.5',
      '2024-01-15T01:02:03Z',
      '2024-01-15T00:02:03.0001Z',
      '1969-12-31T23:59:59.999Z',
      'infinity',
      '01:30:00',
      'YQBi',
      '00000000-0000-0000-0000-000000000001',
      [1, null],
      { a: { b: '2024-01-15T00:00:00Z' } },
      { k: 2 },
      '101',
      'x',
      '{"j": 1}',
      [[1], []],
      [1, 2],
    ])
  })

  it('says the same whether the engine or this process makes the text', async () => {
    const moments = [`TIMESTAMPTZ '2024-01-15 01:02:03.0001+01'`, `'infinity'::TIMESTAMPTZ`, 'NULL']
    const sql = moments
      .map(
        (
          t,
          i,
        ) => `SELECT ${i}::TINYINT AS a, 9007199254740993 - ${i} AS a, ${t} AS t, ${t}::TIMESTAMP AS u,
          (${t}::TIMESTAMP)::TIMESTAMP_MS AS ms, ['x', 'a,"b"\n', ''][${i + 1}] AS s, [{'t': ${t}, 'n': 5::BIGINT, 'j': '{"k": 1}'::JSON}, NULL] AS l,
          {'big': -9007199254740993, 'd': 123456789012345678.25::DECIMAL(38,2), 'deep': [[${t}]]} AS st,
          NULL::STRUCT(x TIMESTAMP) AS none, 1.50::DECIMAL(5,2) AS de, ['NaN', '-inf', '0.1'][${i + 1}]::DOUBLE AS d,
          DATE '2024-01-15' - ${i} AS day, TIME '01:02:03.5' AS clock, INTERVAL ${i} MINUTE AS iv, '\\xC3\\xA9'::BLOB AS b, ${i} = 1 AS yes,
          '{"j": 1}'::JSON AS js, sum(${i}::BIGINT) OVER () AS big, 'y'::ENUM('x', 'y') AS en, NULL AS nothing`,
      )
      .join(' UNION ALL ')
    const text = async (format: 'ndjson' | 'csv', own: boolean): Promise<string> => {
      const answer = await query({ sql: `SELECT * FROM (${sql}) ORDER BY 1 DESC -- end` }, context)
      expect(answer.lines?.('json')).toBeDefined()
      const { columns, batches } = answer
      let all = ''
      for await (const piece of render(format, own ? { columns, batches } : answer).text)
        all += piece
      return all
    }
    const objects = (of: string): unknown[] =>
      of
        .trimEnd()
        .split('\n')
        .map((l) => JSON.parse(l) as unknown)
    const [made, own] = [await text('ndjson', false), await text('ndjson', true)]
    expect(objects(made)).toEqual(objects(own))
    expect(made.match(/"a":(\d)/g)).toEqual(['"a":2', '"a":1', '"a":0'])
    const alike = (csv: string): string =>
      csv
        .replaceAll(',-inf,', ',-Infinity,')
        .replaceAll(',nan,', ',NaN,')
        .replaceAll('1.50,', '1.5,')
    expect(alike(await text('csv', false))).toBe(await text('csv', true))
  })

  it('tells the place of an error in the text of the user', async () => {
    const sql = `SELECT 'x'::VARCHAR AS a, CAST('y' || range AS INTEGER) AS b FROM range(3)`
    const answer = await query({ sql }, context)
    const all = async (): Promise<void> => {
      for await (const _ of render('csv', answer).text);
    }
    await expect(all()).rejects.toThrow(/line 1, column 27\)/)
  })

  it('holds little of a large answer in memory', async () => {
    const { batches, columns } = await query(
      { sql: `SELECT range AS n, 'row ' || range AS t FROM range(2000000)` },
      context,
    )
    const before = process.memoryUsage.rss()
    let most = 0
    let bytes = 0
    for await (const piece of render('csv', { columns, batches }).text) {
      bytes += piece.length
      most = Math.max(most, process.memoryUsage.rss())
    }
    expect(bytes).toBeGreaterThan(37_000_000)
    expect(most - before).toBeLessThan(150 * 2 ** 20)
  }, 30_000)

  it('goes to a file that appears once it is complete', async () => {
    const path = join(root, 'out.csv')
    const answer = await query({ sql: 'SELECT range AS n FROM range(3)' }, context)
    await writeText(path, render('csv', answer).text)
    expect(readFileSync(path, 'utf8')).toBe('n\n0\n1\n2\n')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const failing = await query(
      {
        sql: `SELECT CASE WHEN range = 2999999 THEN error('late') ELSE range END AS n FROM range(3000000)`,
      },
      context,
    )
    await expect(writeText(path, render('csv', failing).text)).rejects.toThrow('late')
    expect(readFileSync(path, 'utf8')).toBe('n\n0\n1\n2\n')
    expect(readdirSync(root).toSorted()).toEqual(['lake', 'out.csv'])
  })

  it('goes to Parquet with its types', async () => {
    const path = join(root, 'out.parquet')
    const options = { sql: 'SELECT *, $1 AS p FROM few -- all', params: ['x'] }
    expect(await queryToParquet(options, path, context)).toBe(1)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const engine = await context.engine()
    const connection = await engine.connect()
    const read = await connection.runAndReadAll(`SELECT time, event_day, p FROM '${path}'`)
    expect(read.columnTypes().map(String)).toEqual(['TIMESTAMP WITH TIME ZONE', 'DATE', 'VARCHAR'])
    expect(read.getRowsJson()).toEqual([['2024-01-15 10:00:00.25+00', '2024-01-15', 'x']])
    connection.closeSync()
    expect(await queryToParquet({ sql: 'DESCRIBE few' }, path, context)).toBe(2)
    await expect(queryToParquet({ sql: 'SELECT x FROM few' }, path, context)).rejects.toMatchObject(
      {
        kind: 'invalid',
      },
    )
    await expect(
      queryToParquet({ sql: 'SELECT 1' }, join(root, 'no/where.parquet'), context),
    ).rejects.toMatchObject({ kind: 'invalid' })
    expect(await rowsOf(await query({ sql: 'SELECT 1' }, context))).toEqual([[1]])
  })
})
