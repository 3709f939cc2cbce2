import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStore } from '../../src/storage/open.js'
import { BINARY, launchBinary, type Outcome } from '../support/launch.js'
import { startS3Server } from '../support/s3-server.js'

const server = existsSync(BINARY) ? await startS3Server() : undefined
const KEY =
  'org/AWSLogs/111122223333/CloudTrail/us-east-1/2024/01/15/111122223333_CloudTrail_us-east-1_20240115T0805Z_AbCdEfGh12345678.json.gz'
let cwd: string

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'headrig-s3-'))
  if (!server) return
  await server.createBucket('cli-logs')
  await server.createBucket('cli-lake')
  const { endpoint, region, accessKeyId, secretAccessKey } = server
  const logs = openStore('s3://cli-logs', {
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey },
  })
  const sample = `fixtures/formats/aws_cloudtrail/sample.${KEY.split('/').at(-1)}`
  await logs.put(KEY, await readFile(sample))
}, 120_000)

afterAll(async () => {
  await server?.stop()
  await rm(cwd, { recursive: true, force: true })
})

const headrig = (...argv: string[]): Promise<Outcome> =>
  launchBinary({
    argv,
    cwd,
    env: {
      AWS_ACCESS_KEY_ID: server?.accessKeyId ?? '',
      AWS_SECRET_ACCESS_KEY: server?.secretAccessKey ?? '',
      AWS_REGION: server?.region ?? '',
      HEADRIG_LAKE: 's3://cli-lake/main',
      HEADRIG_S3_ENDPOINT: server?.endpoint ?? '',
      HEADRIG_CACHE: join(cwd, 'cache'),
    },
  })

test.skipIf(!server)(
  'from a bucket into a lake in another, queried through the cache',
  async () => {
    const none = await headrig('query', 'select 1')
    expect(none.exit).toBe(4)
    expect(none.stderr).toContain('no lake at s3://cli-lake/main')

    const first = await headrig('collect', 's3://cli-logs/org/AWSLogs/', '--output', 'json', '-q')
    expect(first.stderr).toBe('')
    const { rows, lists } = JSON.parse(first.stdout) as { rows: number; lists: number }
    expect(rows).toBeGreaterThan(0)
    expect(lists).toBeGreaterThan(0)
    const second = await headrig('collect', 's3://cli-logs/org/AWSLogs/', '--output', 'json', '-q')
    expect(JSON.parse(second.stdout)).toMatchObject({ rows: 0, unchanged: 1 })

    const sql = 'select count(*) as n, min(account_id) as a from aws_cloudtrail'
    const answer = await headrig('query', sql, '--format', 'ndjson')
    expect(JSON.parse(answer.stdout)).toEqual({ n: rows, a: '111122223333' })
    const cached = (await readdir(join(cwd, 'cache'), { recursive: true })).filter((f) =>
      f.endsWith('.parquet'),
    )
    expect(cached.length).toBeGreaterThan(0)

    const verified = await headrig('verify', '--deep', '--format', 'json')
    expect(JSON.parse(verified.stdout)).toMatchObject({ findings: [] })
  },
)

test.skipIf(!server)('what is out of reach says so', async () => {
  const bucket = await headrig('collect', 's3://cli-none/')
  expect(bucket.exit).toBe(4)
  expect(bucket.stderr).toContain('cli-none')
  const nobody = await headrig('tables', '--s3-endpoint', 'http://127.0.0.1:1')
  expect(nobody.exit).toBe(6)
  expect(nobody.stderr).toContain('127.0.0.1:1')
})
