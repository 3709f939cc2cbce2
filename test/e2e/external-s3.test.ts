import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LakeContext, openContext } from '../../src/app/context.js'
import { query } from '../../src/app/query.js'
import { loadConfig } from '../../src/core/config.js'
import { silentLogger } from '../../src/core/logger.js'
import { silentProgress } from '../../src/core/progress.js'
import { openStore } from '../../src/storage/open.js'
import { emrCloudTrail, projectedCloudTrail } from '../support/athena-ddl.js'
import { rowsOf } from '../support/lake.js'
import { startS3Proxy, type S3Proxy } from '../support/s3-proxy.js'
import { startS3Server } from '../support/s3-server.js'

const server = await startS3Server()
const root = mkdtempSync(join(tmpdir(), 'headrig-external-s3-'))
const TRAIL = 'AWSLogs/111122223333/CloudTrail'
let proxy: S3Proxy
let context: LakeContext

/** A call that opens or closes ports of a security group, as CloudTrail records it. */
function ingress(
  eventName: string,
  who: string,
  port: number,
  day: string,
  more: object = {},
): object {
  return {
    eventVersion: '1.10',
    userIdentity: { type: 'IAMUser', arn: `arn:aws:iam::111122223333:user/${who}`, userName: who },
    eventTime: `${day}T08:05:00Z`,
    eventSource: 'ec2.amazonaws.com',
    eventName,
    sourceIPAddress: '192.0.2.10',
    requestParameters: {
      groupId: 'sg-0abc',
      ipPermissions: {
        items: [
          {
            ipProtocol: 'tcp',
            fromPort: port,
            toPort: port,
            ipRanges: { items: [{ cidrIp: '0.0.0.0/0' }] },
          },
        ],
      },
    },
    ...more,
  }
}

beforeAll(async () => {
  if (!server) return
  proxy = await startS3Proxy(server.endpoint, () => undefined)
  await server.createBucket('raw-trail')
  const { region, accessKeyId, secretAccessKey } = server
  process.env['AWS_ACCESS_KEY_ID'] = accessKeyId
  process.env['AWS_SECRET_ACCESS_KEY'] = secretAccessKey
  const store = openStore('s3://raw-trail', {
    endpoint: server.endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey },
  })
  const put = (day: string, name: string, records: readonly object[]): Promise<void> =>
    store.put(
      `${TRAIL}/us-east-1/${day.replaceAll('-', '/')}/${name}.json.gz`,
      gzipSync(JSON.stringify({ Records: records })),
    )
  await put('2024-01-14', 'a', [ingress('AuthorizeSecurityGroupIngress', 'eve', 22, '2024-01-14')])
  await put('2024-01-15', 'a', [
    ingress('AuthorizeSecurityGroupIngress', 'ada', 3389, '2024-01-15'),
    ingress('DescribeSecurityGroups', 'ada', 0, '2024-01-15'),
  ])
  await put('2024-01-15', 'b', [
    ingress('RevokeSecurityGroupIngress', 'grace', 3389, '2024-01-15', {
      eventTime: '2024-01-15T09:00:00Z',
    }),
    ingress('AuthorizeSecurityGroupIngress', 'mallory', 23, '2024-01-15', {
      errorCode: 'Client.UnauthorizedOperation',
    }),
    ingress('AuthorizeSecurityGroupIngress', 'ada', 80, '2024-01-15', {
      requestParameters: { groupId: 'sg-0other' },
    }),
  ])
  const { settings } = await loadConfig({
    flags: {
      lake: join(root, 'lake'),
      cacheFolder: join(root, 'cache'),
      memory: '512MiB',
      s3Endpoint: proxy.endpoint,
      s3Region: region,
    },
    env: {},
    cwd: root,
  })
  context = await openContext(settings, {
    logger: silentLogger,
    progress: silentProgress,
    signal: new AbortController().signal,
  })
}, 120_000)

afterAll(async () => {
  await context?.close()
  await proxy?.stop()
  await server?.stop()
  rmSync(root, { recursive: true, force: true })
})

const run = async (sql: string): Promise<unknown[][]> =>
  rowsOf(await query({ sql, dialect: 'athena' }, context))

/** What a statement asks of the bucket: the prefixes that it lists, and the objects that it gets. */
async function asks(sql: string): Promise<{ lists: string[]; gets: string[]; rows: unknown[][] }> {
  const before = proxy.requests.length
  const rows = await run(sql)
  const made = proxy.requests.slice(before)
  const url = (path: string): URL => new URL(path, 'http://x')
  return {
    rows,
    lists: made
      .filter((r) => url(r.path).searchParams.has('list-type'))
      .map((r) => url(r.path).searchParams.get('prefix') ?? ''),
    gets: made
      .filter((r) => r.method === 'GET' && !url(r.path).searchParams.has('list-type'))
      .map((r) => url(r.path).pathname),
  }
}

test.skipIf(!server)(
  'who changed the ingress rules of a security group, over raw CloudTrail with the SerDe of EMR',
  async () => {
    await run(emrCloudTrail(`s3://raw-trail/${TRAIL}/`))
    for (const day of ['14', '15']) {
      await run(`ALTER TABLE cloudtrail_logs ADD PARTITION (region='us-east-1', year='2024', month='01', day='${day}')
        LOCATION 's3://raw-trail/${TRAIL}/us-east-1/2024/01/${day}/'`)
    }
    const sql = `
      SELECT eventtime, useridentity.arn, eventname,
             json_extract_scalar(requestparameters, '$.ipPermissions.items[0].fromPort') AS port,
             json_extract_scalar(requestparameters, '$.ipPermissions.items[0].ipRanges.items[0].cidrIp') AS cidr
      FROM cloudtrail_logs
      WHERE eventname IN ('AuthorizeSecurityGroupIngress', 'RevokeSecurityGroupIngress')
        AND json_extract_scalar(requestparameters, '$.groupId') = 'sg-0abc'
        AND errorcode IS NULL AND day = '15'
      ORDER BY eventtime`
    const first = await asks(sql)
    expect(first.rows).toEqual([
      [
        '2024-01-15T08:05:00Z',
        'arn:aws:iam::111122223333:user/ada',
        'AuthorizeSecurityGroupIngress',
        '3389',
        '0.0.0.0/0',
      ],
      [
        '2024-01-15T09:00:00Z',
        'arn:aws:iam::111122223333:user/grace',
        'RevokeSecurityGroupIngress',
        '3389',
        '0.0.0.0/0',
      ],
    ])
    expect(first.lists).toEqual([`${TRAIL}/us-east-1/2024/01/15/`])
    expect(first.gets.map((path) => path.slice(-21))).toEqual(
      expect.arrayContaining(['/2024/01/15/a.json.gz', '/2024/01/15/b.json.gz']),
    )
    expect(first.gets).toHaveLength(2)
    const again = await asks(sql)
    expect({ ...again, rows: again.rows.length }).toEqual({ lists: first.lists, gets: [], rows: 2 })
  },
)

test.skipIf(!server)('projected days are listed only as the query asks for them', async () => {
  await run(projectedCloudTrail(`s3://raw-trail/${TRAIL}/us-east-1`))
  const { lists, rows } = await asks(
    `SELECT useridentity.username, count(*) FROM cloudtrail_logs_pp
     WHERE "timestamp" BETWEEN '2024/01/13' AND '2024/01/14' GROUP BY 1`,
  )
  expect(rows).toEqual([['eve', 1]])
  expect(lists.toSorted()).toEqual(['13', '14'].map((d) => `${TRAIL}/us-east-1/2024/01/${d}/`))
})

test.skipIf(!server)('an object that is replaced by another of its size is read anew', async () => {
  const { endpoint = '', region = '', accessKeyId = '', secretAccessKey = '' } = server ?? {}
  const store = openStore('s3://raw-trail', {
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey },
  })
  await run(`CREATE EXTERNAL TABLE words (word string) LOCATION 's3a://raw-trail/words'`)
  await store.put('words/a', Buffer.from('one\n'))
  expect(await run('SELECT * FROM words')).toEqual([['one']])
  await store.put('words/a', Buffer.from('two\n'))
  expect(await run('SELECT * FROM words')).toEqual([['two']])
})
