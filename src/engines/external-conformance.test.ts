// Tables over raw files answer the same on both engines, whatever is in them and whatever they are joined with.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type BothEngines, openBoth, SPARK_MS } from '../../test/support/both-engines.js'
import { addDocumented } from '../../test/support/documented-lake.js'

const root = mkdtempSync(join(tmpdir(), 'headrig-external-engines-'))
const JSON_SERDE = "ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'"
let both: BothEngines

const run = (sql: string): Promise<unknown[][]> => both.run({ sql, cwd: root })

function put(path: string, content: string | Uint8Array): void {
  const full = join(root, path)
  mkdirSync(dirname(full), { recursive: true })
  writeFileSync(full, path.endsWith('.gz') ? gzipSync(content) : content)
}

const lines = (rows: readonly unknown[]): string =>
  rows.map((row) => `${JSON.stringify(row)}\n`).join('')

beforeAll(async () => {
  both = await openBoth(root)
  await addDocumented(both.context)
  put('users/a.json.gz', lines([{ ip: '203.0.113.7', who: 'ada', n: 1, day: '2024-01-15' }]))
  put(
    'users/sub/b.json',
    lines([
      { ip: '198.51.100.9', who: 'eve', n: 2 },
      { ip: null, n: 3 },
    ]),
  )
  await run(
    `CREATE EXTERNAL TABLE users (ip string, who string, n int, day date) ${JSON_SERDE} LOCATION 'users'`,
  )
}, SPARK_MS)
afterAll(async () => {
  await both.close()
  rmSync(root, { recursive: true, force: true })
})

describe('queries', { timeout: SPARK_MS }, () => {
  test.each([
    'SELECT * FROM users ORDER BY n',
    'SELECT count(*) FROM users',
    'SELECT count(who), sum(n), max(day) FROM users',
    "SELECT n + 1 AS m FROM users WHERE ip IS NULL OR who = 'ada' ORDER BY m",
    'SELECT a.n, b.n FROM users a JOIN users b ON a.n < b.n ORDER BY 1, 2',
    `SELECT u.who, count(*) FROM users u JOIN aws_cloudtrail c ON c.source_ip = u.ip GROUP BY 1 ORDER BY 1`,
    `WITH busy AS (SELECT source_ip, count(*) AS n FROM aws_cloudtrail GROUP BY 1),
      named AS (SELECT ip, who FROM users WHERE who IS NOT NULL)
      SELECT who, n FROM busy LEFT JOIN named ON ip = source_ip ORDER BY n, who`,
    'SELECT event_name FROM aws_cloudtrail WHERE source_ip IN (SELECT ip FROM users WHERE n = 1) ORDER BY 1',
    'SELECT who FROM (SELECT who, row_number() OVER (ORDER BY n DESC) AS r FROM users) WHERE r = 2',
    'SELECT who FROM users UNION ALL SELECT actor FROM aws_cloudtrail',
    'SELECT n FROM users WHERE false',
    `SELECT "$path" LIKE '%sub/b.json' AS f, count(*) FROM users GROUP BY 1 ORDER BY 1`,
  ])('%s', async (sql) => {
    expect(Array.isArray(await run(sql))).toBe(true)
  })

  test('parameters', async () => {
    const options = {
      sql: 'SELECT who FROM users WHERE ip = $1 AND n < $2',
      params: ['198.51.100.9', 3],
    }
    expect(await both.run(options)).toEqual([['eve']])
  })
})

describe('values', { timeout: SPARK_MS }, () => {
  const value = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.constantFrom(
      '',
      '\\N',
      '\\t',
      '\t',
      '\n',
      '\r\n',
      '\u0000',
      '\u0001',
      '\u2028',
      '"',
      "'",
      '${env:HOME}',
      '🙂',
      '\\',
    ),
    fc.constant(null),
  )
  const cell = fc.oneof(
    value,
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.array(value, { maxLength: 3 }),
  )

  test('of any JSON', async () => {
    const [rows] = fc.sample(
      fc.array(
        fc.record(
          {
            s: cell,
            i: cell,
            b: cell,
            d: cell,
            f: cell,
            o: cell,
            l: fc.oneof(cell, fc.array(cell, { maxLength: 3 })),
            m: fc.oneof(cell, fc.dictionary(fc.string({ maxLength: 5 }), cell, { maxKeys: 3 })),
            r: fc.oneof(
              cell,
              fc.record({ x: cell, y: fc.array(cell, { maxLength: 2 }) }, { requiredKeys: [] }),
            ),
            t: fc.oneof(cell, fc.date({ min: new Date(0), noInvalidDate: true })),
            day: fc.oneof(cell, fc.constantFrom('2024-02-29', '2023-02-29', '1969-12-31')),
            dec: fc.oneof(cell, fc.constantFrom('1.005', '12345678.9', '1e3', '-0.001')),
            bin: cell,
          },
          { requiredKeys: [] },
        ),
        { minLength: 400, maxLength: 400 },
      ),
      { numRuns: 1, seed: 7 },
    )
    put('any/a.json.gz', lines(rows ?? []))
    await run(`CREATE EXTERNAL TABLE anything (s string, i int, b bigint, d double, f float, o boolean, l array<string>,
      m map<string,string>, r struct<x:int, y:array<double>>, t timestamp, day date, dec decimal(10,2), bin binary)
      ${JSON_SERDE} WITH SERDEPROPERTIES ('use.null.for.invalid.data'='true') LOCATION 'any'`)
    const found = await run('SELECT * FROM anything')
    expect(found).toHaveLength(400)
    const full = found.filter((row) => row.every((v) => v !== null)).length
    expect(found.flat().filter((v) => v !== null).length).toBeGreaterThan(1000 + full)
  })

  test('of any line', async () => {
    const rows = fc.sample(fc.array(value, { maxLength: 5 }), { numRuns: 300, seed: 3 })
    const text = rows
      .map((row) => row.map((v) => String(v ?? '\\N').replaceAll(/[\n\0]/g, ' ')).join('|'))
      .join('\n')
    put('delimited/a.log', text)
    put(
      'csv/a.csv.gz',
      rows.map((row) => row.map((v) => JSON.stringify(v ?? '')).join(',')).join('\n'),
    )
    put('regex/a.log', text)
    await run(`CREATE EXTERNAL TABLE delimited (a string, b int, c array<string>, d map<string,double>)
      ROW FORMAT DELIMITED FIELDS TERMINATED BY '|' ESCAPED BY '\\\\' COLLECTION ITEMS TERMINATED BY ';' MAP KEYS TERMINATED BY ':' LOCATION 'delimited'`)
    await run(
      `CREATE EXTERNAL TABLE csv (a string, b string, c int) ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde' LOCATION 'csv'`,
    )
    await run(String.raw`CREATE EXTERNAL TABLE patterns (a string, b string) ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.RegexSerDe'
      WITH SERDEPROPERTIES ('input.regex'='([^|]*)\\|(.*)') LOCATION 'regex'`)
    for (const name of ['delimited', 'csv', 'patterns']) {
      expect((await run(`SELECT * FROM ${name}`)).length, name).toBeGreaterThan(100)
    }
  })

  test('of Parquet, in types of their own', async () => {
    const connection = await (await both.context.engine()).connect()
    mkdirSync(join(root, 'parquet'))
    const select = `SELECT 1.5::FLOAT AS f, 'nan'::DOUBLE AS d, '\\x00\\xFFa'::BLOB AS b, TIMESTAMP '2024-01-15 08:00:00.123456' AS t,
      TIMESTAMPTZ '2024-01-15 08:00:00+02' AS z, DATE '0044-03-15' AS day, 12345678901234567890.12::DECIMAL(38,2) AS n,
      MAP {'a': 1, 'b': NULL} AS m, [{'x': [1, NULL]}] AS l, '' AS e`
    await connection.run(
      `COPY (${select}) TO '${join(root, 'parquet/a.parquet')}' (FORMAT parquet)`,
    )
    await connection.run(
      `COPY (SELECT 'infinity'::DOUBLE AS d, -1::TINYINT AS f) TO '${join(root, 'parquet/b.parquet')}' (FORMAT parquet)`,
    )
    connection.closeSync()
    await run(`CREATE EXTERNAL TABLE typed (f float, d double, b binary, t timestamp, z timestamp, day date, n decimal(38,2),
      m map<string,int>, l array<struct<x:array<tinyint>>>, e string, gone string) STORED AS PARQUET LOCATION 'parquet'`)
    expect(await run('SELECT * FROM typed')).toHaveLength(2)
    await run(
      `CREATE EXTERNAL TABLE inner_bytes (l array<binary>, e string) STORED AS PARQUET LOCATION 'parquet'`,
    )
    expect(await run('SELECT e FROM inner_bytes ORDER BY 1')).toEqual([[''], [null]])
  })
})
