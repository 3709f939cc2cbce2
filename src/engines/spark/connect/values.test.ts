import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { sharedSpark } from '../../../../test/support/spark.js'
import type { Parameter } from './parameters.js'
import { SparkConnectSession } from './session.js'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const server = await sharedSpark()
let spark: SparkConnectSession

beforeAll(async () => {
  if (server) spark = await SparkConnectSession.connect(server)
})
afterAll(() => spark?.close())

async function row(sql: string, params?: readonly Parameter[]): Promise<unknown[]> {
  const rows: unknown[][] = []
  const result = await spark.query(sql, params ? { params } : {})
  for await (const batch of result.rows()) rows.push(...batch)
  expect(rows).toHaveLength(1)
  return rows[0] ?? []
}

const iso = (micros: bigint): string => {
  const millis = micros / 1000n - (micros % 1000n < 0n ? 1n : 0n)
  const [whole = ''] = new Date(Number(millis)).toISOString().split('.')
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n
  const text = String(fraction).padStart(6, '0').replace(/0+$/, '')
  return `${whole}${text === '' ? '' : `.${text}`}Z`
}
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
const YEAR_1000 = -30_610_224_000_000_000n
const YEAR_9999 = 253_402_300_799_999_999n

describe.skipIf(!server)('values', () => {
  test.each<[string, unknown]>([
    ['NULL', null],
    ['1Y', 1],
    ['-32768S', -32768],
    ['9007199254740991L', 9007199254740991],
    ['-9007199254740993L', '-9007199254740993'],
    ['cast(0.1 AS FLOAT)', Math.fround(0.1)],
    ["double('NaN')", Number.NaN],
    ["double('-Infinity')", Number.NEGATIVE_INFINITY],
    ['1.50BD', 1.5],
    ['-12345678901234567890.12BD', '-12345678901234567890.12'],
    ['cast(0.00 AS DECIMAL(38,2))', 0],
    ["X'00FF'", 'AP8='],
    ["DATE'0001-01-01'", '0001-01-01'],
    ["DATE'1582-10-10'", '1582-10-10'],
    ["TIMESTAMP'2024-06-30 23:59:59.999999+02:00'", '2024-06-30T21:59:59.999999Z'],
    ["TIMESTAMP_NTZ'1969-12-31 23:59:59.5'", '1969-12-31T23:59:59.5Z'],
    ['array()', []],
    ['array(array(1), NULL, array(NULL))', [[1], null, [null]]],
    ["named_struct('a', 1, 'b c', named_struct('d', NULL))", { a: 1, 'b c': { d: null } }],
    ["map('k', array(1.5), 'l', NULL)", { k: [1.5], l: null }],
    ['map(1, true)', { '1': true }],
    ["INTERVAL '-1-2' YEAR TO MONTH", '-1 years -2 months'],
    ["INTERVAL '3 04:05:06.000007' DAY TO SECOND", '3 days 04:05:06.000007'],
    ["INTERVAL '-1' SECOND", '-00:00:01'],
    ['make_interval(1, 2, 0, 3, -4, 5, 6.5)', '1 year 2 months 3 days -03:54:53.5'],
    ['array(parse_json(\'{"a":[1,{}]}\'))', ['{"a":[1,{}]}']],
    ["char_length(repeat('é', 100000))", 100_000],
  ])('%s', async (sql, expected) => {
    const some = (text: string): string => `CASE WHEN id % 2 = 0 THEN ${text} END`
    const alone = `collect_list(struct(${some(sql)} AS v))`
    const held = `collect_list(struct(${some(`array(${sql})`)} AS v))`
    const [one, list, nested] = await row(
      `SELECT first(a), ${alone}, ${held} FROM (SELECT id, ${sql} AS a FROM range(3))`,
    )
    expect(one).toEqual(expected)
    expect(list).toEqual([{ v: expected }, { v: null }, { v: expected }])
    expect(nested).toEqual([{ v: [expected] }, { v: null }, { v: [expected] }])
  })

  test('are exact, whatever they are', async () => {
    const time = fc.bigInt({ min: YEAR_1000, max: YEAR_9999 })
    const decimal = fc.tuple(
      fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
      fc.stringMatching(/^\d{0,8}$/),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          text: fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 5 }),
          long: int64,
          double: fc.double(),
          time,
          decimal: decimal.map(([n, rest]) => (rest === '' ? `${n}` : `${n}.${rest}`)),
          bytes: fc.uint8Array({ maxLength: 40 }),
          flag: fc.option(fc.boolean()),
        }),
        async ({ text, long, double, time: micros, decimal: digits, bytes, flag }) => {
          const at = iso(micros)
          const values = await row(
            `SELECT array(${text.map(() => '?').join(', ')}), ?, ?, ?, ?, ?, ?`,
            [...text, long, double, { timestamp: at }, { decimal: digits }, bytes, flag],
          )
          const wide = (n: bigint): unknown =>
            Number.isSafeInteger(Number(n)) ? Number(n) : `${n}`
          expect(values[0]).toEqual(text.map((t) => Buffer.from(t).toString()))
          expect(values[1]).toBe(wide(long))
          expect(Object.is(values[2], double)).toBe(true)
          expect(values[3]).toBe(at)
          expect(Number(values[4])).toBe(Number(digits))
          expect(String(values[4]).length > 15 ? values[4] : digits).toBe(
            digits.replace(/^-(?=0(\.0*)?$)/, ''),
          )
          expect(values[5]).toBe(Buffer.from(bytes).toString('base64'))
          expect(values[6]).toBe(flag)
        },
      ),
      { numRuns: 40 },
    )
  })

  test('a variant is the JSON that Spark makes of it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.jsonValue({ maxDepth: 4 }), { minLength: 4, maxLength: 8 }),
        async (list) => {
          const params = list.map((value) => JSON.stringify(value))
          const marks = params.map(() => 'parse_json(?)').join(', ')
          const both = await row(
            `SELECT transform(a, v -> to_json(v)), a FROM (SELECT array(${marks}) AS a)`,
            params,
          )
          const [theirs, ours] = both.map((texts) => (texts as string[]).map((t) => JSON.parse(t)))
          expect(ours).toEqual(theirs)
        },
      ),
      { numRuns: 30 },
    )
  })

  test('a variant of every SQL type too', async () => {
    const both = await row(`SELECT transform(a, v -> to_json(v)), a FROM (SELECT array(
      cast(1Y AS VARIANT), cast(-300S AS VARIANT), cast(70000 AS VARIANT), cast(-9007199254740993L AS VARIANT),
      cast(1.50BD AS VARIANT), cast(-12345678901.20BD AS VARIANT), cast(-12345678901234567890.12BD AS VARIANT),
      cast(0.5D AS VARIANT), cast(cast(0.1 AS FLOAT) AS VARIANT), cast(1e20D AS VARIANT), cast(true AS VARIANT),
      cast(DATE'1969-12-31' AS VARIANT), cast(TIMESTAMP'2024-01-15 00:05:00.000001Z' AS VARIANT),
      cast(TIMESTAMP_NTZ'1969-12-31 23:59:59.5' AS VARIANT), cast(X'00FF' AS VARIANT),
      cast(repeat('x', 100) AS VARIANT), to_variant_object(named_struct('b', 1, 'a', array(1)))) AS a)`)
    const [theirs, ours] = both.map((texts) => (texts as string[]).map((t) => JSON.parse(t)))
    expect(ours).toEqual(theirs)
    expect((both[1] as string[]).slice(0, 8)).toEqual((both[0] as string[]).slice(0, 8))
  })
})
