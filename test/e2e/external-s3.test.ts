import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LakeContext, openContext } from '../../src/app/context.js'
import { query } from '../../src/app/query.js'
import { loadConfig } from '../../src/core/config.js'
import { silentLogger } from '../../src/core/logger.js'
import { silentProgress } from '../../src/core/progress.js'
import { openStore } from '../../src/storage/open.js'
import { emrCloudTrail, projectedCloudTrail } from '../support/athena-ddl.js'
import { INGRESS_QUERY, INGRESS_ROWS, putIngressTrail, TRAIL } from '../support/ingress-trail.js'
import { rowsOf } from '../support/lake.js'
import { startS3Proxy, type S3Proxy } from '../support/s3-proxy.js'
import { startS3Server } from '../support/s3-server.js'

const server = await startS3Server()
const root = mkdtempSync(join(tmpdir(), 'headrig-external-s3-'))
let proxy: S3Proxy
let context: LakeContext

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
  await putIngressTrail(store)
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

const run = async (sql: string, of = context): Promise<unknown[][]> =>
  rowsOf(await query({ sql, dialect: 'athena' }, of))

/** What a statement asks of the bucket: the prefixes that it lists, and the objects that it gets. */
async function asks(
  sql: string,
  of = context,
): Promise<{ lists: string[]; gets: string[]; rows: unknown[][] }> {
  const before = proxy.requests.length
  const rows = await run(sql, of)
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
    const first = await asks(INGRESS_QUERY)
    expect(first.rows).toEqual(INGRESS_ROWS)
    expect(first.lists).toEqual([`${TRAIL}/us-east-1/2024/01/15/`])
    expect(first.gets.map((path) => path.slice(-21))).toEqual(
      expect.arrayContaining(['/2024/01/15/a.json.gz', '/2024/01/15/b.json.gz']),
    )
    expect(first.gets).toHaveLength(2)
    const again = await asks(INGRESS_QUERY)
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

test.skipIf(!server)('auto lists once when it leaves little to DuckDB', async () => {
  const settings = { ...context.settings, engine: 'auto', sparkUrl: 'sc://127.0.0.1:9' } as const
  const { lists, rows } = await asks(
    `SELECT eventname FROM cloudtrail_logs_pp WHERE "timestamp" = '2024/01/14'`,
    { ...context, settings },
  )
  expect(rows).toHaveLength(1)
  expect(lists).toEqual([`${TRAIL}/us-east-1/2024/01/14/`])
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
