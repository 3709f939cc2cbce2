import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cloudtrail } from '../../formats/aws/cloudtrail.js'
import { vpcFlow } from '../../formats/aws/vpc-flow.js'
import { tableColumns } from '../../formats/table-schema.js'
import { openPlanner, type Planner } from './planner.js'

const root = mkdtempSync(join(tmpdir(), 'headrig-planner-'))
let planner: Planner
beforeAll(async () => {
  planner = await openPlanner(
    { memoryLimitBytes: 2 ** 28, threads: 1, tempFolder: root },
    {
      tables: [cloudtrail, vpcFlow].map((f) => ({ name: f.id, columns: tableColumns(f) })),
      views: [{ name: 'rejected', sql: `SELECT * FROM aws_vpc_flow WHERE action = 'REJECT'` }],
    },
  )
})
afterAll(() => {
  planner.close()
  rmSync(root, { recursive: true, force: true })
})

const spelt: readonly (readonly [string, string])[] = [
  [
    `select eventName from aws_cloudtrail`,
    `select "event_name" AS "eventName" from aws_cloudtrail`,
  ],
  [
    `SELECT useridentity.arn, eventtime FROM cloudtrail_logs WHERE eventName = 'x';`,
    `SELECT "user_identity".arn, "event_time" AS "eventtime" FROM "aws_cloudtrail" AS "cloudtrail_logs" WHERE "event_name" = 'x'`,
  ],
  [
    `select userIdentity.sessionContext.sessionIssuer.userName from AWSCloudTrail`,
    `select "user_identity"."session_context"."session_issuer"."user_name" AS "userName" from "aws_cloudtrail" AS "AWSCloudTrail"`,
  ],
  [
    `select cloudtrail_logs.eventname e from "default".cloudtrail_logs`,
    `select cloudtrail_logs."event_name" e from "aws_cloudtrail" AS "cloudtrail_logs"`,
  ],
  [
    `select (eventname), eventid "id" from awsdatacatalog.default.cloudtrail_logs ct`,
    `select ("event_name"), "event_id" "id" from "aws_cloudtrail" ct`,
  ],
  [
    `select eventname from (select eventname from aws_cloudtrail) where eventname > 'a'`,
    `select eventname from (select "event_name" AS "eventname" from aws_cloudtrail) where eventname > 'a'`,
  ],
  [
    `select count(*) from aws_cloudtrail a join aws_cloudtrail b using (eventId, requestid)`,
    `select count(*) from aws_cloudtrail a join aws_cloudtrail b using ("event_id", "request_id")`,
  ],
  [
    `select 'é', * exclude (eventName) from aws_cloudtrail -- eventName`,
    `select 'é', * exclude ("event_name") from aws_cloudtrail`,
  ],
  [
    `select r.accountId, resources[1].ARN, user_identity['userName'] from aws_cloudtrail, unnest(resources) as t(r)`,
    `select r."account_id" AS "accountId", resources[1].ARN, user_identity['user_name'] from aws_cloudtrail, unnest(resources) as t(r)`,
  ],
  [
    `select 1 from aws_cloudtrail where exists (select 1 from aws_cloudtrail b where b.eventTime = eventName)`,
    `select 1 from aws_cloudtrail where exists (select 1 from aws_cloudtrail b where b."event_time" = "event_name")`,
  ],
  [
    `select year, t.timestamp from aws_cloudtrail t where day = '15' and "$path" is not null`,
    `select strftime("event_day", '%Y') AS "year", strftime(t."event_day", '%Y/%m/%d') AS "timestamp" from aws_cloudtrail t where strftime("event_day", '%d') = '15' and "source_object" is not null`,
  ],
  [`describe cloudtrail_logs`, `describe "aws_cloudtrail"`],
  [
    `select date, sourceaddress, "end" from vpc_flow_logs`,
    `select "event_day" AS "date", "srcaddr" AS "sourceaddress", "end" from "aws_vpc_flow" AS "vpc_flow_logs"`,
  ],
]

describe('names', () => {
  it.each(spelt)('%s', async (sql, expected) => {
    expect((await planner.plan(sql)).sql).toBe(expected)
  })

  it('leaves SQL alone that is spelt right', async () => {
    const sql = `FROM aws_cloudtrail SELECT lower(event_name) AS eventName, count(*) GROUP BY ALL`
    expect((await planner.plan(sql)).sql).toBe(sql)
  })
})

describe('refusals', () => {
  it.each([
    `INSERT INTO aws_cloudtrail VALUES (1)`,
    `with x as (select 1) insert into aws_cloudtrail from x`,
    `COPY aws_cloudtrail TO 'x.csv'`,
    `ATTACH 'x'`,
    `SET threads = 1`,
    `PRAGMA version`,
    `INSTALL httpfs`,
    `LOAD httpfs`,
    `CREATE TABLE x AS SELECT 1`,
    `CALL pragma_version()`,
    `BEGIN`,
    `EXPLAIN ANALYZE DELETE FROM aws_cloudtrail`,
    `EXPLAIN SELECT 1; DROP VIEW rejected`,
    `SELECT 1; SELECT 2`,
    `/* SELECT */ DROP TABLE aws_cloudtrail`,
    `SELECT * FROM enable_logging(storage = 'file')`,
    `SELECT 1 WHERE EXISTS (FROM checkpoint())`,
    ``,
    ` -- nothing`,
    `PIVOT aws_cloudtrail ON event_name`,
  ])('%s', async (sql) => {
    await expect(planner.plan(sql)).rejects.toMatchObject({ kind: 'invalid' })
  })

  it.each([
    [`DELETE FROM aws_cloudtrail`, /queries only read: DELETE is refused/],
    [`SELECT 1; SELECT 2`, /one statement at a time, not 2/],
    [`SELECT\n  1 +`, /syntax error at end of input \(line 2, column 6\)\n {4}1 \+\n {7}\^/],
    [
      `SELECT 'é', evnt_name FROM aws_cloudtrail`,
      /there is no column "evnt_name": did you mean "event_name"\? \(line 1, column 13\)/,
    ],
    [`SELECT ct.evnt_name FROM aws_cloudtrail ct`, /there is no column "evnt_name": did you mean/],
    [`SELECT user_identity.arm FROM aws_cloudtrail`, /no field "arm": did you mean "arn"/],
    [
      `SELECT 1 FROM aws_cloudtrial`,
      /no table "aws_cloudtrial" in this lake: did you mean "aws_cloudtrail"/,
    ],
    [
      `SELECT 1 FROM cloudtrail_logs WHERE eventName = 'a' AND evntTime > 'b'`,
      /line 1, column 57\)/,
    ],
    [`SELECT foo(1)`, /scalar Function with name foo does not exist.*\(line 1, column 8\)/],
  ])('say what and where: %s', async (sql, message) => {
    await expect(planner.plan(sql)).rejects.toThrow(message)
  })

  it.each([
    `FROM read_csv('/etc/passwd')`,
    `FROM '/etc/passwd.csv'`,
    `FROM read_text('/etc/passwd')`,
  ])('read no file while planning: %s', async (sql) => {
    await expect(planner.plan(sql)).rejects.toMatchObject({ kind: 'forbidden' })
  })
})

describe('reading statements', () => {
  it.each([
    `VALUES (1), (2)`,
    `FROM aws_vpc_flow`,
    `TABLE aws_vpc_flow`,
    `SHOW TABLES`,
    `SHOW ALL TABLES`,
    `DESCRIBE SELECT 1`,
    `SUMMARIZE rejected`,
    `EXPLAIN SELECT 1`,
    `explain /* x */ analyze select 1;;`,
    `WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 3) FROM r`,
    `PIVOT aws_vpc_flow ON action IN ('ACCEPT', 'REJECT') USING count(*)`,
    `SELECT * FROM range(3), generate_series(1, 2), unnest([1])`,
  ])('%s', async (sql) => {
    await expect(planner.plan(sql)).resolves.toBeDefined()
  })
})

describe('scans', () => {
  const scansOf = async (sql: string, params?: string[]): Promise<string[]> =>
    (await planner.plan(sql, params)).scans.map(
      (s) =>
        `${s.table}: ${s.filters.map((f) => `${f.column} ${f.op} ${f.values.join(',')}`).join('; ')}`,
    )

  it.each([
    [
      `SELECT * FROM aws_cloudtrail WHERE event_day = '2024-01-15' ORDER BY time DESC LIMIT 5`,
      ['aws_cloudtrail: event_day = 2024-01-15'],
    ],
    [
      `SELECT 1 FROM rejected WHERE dstport IN (22, 3389)`,
      ['aws_vpc_flow: action = REJECT; dstport in 22,3389'],
    ],
    [
      `SELECT 1 FROM aws_vpc_flow WHERE time::DATE = '2024-01-15'`,
      ['aws_vpc_flow: time >= 2024-01-15T00:00:00.000000Z; time < 2024-01-16T00:00:00.000000Z'],
    ],
    [
      `SELECT 1 FROM aws_cloudtrail c JOIN aws_vpc_flow v USING (event_day) WHERE v.event_day > '2024-01-15'`,
      ['aws_cloudtrail: event_day > 2024-01-15', 'aws_vpc_flow: event_day > 2024-01-15'],
    ],
    [
      `SELECT 1 FROM aws_cloudtrail WHERE event_day = '2024-01-15' AND event_day = '2024-01-16'`,
      [],
    ],
    [`SELECT 1`, []],
    [`DESCRIBE aws_cloudtrail`, []],
    [`SUMMARIZE aws_vpc_flow`, ['aws_vpc_flow: ']],
  ])('%s', async (sql, expected) => {
    expect((await scansOf(sql)).sort()).toEqual(expected)
  })

  it.each([
    [
      `SELECT user_identity.arn FROM aws_cloudtrail WHERE lower(event_name) LIKE '%x'`,
      'user_identity,event_name',
    ],
    [`SELECT count(*) FROM aws_cloudtrail`, ''],
    [
      `SELECT count(*) FROM aws_cloudtrail WHERE user_identity.session_context.session_issuer.arn = 'x'`,
      'user_identity',
    ],
    [
      `SELECT r.arn FROM aws_cloudtrail, unnest(resources) AS t(r) ORDER BY time LIMIT 3`,
      'time,resources',
    ],
  ])('name the columns that are read: %s', async (sql, expected) => {
    const { scans } = await planner.plan(sql)
    expect(scans.map((s) => s.columns.join())).toEqual([expected])
  })

  it('know bound parameters', async () => {
    expect(
      await scansOf('SELECT 1 FROM aws_cloudtrail WHERE event_day = $1 AND account_id = $2', [
        '2024-01-15',
        '111122223333',
      ]),
    ).toEqual(['aws_cloudtrail: event_day = 2024-01-15; account_id = 111122223333'])
  })
})

it.each(['csv', 'order', 'flow-logs', 'a"b', 'Ünï', 'x y', 'parquet', 'filter'])(
  'a table is found in plans whatever it is called: %s',
  async (name) => {
    const columns = ['end', 'aws-region', 'order'].map((column) => {
      return { name: column, type: 'string', doc: '', hot: false } as const
    })
    const own = await openPlanner(
      { memoryLimitBytes: 2 ** 28, threads: 1, tempFolder: root },
      { tables: [{ name, columns }] },
    )
    const table = `"${name.replaceAll('"', '""')}"`
    const { scans } = await own.plan(
      `SELECT "order" FROM ${table} WHERE "aws-region" = 'x' AND "end" > 'y'`,
    )
    own.close()
    expect(scans).toEqual([
      {
        table: name,
        columns: ['end', 'aws-region', 'order'],
        filters: [
          { column: 'aws-region', op: '=', values: ['x'] },
          { column: 'end', op: '>', values: ['y'] },
        ],
      },
    ])
  },
)
