import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rowsOf, testContext } from '../../../test/support/lake.js'
import { addDocumented } from '../../../test/support/documented-lake.js'
import type { LakeContext } from '../context.js'
import { query } from '../query.js'
import { runScript, type ScriptOptions } from './run-script.js'

const root = mkdtempSync(join(tmpdir(), 'headrig-script-'))
let context: LakeContext
beforeAll(async () => {
  context = await testContext(join(root, 'lake'), { memory: '512MiB', threads: '2' })
  await addDocumented(context)
})
afterAll(async () => {
  await context.close()
  rmSync(root, { recursive: true, force: true })
})

/** Runs a script and gives the rows of its queries. */
async function run(text: string, options: Partial<ScriptOptions> = {}): Promise<unknown[][]> {
  const rows: unknown[][] = []
  const onAnswer: ScriptOptions['onAnswer'] = async (answer) => {
    rows.push(...(await rowsOf(answer)))
    return rows.length
  }
  await runScript({ text, cwd: root, onAnswer, ...options }, context)
  return rows
}
const ask = async (sql: string): Promise<unknown[][]> => rowsOf(await query({ sql }, context))
const files = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((f) => !/(^|\/)[._]/.test(f) && statSync(join(root, folder, f)).isFile())
    .toSorted()
const content = (folder: string): string =>
  files(folder)
    .map((f) => readFileSync(join(root, folder, f)))
    .map((bytes) => (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString())
    .join('')
const leftovers = (): string[] => readdirSync(root).filter((n) => n.startsWith('.'))

const VALUES = `SELECT * FROM (VALUES
  (1, 9007199254740993, 1.5::DOUBLE, 'a|b\\c', TIMESTAMPTZ '2024-01-15 08:00:00.25Z', DATE '2024-01-15', true, 1.50::DECIMAL(9,2), [1, NULL], {'x': 'é', 'T': TIMESTAMP '2024-01-15 00:00:00'}, MAP {'k': 2}),
  (2, NULL, 'NaN'::DOUBLE, '', NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  (3, -1, -0.1, '\\N', TIMESTAMPTZ '1969-12-31 23:59:59Z', DATE '0044-03-15', false, -0.01, [], {'x': NULL, 'T': NULL}, MAP {}))
  AS v(i, l, d, s, t, day, b, de, li, st, m)`

describe('a script', () => {
  it('makes tables that later statements read, with the values as they were', async () => {
    const wanted = await ask(
      `SELECT i, l, CASE WHEN isfinite(d) THEN d END, s, t::TIMESTAMP, day, b, de, li, st.x, st.t, m['k'] FROM (${VALUES}) ORDER BY i`,
    )
    for (const stored of ['PARQUET', 'JSONFILE']) {
      const rows = await run(`
        CREATE TABLE made STORED AS ${stored} AS ${VALUES};
        SELECT i, l, CASE WHEN isfinite(d) THEN d END, s, t, day, b, de, li, st.x, st.t, m['k'] FROM made ORDER BY i;
        DROP TABLE made`)
      expect(rows, stored).toEqual(wanted)
    }
    const text = await run(`
      CREATE TABLE made ROW FORMAT DELIMITED FIELDS TERMINATED BY '|' AS SELECT i, l, s, t, day, b, de, li, m FROM (${VALUES});
      SELECT i, l, s, t, day, b, de, li, m FROM made ORDER BY i;
      DROP TABLE made`)
    expect(text).toEqual(
      await ask(
        `SELECT i, l, s, t::TIMESTAMP, day, b, de, to_json(li)::VARCHAR, to_json(m)::VARCHAR FROM (${VALUES}) ORDER BY i`,
      ),
    )
    expect(existsSync(join(root, 'lake/_tables/made'))).toBe(true)
    expect(files('lake/_tables/made')).toEqual([])
  })

  it('adds to tables and replaces them, whole or by partition', async () => {
    const rows = await run(`
      CREATE TABLE p WITH (format = 'PARQUET', partitioned_by = ARRAY['k', 'day']) AS
        SELECT i, CASE WHEN i < 9 THEN 'a/b' END AS k, DATE '2024-01-01' + (i % 2)::INT AS day FROM range(10) r(i);
      SHOW PARTITIONS p;
      INSERT INTO p SELECT 100, 'new', DATE '2024-01-01';
      INSERT INTO p (day, k, i) SELECT DATE '2024-01-01', 'new', 101;
      SELECT k, day, count(*), sum(i) FROM p GROUP BY 1, 2 ORDER BY 1, 2;
      INSERT OVERWRITE TABLE p PARTITION (k = 'new', day) SELECT 7, DATE '2024-01-03';
      SELECT day, sum(i) FROM p WHERE k = 'new' GROUP BY 1 ORDER BY 1;
      INSERT OVERWRITE TABLE p PARTITION (k = 'new', day = '2024-01-01') SELECT 8;
      SELECT day, sum(i) FROM p WHERE k = 'new' GROUP BY 1 ORDER BY 1;
      INSERT OVERWRITE p SELECT 1, 'x', NULL;
      SELECT * FROM p;`)
    expect(rows).toEqual([
      ['k=a%2Fb/day=2024-01-01'],
      ['k=a%2Fb/day=2024-01-02'],
      ['k=__HIVE_DEFAULT_PARTITION__/day=2024-01-02'],
      ['a/b', '2024-01-01', 5, 20],
      ['a/b', '2024-01-02', 4, 16],
      ['new', '2024-01-01', 2, 201],
      [null, '2024-01-02', 1, 9],
      ['2024-01-01', 201],
      ['2024-01-03', 7],
      ['2024-01-01', 8],
      ['2024-01-03', 7],
      [1, 'x', null],
    ])
    await run('CREATE TABLE IF NOT EXISTS p AS SELECT 1 AS i; DROP TABLE p')
  })

  it('fills a table that was declared, with its types', async () => {
    const rows = await run(`
      CREATE TABLE declared (n bigint, w string) PARTITIONED BY (year int) STORED AS JSONFILE;
      SELECT count(*) FROM declared;
      WITH q AS (SELECT 5 AS n) INSERT INTO TABLE declared PARTITION (year = 2024) SELECT n, 'x' FROM q;
      SELECT *, typeof(n) FROM declared;
      DROP TABLE declared`)
    expect(rows).toEqual([[0], [5, 'x', 2024, 'BIGINT']])
  })

  it('writes folders in formats, in place of what was there', async () => {
    await run(`INSERT OVERWRITE DIRECTORY 'out' SELECT s, i, NULL FROM (${VALUES}) WHERE i = 1`)
    expect(content('out')).toBe('a|b\\c\u00011\u0001\\N\n')
    await run(`INSERT OVERWRITE LOCAL DIRECTORY 'out' ROW FORMAT DELIMITED FIELDS TERMINATED BY ';' NULL DEFINED AS '-'
      SELECT i, s, t FROM (${VALUES}) ORDER BY i DESC`)
    expect(content('out')).toBe(
      '3;\\N;1969-12-31 23:59:59\n2;;-\n1;a|b\\c;2024-01-15 08:00:00.25\n',
    )
    await run(
      `INSERT OVERWRITE DIRECTORY 'out' USING csv OPTIONS (header 'true', sep ';') SELECT s, 'a;"b' AS q, NULL AS z, m FROM (${VALUES}) ORDER BY i`,
    )
    expect(content('out')).toBe(
      's;q;z;m\na|b\\c;"a;""b";;"{""k"":2}"\n"";"a;""b";;\n\\N;"a;""b";;{}\n',
    )
    await run(`INSERT OVERWRITE DIRECTORY 'out' USING json SELECT i, d FROM (${VALUES}) ORDER BY i`)
    expect(content('out')).toBe('{"i":1,"d":1.5}\n{"i":2,"d":null}\n{"i":3,"d":-0.1}\n')
    await run(
      `UNLOAD (SELECT i, day FROM (${VALUES}) WHERE i <> 2) TO 'unloaded' WITH (format = 'JSON', partitioned_by = ARRAY['day'])`,
    )
    expect(files('unloaded').map((f) => f.split('/')[0])).toEqual([
      'day=0044-03-15',
      'day=2024-01-15',
    ])
    expect(content('unloaded')).toBe('{"i":3}\n{"i":1}\n')
    expect(statSync(join(root, 'unloaded', files('unloaded')[0]!)).mode & 0o777).toBe(0o600)
    const manifest = JSON.parse(readFileSync(join(root, 'unloaded/_SUCCESS'), 'utf8')) as object
    expect(manifest).toMatchObject({ rows: 2, files: files('unloaded').map((name) => ({ name })) })
    expect(leftovers()).toEqual([])
  })

  it('refuses text that could not be told apart when it is read', async () => {
    const written = async (select: string): Promise<void> =>
      void (await run(
        `INSERT OVERWRITE DIRECTORY 'strict' ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' ${select}`,
      ))
    await expect(written(`SELECT 'a' || chr(10) AS x, 1`)).rejects.toThrow(
      'column x holds a line break',
    )
    await expect(written(`SELECT 'a,b' AS x, 1`)).rejects.toThrow(
      `column x holds the delimiter, which this text format cannot keep: add ESCAPED BY '\\\\'`,
    )
    await expect(written(`SELECT '\\N' AS x, 1`)).rejects.toThrow('the text that stands for null')
    await expect(written(`SELECT '' AS x`)).rejects.toThrow('holds an empty text')
    expect(existsSync(join(root, 'strict'))).toBe(false)
    expect(leftovers()).toEqual([])
  })

  it('replaces only what looks like results, and no place that holds more', async () => {
    mkdirSync(join(root, 'photos'))
    writeFileSync(join(root, 'photos/cat.jpg'), 'x')
    const write = (to: string, options = {}) =>
      run(`INSERT OVERWRITE DIRECTORY '${to}' SELECT 1`, options)
    await expect(write('photos')).rejects.toMatchObject({ kind: 'conflict' })
    expect(files('photos')).toEqual(['cat.jpg'])
    for (const [to, why] of [
      ['lake', 'it holds the lake'],
      ['lake/tables/x', 'it is inside of the lake'],
      ['.', 'it holds the working folder'],
      ['/', 'it is a root'],
      ['..', 'it holds the working folder'],
    ] as const) {
      await expect(write(to), to).rejects.toThrow(why)
      await expect(write(to, { force: true }), to).rejects.toMatchObject({ kind: 'forbidden' })
    }
    mkdirSync(join(root, 'work/.git'), { recursive: true })
    writeFileSync(join(root, 'work/.git/config'), 'x')
    await expect(write('work')).rejects.toThrow('holds .git/config, which is no result')
    await write('photos', { force: true })
    expect(files('photos')).toEqual([expect.stringMatching(/^part-.*\.txt$/)])
    await expect(run(`UNLOAD (SELECT 1) TO 'photos' WITH (format = 'JSON')`)).rejects.toThrow(
      'is not empty',
    )
  })

  it('tells where it stopped and what ran before', async () => {
    const text = `-- first\nCREATE TABLE one AS SELECT 1 AS a;\n\n  SELECT a,\n    \${what} FROM one;\nDROP TABLE one;`
    const variables = { hivevar: new Map([['what', 'nope + 1']]) }
    await expect(run(text, { name: 'x.sql', variables })).rejects.toThrow(
      /^x\.sql:5:5: there is no column "nope".*\(line 5, column 5\)[\s\S]*statement 1 of 3 ran before it, and what they wrote stays$/,
    )
    await expect(run(text, { name: 'x.sql' })).rejects.toThrow(
      'x.sql:5:5: variable "what" is not set',
    )
    expect(await ask('SELECT a FROM one')).toEqual([[1]])
    const wrong = (sql: string) => run(sql, { name: 'x.sql' })
    await expect(wrong(`\nINSERT INTO one\n SELECT 'x'`)).rejects.toThrow(
      /^x\.sql:2:1: could not convert string 'x' to INT32\nno statement ran before it$/,
    )
    await expect(
      wrong(`\nINSERT INTO one\n SELECT CAST('y' || a AS INT) FROM one`),
    ).rejects.toThrow(
      /^x\.sql:3:9: could not convert string 'y1' to INT32.* \(line 3, column 9\)\n *SELECT CAST/,
    )
    await run('DROP TABLE one')
    const sorted = 'SELECT 1;\nINSERT OVERWRITE TABEL x SELECT 1'
    await expect(run(sorted, { name: 'x.sql' })).rejects.toThrow(/^x\.sql:2:\d+: /)
    await expect(run('')).rejects.toThrow('script has no statement')
  })

  it('takes settings and what has no effect here, and refuses what would matter', async () => {
    expect(
      await run(
        `SET hive.exec.dynamic.partition=true; ADD JAR s3://b/x.jar; USE default; SET day='2024-01-15';
         SET hivevar:n=3; SET day; SELECT \${n}, \${hiveconf:day}`,
        { dialect: 'hive' },
      ),
    ).toEqual([
      ['hiveconf:day', "'2024-01-15'"],
      [3, '2024-01-15'],
    ])
    await expect(run(`SET TimeZone='Asia/Tokyo'`)).rejects.toThrow('times are in UTC')
    await expect(run('INSERT INTO aws_cloudtrail SELECT 1')).rejects.toThrow(
      'filled by headrig collect',
    )
    await expect(run('INSERT INTO nothing SELECT 1')).rejects.toMatchObject({ kind: 'not-found' })
    await expect(run('CREATE TABLE aws_cloudtrail AS SELECT 1 AS a')).rejects.toMatchObject({
      kind: 'conflict',
    })
    await expect(run(`COPY aws_cloudtrail TO 'x.csv'`)).rejects.toThrow('queries only read')
    await expect(run(`CREATE TABLE x STORED AS ORC AS SELECT 1 AS a`)).rejects.toThrow('PARQUET')
  })

  it('reads in the words of its dialect', async () => {
    const rows = await run(
      `CREATE EXTERNAL TABLE lines (a string) LOCATION 'dialect';
       INSERT OVERWRITE DIRECTORY 'dialect' SELECT 'it\\'s; x', get_json_object('{"a":[5]}', '$.a[0]');
       SELECT a FROM lines; DROP TABLE lines`,
      { dialect: 'hive' },
    )
    expect(rows).toEqual([["it's; x"]])
  })

  it('checks without running', async () => {
    const dry = (text: string) => run(text, { name: 's', dryRun: true })
    expect(
      await dry(`CREATE TABLE later AS SELECT event_name AS e FROM aws_cloudtrail; INSERT INTO later SELECT 'x';
        INSERT OVERWRITE DIRECTORY 'dry' SELECT e FROM later; DROP TABLE later`),
    ).toEqual([])
    expect(existsSync(join(root, 'dry'))).toBe(false)
    await expect(dry(`CREATE TABLE later AS SELECT 1 AS e;\nSELECT f FROM later`)).rejects.toThrow(
      's:2:8: there is no column "f"',
    )
    await expect(
      dry(`CREATE TABLE later AS SELECT 1 AS e; INSERT INTO later SELECT 1, 2`),
    ).rejects.toThrow('the query gives 2 columns, table later takes 1: e')
    await expect(dry('DROP TABLE gone; INSERT INTO gone SELECT 1')).rejects.toThrow(
      'no external table "gone"',
    )
    await expect(ask('FROM later')).rejects.toMatchObject({ kind: 'invalid' })
  })
})
