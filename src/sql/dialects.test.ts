import { describe, expect, it } from 'vitest'
import { rewriteCalls } from './calls.js'
import { translate } from './dialects.js'
import { jodaFormat } from './time-formats.js'

describe('translate', () => {
  it('leaves DuckDB SQL as it is', async () => {
    expect(await translate('FROM t -- x', 'duckdb')).toBe('FROM t -- x')
  })

  it.each([
    [`SELECT 1;`, 'SELECT 1'],
    ['SELECT `a b`, "end" FROM `t`', 'SELECT "a b", "end" FROM "t"'],
    [
      `SELECT x FROM t WHERE x LIKE 'a\\_b' ESCAPE '\\'`,
      `SELECT x FROM t WHERE x LIKE 'a\\_b' ESCAPE '\\'`,
    ],
    [
      `SELECT from_iso8601_timestamp(eventtime) AS t FROM c`,
      `SELECT CAST(eventtime AS TIMESTAMPTZ) AS t FROM c`,
    ],
    [
      `SELECT date_format(x, '%Y-%m-%d %H:%i') AS d FROM c`,
      `SELECT STRFTIME(x, '%Y-%m-%d %H:%M') AS d FROM c`,
    ],
    [`SELECT concat(a, '-', b) AS x FROM c`, `SELECT ((a) || ('-') || (b)) AS x FROM c`],
    [
      `SELECT any_match(a, x -> x = concat('b', 'c')) AS x FROM c`,
      `SELECT (len(list_filter(a, x -> x = (('b') || ('c')))) > 0) AS x FROM c`,
    ],
    [
      `SELECT json_extract_scalar(a, '$.b') AS x, to_iso8601(t) AS y FROM c`,
      `SELECT json_extract_scalar(a, '$.b') AS x, to_iso8601(t) AS y FROM c`,
    ],
    [
      `SELECT arn FROM c CROSS JOIN UNNEST(resources) AS r(arn, accountid, type)`,
      `SELECT arn FROM c CROSS JOIN (SELECT UNNEST(resources, max_depth := 2)) AS r(arn, accountid, type)`,
    ],
    [
      `SELECT r.arn FROM c CROSS JOIN UNNEST(resources) AS t(r)`,
      `SELECT r.arn FROM c CROSS JOIN UNNEST(resources) AS t(r)`,
    ],
    [`SELECT x FROM default.cloudtrail_logs`, `SELECT x FROM "default".cloudtrail_logs`],
    [`EXPLAIN SELECT 1`, 'EXPLAIN SELECT 1'],
    [`SELECT 1; SELECT 2`, 'SELECT 1;\nSELECT 2'],
    [`SELECT 'concat(a, b)' AS concat FROM c`, `SELECT 'concat(a, b)' AS concat FROM c`],
  ])('athena: %s', async (sql, expected) => {
    expect(await translate(sql, 'athena')).toBe(expected)
  })

  it('counts list elements from 0 in Spark and Hive', async () => {
    for (const dialect of ['spark', 'hive'] as const) {
      expect(await translate(`SELECT a[0], m['k'], a[1][2] FROM t`, dialect)).toBe(
        `SELECT a[1], m['k'], a[2][3] FROM t`,
      )
    }
  })

  it('quotes the database that has a reserved name', async () => {
    expect(await translate('SELECT x FROM default.t', 'hive')).toBe('SELECT x FROM "default".t')
  })

  it('says where it cannot read on', async () => {
    await expect(translate('SELECT é\nFROM t WHERE concat(a) = )', 'athena')).rejects.toMatchObject(
      {
        kind: 'invalid',
        message: expect.stringMatching(
          /no query in the athena dialect: .*\(line 2, column 26\)\n {2}FROM t WHERE concat\(a\) = \)\n {27}\^/,
        ),
      },
    )
  })
})

describe('rewriteCalls', () => {
  it('goes into arguments, and leaves names, strings and open calls alone', () => {
    const rules = { f: (args: readonly string[]) => `<${args.join('|')}>` }
    expect(rewriteCalls(`f(f(1, (2)), 'f(x)', g(f())) + f, "f"(1) f (3) -- f(1)`, rules)).toBe(
      `<<1|(2)>|'f(x)'|g(<>)> + f, "f"(1) <3> -- f(1)`,
    )
    expect(rewriteCalls('f(1', rules)).toBe('f(1')
  })
})

describe('jodaFormat', () => {
  it.each([
    [`'yyyy-MM-dd''T''HH:mm:ss.SSS'`, `'%Y-%m-%dT%H:%M:%S.%g'`],
    [`'h:mm a, EEEE 100%'`, `'%-I:%M %p, %A 100%%'`],
    [`column`, `column`],
  ])('%s', (joda, expected) => {
    expect(jodaFormat(joda)).toBe(expected)
  })
})
