import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { sharedSpark } from '../../../../test/support/spark.js'
import type { Parameter } from './parameters.js'
import type { SparkResult } from './result.js'
import { SparkConnectSession, type SparkProgress } from './session.js'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const server = await sharedSpark()
const LONG = 'SELECT count(*) FROM range(100000000000) WHERE rand() < 2'
const INJECTIONS = [
  "o'x",
  "'; DROP TABLE t; --",
  '\\',
  "\\'",
  '${env:HOME}',
  '/* */ "`?:n',
  'line\nbreak\0nul',
  '🙂é',
  '',
]
const BOUND: readonly (readonly [Parameter, string, unknown])[] = [
  [null, 'void', null],
  [true, 'boolean', true],
  [41, 'int', 41],
  [-(2 ** 31), 'int', -(2 ** 31)],
  [2 ** 31, 'bigint', 2 ** 31],
  [-0.5, 'double', -0.5],
  [9007199254740993n, 'bigint', '9007199254740993'],
  [-(2n ** 63n), 'bigint', '-9223372036854775808'],
  [2n ** 70n, 'decimal(22,0)', '1180591620717411303424'],
  [{ long: 1 }, 'bigint', 1],
  [{ double: 2 }, 'double', 2],
  [{ decimal: '-0.05' }, 'decimal(3,2)', -0.05],
  [Buffer.from([0, 255]), 'binary', 'AP8='],
  [new Date('2024-01-15T00:05:00.123Z'), 'timestamp', '2024-01-15T00:05:00.123Z'],
  [{ timestamp: '1969-12-31T23:59:59.999999+02:00' }, 'timestamp', '1969-12-31T21:59:59.999999Z'],
  [{ timestampNtz: '2024-01-15 00:05:00.000001' }, 'timestamp_ntz', '2024-01-15T00:05:00.000001Z'],
  [{ date: '2024-02-29' }, 'date', '2024-02-29'],
]

let spark: SparkConnectSession

beforeAll(async () => {
  if (server) spark = await SparkConnectSession.connect(server)
})
afterAll(() => spark?.close())

async function all(result: SparkResult): Promise<unknown[][]> {
  const rows: unknown[][] = []
  for await (const batch of result.rows()) rows.push(...batch)
  return rows
}

const ask = async (sql: string, params?: readonly Parameter[]): Promise<unknown[][]> =>
  all(await spark.query(sql, params ? { params } : {}))

describe.skipIf(!server)('a session', () => {
  test('knows the server', () => {
    expect(spark.sparkVersion).toMatch(/^4\.\d+\.\d+/)
    expect(spark.sessionId).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('tells the columns before the rows', async () => {
    const result = await spark.query("SELECT 1 AS a, array('x', NULL) AS `b c`")
    expect(result.columns).toEqual([
      { name: 'a', type: 'int', nullable: false },
      { name: 'b c', type: 'array<string>', nullable: false },
    ])
    expect(await all(result)).toEqual([[1, ['x', null]]])
    const none = await spark.query('SELECT id FROM range(3) WHERE id > 7')
    expect(none.columns).toMatchObject([{ name: 'id', type: 'bigint' }])
    expect(await all(none)).toEqual([])
  })

  test('runs a command once, before its result is read', async () => {
    await spark.sql('CREATE TABLE numbers (n INT) USING parquet')
    await spark.sql('INSERT INTO numbers VALUES (1), (2)')
    expect(await ask('SELECT n FROM numbers ORDER BY n')).toEqual([[1], [2]])
    const shown = await spark.sql("SHOW TABLES LIKE 'numbers'")
    expect(shown.columns.map((c) => c.name)).toEqual(['namespace', 'tableName', 'isTemporary'])
    expect(await all(shown)).toEqual([['default', 'numbers', false]])
    await spark.sql('DROP TABLE numbers')
  })

  test.each(INJECTIONS)('gets %j back from a parameter', async (text) => {
    expect(await ask('SELECT ?, ? = ?', [text, text, text])).toEqual([[text, true]])
    const named = await spark.sql("SELECT :a || '?:a' AS x", { params: { a: text } })
    expect(await all(named)).toEqual([[`${text}?:a`]])
  })

  test('binds every type', async () => {
    const result = await spark.query(`SELECT ${BOUND.map(() => '?').join(', ')}`, {
      params: BOUND.map(([value]) => value),
    })
    expect(result.columns.map((c) => c.type)).toEqual(BOUND.map(([, type]) => type))
    expect(await all(result)).toEqual([BOUND.map(([, , read]) => read)])
  })

  test('ends a query within a second of being told so', async () => {
    const stop = new AbortController()
    const progress: SparkProgress[] = []
    const result = await spark.query(LONG, {
      signal: stop.signal,
      onProgress: (p) => progress.push(p),
    })
    const reading = all(result)
    await setTimeout(3000)
    const reason = new Error('enough')
    const from = performance.now()
    stop.abort(reason)
    await expect(reading).rejects.toBe(reason)
    expect(performance.now() - from).toBeLessThan(1000)
    expect(progress.at(-1)?.tasks).toBeGreaterThan(0)
    expect(await spark.interrupt()).toEqual([])
    await expect(spark.query('SELECT 1', { signal: stop.signal })).rejects.toBe(reason)
  })

  test('ends a query by its tag, and one whose reader leaves', async () => {
    const reading = all(await spark.query(LONG, { tags: ['slow'] })).catch((e: unknown) => e)
    await setTimeout(300)
    expect(await spark.interrupt({ tag: 'other' })).toEqual([])
    expect(await spark.interrupt({ tag: 'slow' })).toHaveLength(1)
    expect(await reading).toMatchObject({
      kind: 'unavailable',
      details: { type: 'OPERATION_CANCELED' },
    })
    const left = await spark.query('SELECT id, rand() FROM range(0, 100000000, 1, 500)')
    for await (const batch of left.batches) {
      expect(batch.numRows).toBeGreaterThan(0)
      break
    }
    expect(await spark.interrupt({ operationId: left.operationId })).toEqual([])
  })

  test.each([
    ['SELECT *\nFROM nope', 'TABLE_OR_VIEW_NOT_FOUND', { line: 2, column: 6 }],
    [
      "SELECT 'é🙂', nope FROM range(1)",
      'UNRESOLVED_COLUMN.WITH_SUGGESTION',
      { line: 1, column: 14 },
    ],
    ['SELECT 1 +\n  )', 'PARSE_SYNTAX_ERROR', { line: 2, column: 3 }],
    ['SELECT\n  id / 0 FROM range(1)', 'DIVIDE_BY_ZERO', { line: 2, column: 3 }],
    ["SELECT cast('x' AS INT)", 'CAST_INVALID_INPUT', { line: 1, column: 8 }],
  ])('tells class and place of %j', async (sql, type, position) => {
    await expect(ask(sql)).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringMatching(
        new RegExp(`^[^A-Z[][^]*\\(line ${position.line}, column ${position.column}\\)\n[^]*\\^$`),
      ),
      details: { type, sql, position, sqlState: expect.stringMatching(/^\w{5}$/) },
    })
  })

  test('tells the place in a statement with parameters', async () => {
    const sql = 'SELECT ?, nope FROM range(1)'
    await expect(ask(sql, ['a longer text'])).rejects.toMatchObject({
      details: {
        type: expect.stringContaining('UNRESOLVED_COLUMN'),
        position: { line: 1, column: 11 },
      },
    })
  })

  test('tells what else is wrong', async () => {
    await expect(ask("SELECT raise_error('boom')")).rejects.toMatchObject({
      message: 'boom',
      details: { type: 'USER_RAISED_EXCEPTION' },
    })
    await expect(ask('SELECT * FROM parquet.`/no/such/file`')).rejects.toMatchObject({
      message: 'path does not exist: file:/no/such/file',
    })
    await expect(ask('SELECT ?, ?', [1])).rejects.toMatchObject({ kind: 'invalid' })
  })

  test('is not shared', async () => {
    const other = await SparkConnectSession.connect(server!)
    try {
      await spark.sql('CREATE OR REPLACE TEMP VIEW mine AS SELECT 1 AS n')
      await spark.setConfig({ 'spark.sql.shuffle.partitions': '3' })
      expect(await spark.getConfig('spark.sql.shuffle.partitions')).toBe('3')
      expect(await other.getConfig('spark.sql.shuffle.partitions')).toBe('2')
      await expect(other.query('SELECT * FROM mine')).rejects.toMatchObject({ kind: 'invalid' })
      await spark.unsetConfig('spark.sql.shuffle.partitions')
      expect(await spark.getConfig('spark.sql.shuffle.partitions')).not.toBe('3')
      expect(await spark.getConfig('no.such.setting')).toBeUndefined()
    } finally {
      await other.close()
    }
    await expect(other.query('SELECT 1')).rejects.toMatchObject({ kind: expect.any(String) })
  })

  test('explains, and tells a schema, without running', async () => {
    const sql = 'SELECT count(*) AS n FROM range(100000000000000) WHERE id % ? = 0'
    expect(await spark.schema(sql, [7])).toEqual([{ name: 'n', type: 'bigint', nullable: false }])
    expect(await spark.explain(sql, 'simple', [7])).toContain('== Physical Plan ==')
    expect(await spark.explain(sql, 'extended', [7])).toContain('== Optimized Logical Plan ==')
    await expect(spark.explain('SELECT nope')).rejects.toMatchObject({
      details: { position: { line: 1, column: 8 } },
    })
  })
})
