import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HeadrigError } from '../core/errors.js'
import {
  emrCloudTrail,
  flowLogsCustom,
  flowLogsV2,
  flowLogsV5,
  projectedCloudTrail,
} from '../../test/support/athena-ddl.js'
import { checkTable } from './check-table.js'
import type { ExternalTable } from './external-table.js'
import { type HiveType, SCALARS, typeText } from './hive-type.js'
import { parseDdl } from './parse-ddl.js'
import { showCreate } from './show-create.js'

function created(sql: string): ExternalTable {
  const statement = parseDdl(sql, '/base')
  if (statement?.kind !== 'create') throw new Error(`no CREATE: ${sql}`)
  return statement.table
}

describe('parseDdl', () => {
  it.each([emrCloudTrail, projectedCloudTrail, flowLogsV2, flowLogsV5, flowLogsCustom])(
    'reads what AWS documents (%#), and what it prints of it',
    (statement) => {
      const table = created(statement('s3://amzn-s3-demo-bucket/logs'))
      expect(table.location).toMatch(/^s3:\/\/amzn-s3-demo-bucket\/logs/)
      expect(() => checkTable(table, new Date())).not.toThrow()
      expect(created(showCreate(table).join('\n'))).toEqual(table)
    },
  )

  it('keeps the columns of a table as they are declared', () => {
    const { name, columns, partitionedBy, serde } = created(emrCloudTrail('s3://b/p/'))
    expect({ name, serde, columns: columns.length }).toEqual({
      name: 'cloudtrail_logs',
      serde: 'com.amazon.emr.hive.serde.CloudTrailSerde',
      columns: 29,
    })
    expect(partitionedBy.map((c) => c.name)).toEqual(['region', 'year', 'month', 'day'])
    expect(typeText((columns[1] as (typeof columns)[0]).type)).toMatch(
      /^struct<type:string,.*,sessioncontext:struct<attributes:struct<mfaauthenticated:string,creationdate:string>,.*map<string,string>>>>$/,
    )
  })

  it.each([
    ['MSCK REPAIR TABLE `a`;', { kind: 'repair', table: 'a' }],
    ['drop table if exists Db.A', { kind: 'drop', table: 'a', ifExists: true }],
    ['SHOW CREATE TABLE a', { kind: 'show-create', table: 'a' }],
    [
      `ALTER TABLE a DROP IF EXISTS PARTITION (y='1', n=-2), PARTITION (y='3')`,
      {
        kind: 'drop-partitions',
        table: 'a',
        ifExists: true,
        partitions: [{ y: '1', n: '-2' }, { y: '3' }],
      },
    ],
    [
      `/* x */ -- y\n alter table a add if not exists partition (y='1') location 's3n://b//c/' partition (y='2')`,
      {
        kind: 'add-partitions',
        table: 'a',
        ifNotExists: true,
        partitions: [{ spec: { y: '1' }, location: 's3://b//c' }, { spec: { y: '2' } }],
      },
    ],
    [
      `ALTER TABLE a SET TBLPROPERTIES ('x'='1', "y"=2)`,
      { kind: 'set-properties', table: 'a', properties: { x: '1', y: '2' } },
    ],
    [
      `ALTER TABLE a SET LOCATION 'x/y/'`,
      { kind: 'set-location', table: 'a', location: '/base/x/y' },
    ],
    [
      `ALTER TABLE a SET TBLPROPERTIES ('storage.location.template'='x/\${d}/')`,
      {
        kind: 'set-properties',
        table: 'a',
        properties: { 'storage.location.template': '/base/x/${d}' },
      },
    ],
    ['DESCRIBE FORMATTED a', { kind: 'describe', table: 'a', extended: true }],
    ['SHOW TABLES', undefined],
    ['desc Db.`a`;', { kind: 'describe', table: 'a', extended: false }],
    ['DESCRIBE SELECT 1', undefined],
    ['DESCRIBE FROM t', undefined],
    ["DESCRIBE (SELECT ';')", undefined],
    [`DESCRIBE 'file.parquet'`, undefined],
    ['CREATE TABLE a AS SELECT 1', undefined],
    ['SELECT 1', undefined],
  ])('%s', (sql, statement) => {
    expect(parseDdl(sql, '/base')).toEqual(statement)
  })

  it('reads escapes in text as Hive does', () => {
    const { serdeProperties } = created(
      String.raw`CREATE EXTERNAL TABLE t (a string) ROW FORMAT SERDE 'x' WITH SERDEPROPERTIES ('a'='\"([^ ]*)\" \\[\\d+\\] \001\u00e9\t\%', "b"='it\'s') LOCATION 's3://b'`,
    )
    expect(serdeProperties).toEqual({ a: '"([^ ]*)" \\[\\d+\\] \u0001é\t\\%', b: "it's" })
  })

  it.each([
    ["CREATE EXTERNAL TABLE t (a strin) LOCATION 's3://b'", /no type "strin".*line 1, column 28/s],
    ["CREATE EXTERNAL TABLE t (\n  a int,\n  a string) LOCATION 's3://b'", /two columns "a"/],
    ['CREATE EXTERNAL TABLE t (a int)', /expected LOCATION/],
    ["CREATE EXTERNAL TABLE t (a int) LOCATION 'gs://b'", /"gs:\/\/b" is no place.*column 42/s],
    [
      "CREATE EXTERNAL TABLE t (a int) STORED AS ORC LOCATION 's3://b'",
      /ORC cannot be read: use TEXTFILE, PARQUET, JSONFILE/,
    ],
    ["CREATE EXTERNAL TABLE t (a struct<b:int) LOCATION 's3://b'", /expected ">", found "\)"/],
    [
      "CREATE EXTERNAL TABLE t (a int) LOCATION 's3://b' LOCATION 's3://c'",
      /LOCATION is given twice/,
    ],
    [
      "CREATE EXTERNAL TABLE t (a int) CLUSTERED BY (a) LOCATION 's3://b'",
      /CLUSTERED BY is not supported/,
    ],
    ["CREATE EXTERNAL TABLE t (a decimal(50,2)) LOCATION 's3://b'", /decimal\(50,2\) is no type/],
    [`CREATE EXTERNAL TABLE t (a ${'array<'.repeat(99)}int`, /more than 64 levels/],
    ['ALTER TABLE t RENAME TO u', /expected ADD PARTITION/],
    ['MSCK REPAIR TABLE t now', /expected the end of the statement, found "now"/],
    ["CREATE EXTERNAL TABLE `../t` (a int) LOCATION 's3://b'", /is no name for a table/],
  ])('refuses %s', (sql, message) => {
    expect(() => parseDdl(sql, '/')).toThrow(message)
  })

  it('fails with a place on any words, and in no other way', () => {
    const words =
      "CREATE EXTERNAL TABLE ALTER ADD DROP PARTITION PARTITIONED BY ROW FORMAT SERDE WITH SERDEPROPERTIES LOCATION SHOW MSCK REPAIR DESCRIBE t `a b` ( ) < > , : ; = - struct array map int decimal 'x' \"y\" 's3://b/c' 12 1.5 ' ` /* --"
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words.split(' ')), { maxLength: 14 }), (soup) => {
        try {
          parseDdl(soup.join(' '), '/')
        } catch (error) {
          expect(error).toBeInstanceOf(HeadrigError)
          expect((error as HeadrigError).kind).toBe('invalid')
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('prints every type so that it reads it again', () => {
    const name = fc.stringMatching(/^[a-z_`<>:, é]{1,6}$/)
    const { type } = fc.letrec<{ type: HiveType }>((tie) => ({
      type: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.constantFrom(...SCALARS).map((kind) => ({ kind })),
        fc.record({
          kind: fc.constant('decimal' as const),
          precision: fc.integer({ min: 5, max: 38 }),
          scale: fc.integer({ min: 0, max: 5 }),
        }),
        fc.record({ kind: fc.constant('array' as const), of: tie('type') }),
        fc.record({ kind: fc.constant('map' as const), key: tie('type'), value: tie('type') }),
        fc.record({
          kind: fc.constant('struct' as const),
          fields: fc.uniqueArray(fc.record({ name, type: tie('type') }), {
            minLength: 1,
            maxLength: 3,
            selector: (f) => f.name,
          }),
        }),
      ),
    }))
    fc.assert(
      fc.property(
        type,
        fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })),
        (of, properties) => {
          const table: ExternalTable = {
            name: 't',
            columns: [{ name: 'c', type: of, comment: "it's" }],
            partitionedBy: [],
            serde: 's',
            serdeProperties: properties,
            inputFormat: 'i',
            outputFormat: 'o',
            location: 's3://b/p',
            properties: {},
          }
          expect(created(showCreate(table).join('\n'))).toEqual(table)
        },
      ),
      { numRuns: 60 },
    )
  })
})
