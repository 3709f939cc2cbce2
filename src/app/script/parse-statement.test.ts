import { describe, expect, it } from 'vitest'
import { parseStatement } from './parse-statement.js'
import type { Statement } from './statement.js'

const none = new Map<string, string>()
const read = (text: string, backslash = true): Statement =>
  parseStatement(text, {
    cwd: '/work',
    backslash,
    variables: { hivevar: none, hiveconf: none, env: none },
  })
const trimmed = (statement: Statement): object =>
  'query' in statement ? { ...statement, query: statement.query?.trim() } : statement

describe('statements of a script', () => {
  it.each([
    [
      `INSERT OVERWRITE DIRECTORY 's3a://b/out/' SELECT ')', 1`,
      { location: 's3://b/out', output: { format: 'delimited', field: '\u0001', escape: null } },
    ],
    [
      `insert overwrite local directory 'out' row format delimited fields terminated by '\\t' stored as textfile with q as (select 1) select * from q`,
      {
        location: '/work/out',
        output: { field: '\t' },
        query: 'with q as (select 1) select * from q',
      },
    ],
    [
      `INSERT OVERWRITE DIRECTORY 'o' ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde' WITH SERDEPROPERTIES ('separatorChar' = ';') SELECT 1`,
      { output: { format: 'csv', separator: ';', header: false, compression: 'none' } },
    ],
    [
      `INSERT OVERWRITE DIRECTORY 'o' USING parquet OPTIONS (compression 'SNAPPY') SELECT 1`,
      { output: { format: 'parquet', compression: 'snappy' } },
    ],
    [
      `UNLOAD (SELECT a, ')' FROM (SELECT 1)) TO 's3://b/u/' WITH (format = 'TEXTFILE', field_delimiter = ',', partitioned_by = ARRAY['a', 'B'])`,
      {
        location: 's3://b/u',
        overwrite: false,
        partitionNames: ['a', 'b'],
        query: `SELECT a, ')' FROM (SELECT 1)`,
        output: { format: 'delimited', field: ',', compression: 'gzip' },
      },
    ],
    [
      `CREATE TABLE IF NOT EXISTS db.T COMMENT 'x' PARTITIONED BY (day) STORED AS JSONFILE LOCATION 's3://b/t' TBLPROPERTIES ('compression' = 'gzip') AS SELECT 1`,
      {
        kind: 'create',
        ifNotExists: true,
        query: 'SELECT 1',
        table: {
          name: 't',
          location: 's3://b/t',
          partitionNames: ['day'],
          written: true,
          serde: 'org.apache.hive.hcatalog.data.JsonSerDe',
        },
      },
    ],
    [
      `CREATE TABLE t WITH (format = 'PARQUET', external_location = 's3://b/t/', partitioned_by = ARRAY['d'], write_compression = 'ZSTD') AS SELECT 1 WITH NO DATA`,
      {
        withData: false,
        query: 'SELECT 1',
        table: { partitionNames: ['d'], properties: { compression: 'ZSTD' } },
      },
    ],
    [
      `CREATE TABLE t (a int) PARTITIONED BY (d date) ROW FORMAT DELIMITED FIELDS TERMINATED BY ','`,
      {
        table: {
          partitionNames: ['d'],
          serdeProperties: { 'escape.delim': '\\', 'field.delim': ',' },
        },
      },
    ],
    [
      `INSERT OVERWRITE TABLE x.t PARTITION (d = '1', h) IF NOT EXISTS SELECT 1`,
      { table: 't', overwrite: true, partition: [{ name: 'd', value: '1' }, { name: 'h' }] },
    ],
    [`INSERT INTO t (a, b) VALUES (1, 2)`, { columns: ['a', 'b'], query: 'VALUES (1, 2)' }],
    [`INSERT INTO t (SELECT 1)`, { query: '(SELECT 1)' }],
    [
      `WITH q AS (SELECT 'insert' AS i), r AS (SELECT 1) INSERT INTO t SELECT * FROM q`,
      { kind: 'insert', query: expect.stringMatching(/^WITH q AS .* {15,}SELECT \* FROM q$/) },
    ],
    [`WITH q AS (SELECT 1) SELECT * FROM q`, { kind: 'query' }],
    [`CREATE EXTERNAL TABLE x (a int) LOCATION 'x'`, { kind: 'query' }],
  ])('%s', (text, expected) => {
    expect(trimmed(read(text))).toMatchObject(expected)
  })

  it('keeps queries where they stand, so that places in them stay right', () => {
    const text = `\n  INSERT OVERWRITE DIRECTORY 'o'\n  USING json SELECT\n nope`
    const statement = read(text)
    expect('query' in statement && statement.query).toBe(
      text.replace(/[\s\S]*(?=SELECT)/, (head) => head.replaceAll(/[^\n]/g, ' ')),
    )
  })

  it.each([
    [`INSERT OVERWRITE DIRECTORY SELECT 1`, 'expected a folder or s3://bucket/prefix in quotes'],
    [`INSERT OVERWRITE DIRECTORY 'x' USING orc SELECT 1`, 'files of orc are not written here'],
    [
      `INSERT OVERWRITE DIRECTORY 'x' USING csv OPTIONS (seperator ',') SELECT 1`,
      'csv has no option "seperator" here',
    ],
    [
      `INSERT OVERWRITE DIRECTORY 'x' USING json OPTIONS (compression 'lzo') SELECT 1`,
      'compression "lzo" is not written here: use none, gzip',
    ],
    [`INSERT INTO t`, 'expected a query'],
    [`UNLOAD (SELECT 1 TO 'x'`, 'is never closed'],
    [`UNLOAD (SELECT 1) TO 'x' WITH (compression = 'gzip')`, "expected format = 'PARQUET'"],
    [`CREATE TABLE t`, 'expected AS and a query, or columns'],
    [`CREATE TABLE t (a int) AS SELECT 1`, 'the columns come from the query'],
    [`CREATE TABLE t USING delta AS SELECT 1`, 'tables are not stored as delta here'],
    [
      `CREATE TABLE t WITH (bucketed_by = ARRAY['a']) AS SELECT 1`,
      'the property bucketed_by is not supported',
    ],
  ])('refuses %s', (text, why) => {
    expect(() => read(text)).toThrow(why)
  })
})
