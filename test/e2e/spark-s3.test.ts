// A lake in a bucket, its tables and raw files beside it, asked through Spark: tables through s3a, raw files
// through the tasks' own client.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runScript } from '../../src/app/script/run-script.js'
import { topTalkers } from '../../src/app/top-talkers.js'
import type { Dialect } from '../../src/sql/dialects.js'
import { openStore } from '../../src/storage/open.js'
import { s3Jars } from '../interop/s3-jars.js'
import { emrCloudTrail, projectedCloudTrail } from '../support/athena-ddl.js'
import { agree, answerOf, difference, openPair, type Pair } from '../support/conformance.js'
import { addDocumented } from '../support/documented-lake.js'
import { INGRESS_QUERY, INGRESS_ROWS, putIngressTrail, TRAIL } from '../support/ingress-trail.js'
import { rowsOf } from '../support/lake.js'
import { BINARY } from '../support/launch.js'
import { startS3Server } from '../support/s3-server.js'
import { startSpark } from '../support/spark.js'

const s3 = existsSync(BINARY) ? await startS3Server() : undefined
// Ours takes any key.
const SECRET =
  process.env['HEADRIG_TEST_S3_ENDPOINT'] === undefined
    ? 'no-real-key-5f2d7a90'
    : (s3?.secretAccessKey ?? '')
if (s3) {
  // Executors take the credentials of their node.
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: s3.accessKeyId,
    AWS_SECRET_ACCESS_KEY: SECRET,
  })
}
const server = s3 && (await startSpark({ jars: await s3Jars() }))
const root = mkdtempSync(join(tmpdir(), 'headrig-spark-s3-'))
let pair: Pair
const options = () => ({
  endpoint: s3?.endpoint,
  region: s3?.region,
  credentials: { accessKeyId: s3?.accessKeyId ?? '', secretAccessKey: SECRET },
})

beforeAll(async () => {
  if (!s3 || !server) return
  const { endpoint, region } = s3
  for (const name of ['spark-lake', 'raw-trail']) await s3.createBucket(name)
  await putIngressTrail(openStore('s3://raw-trail', options()))
  pair = await openPair('s3://spark-lake/a/lake', server.url, {
    s3Endpoint: endpoint,
    s3Region: region,
    cacheFolder: join(root, 'cache'),
  })
  await addDocumented(pair.duckdb)
  await answerOf({ sql: emrCloudTrail(`s3://raw-trail/${TRAIL}/`) }, pair.duckdb)
  for (const day of ['14', '15']) {
    const sql = `ALTER TABLE cloudtrail_logs ADD PARTITION (region='us-east-1', year='2024', month='01', day='${day}')
      LOCATION 's3://raw-trail/${TRAIL}/us-east-1/2024/01/${day}/'`
    await answerOf({ sql }, pair.duckdb)
  }
  await answerOf(
    { sql: projectedCloudTrail(`s3://raw-trail/${TRAIL}/us-east-1`), dialect: 'athena' },
    pair.duckdb,
  )
}, 300_000)
afterAll(async () => {
  await pair?.close()
  await server?.stop()
  await s3?.stop()
  rmSync(root, { recursive: true, force: true })
})

describe.skipIf(!server)('a lake on S3, through Spark', { timeout: 180_000 }, () => {
  test('all rows of its tables, also as they were', async () => {
    for (const sql of ['FROM aws_cloudtrail', 'FROM aws_vpc_flow']) {
      expect((await agree({ sql }, pair)).length).toBeGreaterThan(4)
    }
    const asOf = { version: 0 }
    const before = await agree({ sql: 'SELECT event_name FROM aws_cloudtrail', asOf }, pair)
    expect(before).toHaveLength(3)
  })

  test('queries of the docs and top talkers', async () => {
    const texts = readdirSync('docs/queries').map((f) =>
      readFileSync(join('docs/queries', f), 'utf8'),
    )
    for (const sql of texts.filter((text) => !text.includes('cloudtrail_logs')).slice(0, 3)) {
      const dialect = /^-- dialect: (\w+)$/m.exec(sql)?.[1] as Dialect
      await agree({ sql, dialect }, pair)
    }
    const [one, other] = [await topTalkers({}, pair.duckdb), await topTalkers({}, pair.spark)]
    expect(difference(await rowsOf(one), await rowsOf(other), true)).toBe('')
  })

  test('who changed the ingress rules of a security group, over raw CloudTrail', async () => {
    expect(await agree({ sql: INGRESS_QUERY, dialect: 'athena' }, pair)).toEqual(INGRESS_ROWS)
  })

  test('projected days, with the lake’s own table', async () => {
    const sql = `SELECT r."timestamp", r.eventname, c.event_name, count(*), min(r."$path")
      FROM cloudtrail_logs_pp r LEFT JOIN aws_cloudtrail c ON c.event_name = r.eventname
      WHERE r."timestamp" >= '2024/01/14' AND r."timestamp" < '2024/01/16' GROUP BY 1, 2, 3 ORDER BY 1, 2`
    const rows = await agree({ sql }, pair)
    expect(rows[0]).toEqual([
      '2024/01/14',
      'AuthorizeSecurityGroupIngress',
      'AuthorizeSecurityGroupIngress',
      1,
      `s3://raw-trail/${TRAIL}/us-east-1/2024/01/14/a.json.gz`,
    ])
    expect(rows).toHaveLength(4)
  })

  test('a script writes to the bucket what DuckDB writes', async () => {
    const from = 'SELECT event_name AS n, time AS t, user_identity.type AS u FROM aws_cloudtrail'
    for (const engine of ['spark', 'duckdb'] as const) {
      const text = `CREATE TABLE made_${engine} STORED AS PARQUET AS ${from};
        INSERT OVERWRITE DIRECTORY 's3://raw-trail/out/${engine}' STORED AS JSONFILE SELECT 'old' AS n;
        INSERT OVERWRITE DIRECTORY 's3://raw-trail/out/${engine}' STORED AS JSONFILE ${from};
        CREATE EXTERNAL TABLE dir_${engine} (n string, t timestamp, u string)
          STORED AS JSONFILE LOCATION 's3://raw-trail/out/${engine}'`
      await runScript({ text, cwd: root }, pair[engine])
    }
    for (const kind of ['made', 'dir']) {
      const rows = async (engine: string) =>
        (await answerOf({ sql: `FROM ${kind}_${engine} ORDER BY t, n` }, pair.duckdb)).rows
      expect(await rows('spark')).toHaveLength(6)
      expect(await rows('spark')).toEqual(await rows('duckdb'))
    }
    const names: string[] = []
    for await (const { key } of openStore('s3://raw-trail', options()).list('out/spark/'))
      names.push(key.slice('out/spark/'.length))
    expect(names.filter((n) => !n.startsWith('part-'))).toEqual(['_SUCCESS'])
  })

  test('keys are neither in plans, nor in errors, nor in the log', async () => {
    const sql =
      'SELECT eventname FROM cloudtrail_logs c JOIN aws_cloudtrail a ON a.event_name = c.eventname'
    const { rows = [] } = await answerOf({ sql, explain: true }, pair.spark)
    const plan = rows.flat().join('\n')
    expect(plan).toContain('TRANSFORM')
    const { settings } = pair.spark
    const gone = { ...pair.spark, settings: { ...settings, s3Endpoint: 'http://127.0.0.1:9' } }
    const { error } = await answerOf({ sql: 'FROM cloudtrail_logs' }, gone)
    expect(error).toBeDefined()
    for (const text of [plan, String(error), (await server?.log()) ?? '']) {
      expect(text.length).toBeGreaterThan(0)
      expect(text).not.toContain(SECRET)
    }
  })
})
