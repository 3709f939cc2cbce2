import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  emrCloudTrail,
  flowLogsCustom,
  flowLogsV2,
  flowLogsV5,
  projectedCloudTrail,
} from '../../../test/support/athena-ddl.js'
import { type BothEngines, openBoth, SPARK_MS } from '../../../test/support/both-engines.js'
import { rowsOf } from '../../../test/support/lake.js'
import { query, type QueryOptions } from '../query.js'

const root = mkdtempSync(join(tmpdir(), 'headrig-external-'))
let both: BothEngines

function put(path: string, content: string | Uint8Array): void {
  const full = join(root, path)
  mkdirSync(dirname(full), { recursive: true })
  writeFileSync(full, path.endsWith('.gz') ? gzipSync(content) : content)
}

const run = (sql: string, options: Partial<QueryOptions> = {}): Promise<unknown[][]> =>
  both.run({ sql, dialect: 'athena', cwd: root, ...options })

const io = async (sql: string) => {
  const answer = await query({ sql, dialect: 'athena' }, both.context)
  await rowsOf(answer)
  return answer.io.externals
}

const trail = (records: readonly object[]): string => JSON.stringify({ Records: records })
const ada = (eventName: string, more: object = {}): object => ({
  eventVersion: '1.08',
  userIdentity: {
    type: 'AssumedRole',
    arn: 'arn:aws:sts::111122223333:assumed-role/Ops/ada',
    sessionContext: {
      sessionIssuer: { type: 'Role', userName: 'Ops' },
      webIdFederationData: { federatedProvider: 'idp', attributes: { sub: 'x' } },
      attributes: { mfaAuthenticated: 'true', creationDate: '2024-01-15T08:00:00Z' },
    },
  },
  eventTime: '2024-01-15T08:05:00Z',
  eventName,
  readOnly: false,
  resources: [{ ARN: 'arn:aws:s3:::b', accountId: '111122223333' }],
  ...more,
})

beforeAll(async () => {
  both = await openBoth(root)
  const ct = 'ct/AWSLogs/111122223333/CloudTrail/us-east-1'
  put(`${ct}/2024/01/15/a.json.gz`, trail([ada('One', { requestParameters: { a: { b: [1] } } })]))
  put(`${ct}/2024/01/15/b.json`, JSON.stringify({ Records: [ada('Two'), ada('Three')] }, null, 2))
  put(`${ct}/2024/01/16/c.json.gz`, trail([ada('Four')]))
  put(`${ct}/2024/01/16/_hidden.json.gz`, 'not json')
  put(`${ct}/2024/01/16/empty.json`, '')
  put(`${ct}/2024/02/01/d.json.gz`, trail([]))
}, SPARK_MS)

afterAll(async () => {
  await both.close()
  rmSync(root, { recursive: true, force: true })
})

describe('CloudTrail', { timeout: SPARK_MS }, () => {
  const place = 'ct/AWSLogs/111122223333/CloudTrail/us-east-1'

  it('answers over raw files with the SerDe of EMR and partitions added by hand', async () => {
    expect(await run(emrCloudTrail('ct/AWSLogs/111122223333/CloudTrail'))).toEqual([
      ['table cloudtrail_logs created'],
    ])
    await run(`ALTER TABLE cloudtrail_logs ADD
      PARTITION (region='us-east-1', year='2024', month='01', day='15') LOCATION '${place}/2024/01/15/'
      PARTITION (region='us-east-1', year='2024', month='01', day='16') LOCATION '${place}/2024/01/16/'`)
    expect(
      await run(`SELECT eventname, useridentity.arn, useridentity.sessioncontext.sessionissuer.username,
          useridentity.sessioncontext.webidfederationdata.attributes['sub'] AS sub, requestparameters,
          resources[1].arn, readonly, errorcode, day
        FROM default.cloudtrail_logs WHERE eventname IN ('One', 'Two', 'Four') ORDER BY eventname`),
    ).toEqual(
      ['Four', 'One', 'Two'].map((name) => [
        name,
        'arn:aws:sts::111122223333:assumed-role/Ops/ada',
        'Ops',
        'x',
        name === 'One' ? '{"a":{"b":[1]}}' : null,
        'arn:aws:s3:::b',
        'false',
        null,
        name === 'Four' ? '16' : '15',
      ]),
    )
    expect(await io(`SELECT eventname FROM cloudtrail_logs WHERE day = '16'`)).toMatchObject([
      { table: 'cloudtrail_logs', partitions: 1, files: 1 },
    ])
    expect(await run('SHOW PARTITIONS cloudtrail_logs')).toEqual([
      ['region=us-east-1/year=2024/month=01/day=15'],
      ['region=us-east-1/year=2024/month=01/day=16'],
    ])
  })

  it('gives what collecting gives', async () => {
    const folder = 'fixtures/formats/aws_cloudtrail'
    const samples = [
      'sample.111122223333_CloudTrail_us-east-1_20240115T0805Z_AbCdEfGh12345678.json.gz',
      'sample.pretty.json',
      'sample.versions.json',
      'sample.escapes.json',
    ]
    mkdirSync(join(root, 'samples'))
    const expected = samples.flatMap((name) => {
      copyFileSync(join(folder, name), join(root, 'samples', name))
      const lines = readFileSync(join(folder, `${name}.expected.jsonl`), 'utf8')
        .trim()
        .split('\n')
      return lines.map((line) => {
        const row = JSON.parse(line) as Record<string, unknown> & {
          user_identity?: { arn?: string }
        }
        const value = (name: string): unknown => row[name] ?? null
        const names = ['event_name', 'source_ip_address', 'request_parameters', 'error_message']
        return [value('event_id'), row.user_identity?.arn ?? null, ...names.map(value)]
      })
    })
    copyFileSync(
      join(
        folder,
        'skip.111122223333_CloudTrail-Digest_us-east-1_trail_us-east-1_20240115T080000Z.json',
      ),
      join(root, 'samples', 'digest.json'),
    )
    await run(
      emrCloudTrail('samples')
        .replace('cloudtrail_logs', 'samples')
        .replace(/PARTITIONED BY .*/, ''),
    )
    const rows = await run(
      `SELECT eventid, useridentity.arn, eventname, sourceipaddress, requestparameters, errormessage FROM samples`,
    )
    const sorted = (list: readonly unknown[][]): string[] =>
      list.map((r) => JSON.stringify(r)).toSorted()
    expect(rows.length).toBeGreaterThan(9)
    expect(sorted(rows)).toEqual(sorted(expected))
  })

  it('reads gzip of several members', async () => {
    const [head, tail] = [
      gzipSync('{"Records":[{"eventName":"A"},'),
      gzipSync('{"eventName":"B"}]}'),
    ]
    mkdirSync(join(root, 'members'))
    writeFileSync(join(root, 'members/a.json.gz'), Buffer.concat([head, tail]))
    await run(
      emrCloudTrail('members')
        .replace('cloudtrail_logs', 'members')
        .replace(/PARTITIONED BY .*/, ''),
    )
    expect(await run('SELECT eventname FROM members ORDER BY 1')).toEqual([['A'], ['B']])
  })

  it('names the file that is no JSON', async () => {
    put('cut/a.json.gz', '{"Records":[{"eventName":"One"},{"eve')
    await run(
      emrCloudTrail('cut')
        .replace('cloudtrail_logs', 'cut')
        .replace(/PARTITIONED BY .*/, ''),
    )
    await expect(run('SELECT eventname FROM cut')).rejects.toThrow(/cut\/a\.json\.gz/)
  })

  it('projects partitions by day, and lists only those that the query wants', async () => {
    await run(projectedCloudTrail(join(root, place)))
    const sql = `SELECT count(*) FROM cloudtrail_logs_pp WHERE "timestamp" >= '2024/01/15' AND "timestamp" < '2024/01/16'`
    expect(await run(sql)).toEqual([[3]])
    expect(await io(sql)).toMatchObject([{ partitions: 1, files: 2 }])
    expect(
      await run(`SELECT "timestamp", count(*) FROM cloudtrail_logs_pp GROUP BY 1 ORDER BY 1`),
    ).toEqual([
      ['2024/01/15', 3],
      ['2024/01/16', 1],
    ])
  })
})

describe('VPC Flow Logs', { timeout: SPARK_MS }, () => {
  const header =
    'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status'
  const line = (port: number, status = 'OK'): string =>
    status === 'OK'
      ? `2 111122223333 eni-1 192.0.2.1 198.51.100.2 40000 ${port} 6 10 840 1705305600 1705305660 ACCEPT OK`
      : `2 111122223333 eni-1 - - - - - - - 1705305600 1705305660 - ${status}`

  it('reads version 2', async () => {
    put('v2/2024/01/15/a.log.gz', [header, line(443), line(0, 'NODATA')].join('\n'))
    put('v2/2024/01/16/a.log', [header, line(22), ''].join('\r\n'))
    await run(flowLogsV2('v2'))
    await run(
      `ALTER TABLE vpc_flow_logs ADD PARTITION (\`date\`='2024-01-15') LOCATION 'v2/2024/01/15'`,
    )
    await run(
      `ALTER TABLE vpc_flow_logs ADD PARTITION (\`date\`='2024-01-16') LOCATION 'v2/2024/01/16'`,
    )
    expect(
      await run(
        `SELECT "date", dstport, bytes, "end", action, log_status FROM vpc_flow_logs ORDER BY 1, 2 NULLS LAST`,
      ),
    ).toEqual([
      ['2024-01-15', 443, 840, 1705305660, 'ACCEPT', 'OK'],
      ['2024-01-15', null, null, 1705305660, '-', 'NODATA'],
      ['2024-01-16', 22, 840, 1705305660, 'ACCEPT', 'OK'],
    ])
    expect(await io(`SELECT * FROM vpc_flow_logs WHERE "date" = DATE '2024-01-16'`)).toMatchObject([
      { partitions: 1, files: 1 },
    ])
  })

  it('reads version 5 with projected accounts, regions and days', async () => {
    const v5 = `${line(53)} vpc-1 subnet-1 i-1 2 IPv4 192.0.2.1 198.51.100.2 us-east-1 use1-az1 - - - S3 egress 8`
    put('v5/AWSLogs/111122223333/vpcflowlogs/us-east-1/2024/01/15/a.log.gz', `h\n${v5}\n`)
    put('v5/AWSLogs/444455556666/vpcflowlogs/us-east-1/2024/01/15/a.log.gz', `h\n${v5}\n`)
    await run(flowLogsV5(join(root, 'v5')))
    const sql = `SELECT accid, day, tcp_flags, pkt_dst_aws_service, flow_direction, traffic_path
      FROM vpc_flow_logs_pp WHERE accid = '444455556666' AND day = '2024/01/15'`
    expect(await run(sql)).toEqual([['444455556666', '2024/01/15', 2, 'S3', 'egress', 8]])
    expect(await io(sql)).toMatchObject([{ partitions: 2, files: 1 }])
  })

  it('reads a format of its own', async () => {
    put('custom/x/a.log', 'a b c d e\n192.0.2.1 198.51.100.2 443 7 ingress\n192.0.2.9 -\n')
    await run(flowLogsCustom('custom/'))
    expect(await run(`SELECT * FROM custom_flow_logs ORDER BY 1`)).toEqual([
      ['192.0.2.1', '198.51.100.2', 443, 7, 'ingress'],
      ['192.0.2.9', '-', null, null, null],
    ])
    expect(await run(`SELECT "$path" FROM custom_flow_logs LIMIT 1`)).toEqual([
      [expect.stringMatching(/^file:.*\/custom\/x\/a\.log$/)],
    ])
  })
})
