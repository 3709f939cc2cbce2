import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addRows, rowsOf, testContext } from '../../test/support/lake.js'
import { cloudtrail } from '../formats/aws/cloudtrail.js'
import { vpcFlow } from '../formats/aws/vpc-flow.js'
import { tableColumns } from '../formats/table-schema.js'
import { DIALECTS, type Dialect } from '../sql/dialects.js'
import type { LakeContext } from './context.js'
import { query } from './query.js'

const folder = fileURLToPath(new URL('../../docs/queries/', import.meta.url))
const root = mkdtempSync(join(tmpdir(), 'headrig-docs-'))
let context: LakeContext

const OPEN = `{"groupId":"sg-1","ipPermissions":{"items":[{"ipProtocol":"tcp","fromPort":22,"toPort":22,"ipRanges":{"items":[{"cidrIp":"0.0.0.0/0"}]}},{"ipProtocol":"tcp","fromPort":443,"toPort":443,"ipRanges":{"items":[{"cidrIp":"10.0.0.0/8"}]}}]}}`

const EVENTS = `
  ('2024-01-15T03:00:00Z', 's3.amazonaws.com', 'DeleteBucket', 'AssumedRole', 'arn:aws:sts::111122223333:assumed-role/ops/ada', '111122223333', 'AKIAIOSFODNN7EXAMPLE', 'ops', '203.0.113.7', NULL, '{"bucketName":"audit-logs"}', NULL, NULL),
  ('2024-01-15T03:01:30Z', 's3.amazonaws.com', 'DeleteObject', 'AssumedRole', 'arn:aws:sts::111122223333:assumed-role/ops/ada', '111122223333', 'AKIAIOSFODNN7EXAMPLE', 'ops', '203.0.113.7', 'AccessDenied', '{"bucketName":"backups"}', NULL, NULL),
  ('2024-01-15T04:00:00Z', 's3.amazonaws.com', 'GetObject', NULL, NULL, 'anonymous', NULL, NULL, '198.51.100.9', NULL, '"HIDDEN"', NULL, NULL),
  ('2024-01-16T08:00:00Z', 'signin.amazonaws.com', 'ConsoleLogin', 'Root', 'arn:aws:iam::111122223333:root', '111122223333', NULL, NULL, '198.51.100.9', NULL, NULL, '{"ConsoleLogin":"Success"}', '{"MFAUsed":"No"}'),
  ('2024-01-16T08:05:00Z', 'signin.amazonaws.com', 'ConsoleLogin', 'IAMUser', 'arn:aws:iam::111122223333:user/bob', '111122223333', NULL, NULL, '198.51.100.10', NULL, NULL, '{"ConsoleLogin":"Failure"}', '{"MFAUsed":"Yes"}'),
  ('2024-01-16T09:00:00Z', 'ec2.amazonaws.com', 'AuthorizeSecurityGroupIngress', 'IAMUser', 'arn:aws:iam::111122223333:user/bob', '111122223333', NULL, NULL, '198.51.100.10', NULL, '${OPEN}', NULL, NULL)`

const FLOWS = `
  ('eni-1', '203.0.113.5', '10.0.0.4', 40000, 22, 6, 10, 5250, 1705277100, 1705277160, 'ACCEPT'),
  ('eni-1', '203.0.113.5', '10.0.0.4', 40001, 22, 6, 1, 40, 1705277200, 1705277201, 'ACCEPT'),
  ('eni-1', '10.0.0.9', '10.0.0.4', 40002, 443, 6, 3, 4000, 1705280700, 1705281000, 'ACCEPT'),
  ('eni-2', '198.51.100.77', '10.0.0.5', 5000, 3389, 6, 2, 80, 1705280800, 1705280810, 'REJECT'),
  ('eni-2', '198.51.100.77', '10.0.0.5', 5001, 23, 6, 2, 80, 1705280800, 1705280810, 'REJECT')`

beforeAll(async () => {
  context = await testContext(join(root, 'lake'), { memory: '512MiB', threads: '2' })
  for (const day of ['2024-01-15', '2024-01-16']) {
    await addRows(context, {
      table: 'aws_cloudtrail',
      columns: tableColumns(cloudtrail),
      day,
      select: `SELECT t::TIMESTAMPTZ AS time, md5(t) AS event_id, '111122223333' AS account_id, 'us-east-1' AS region,
        arn AS actor, ip AS source_ip, t AS event_time, source AS event_source, name AS event_name,
        {'type': kind, 'arn': arn, 'account_id': account, 'access_key_id': access_key,
         'session_context': {'session_issuer': {'user_name': role}}} AS user_identity,
        ip AS source_ip_address, 'aws-cli/2' AS user_agent, error AS error_code,
        request AS request_parameters, response AS response_elements, more AS additional_event_data,
        CASE WHEN name LIKE 'Delete%' THEN [{'arn': 'arn:aws:s3:::' || (request ->> '$.bucketName'),
          'account_id': account, 'type': 'AWS::S3::Bucket'}] END AS resources
        FROM (VALUES ${EVENTS}) AS v(t, source, name, kind, arn, account, access_key, role, ip, error, request, response, more)
        WHERE t[:10] = '${day}'`,
    })
  }
  await addRows(context, {
    table: 'aws_vpc_flow',
    columns: tableColumns(vpcFlow),
    day: '2024-01-15',
    select: `SELECT to_timestamp(start) AS time, '111122223333' AS account_id, src AS source_ip, dst AS dest_ip,
      '00000000000000000000ffff' || printf('%02x%02x%02x%02x', (split_part(src, '.', 1))::INTEGER,
        (split_part(src, '.', 2))::INTEGER, (split_part(src, '.', 3))::INTEGER, (split_part(src, '.', 4))::INTEGER) AS source_ip_key,
      eni AS interface_id, src AS srcaddr, dst AS dstaddr, sport AS srcport, dport AS dstport, proto AS protocol,
      packets::BIGINT AS packets, bytes::BIGINT AS bytes, start::BIGINT AS start, stop::BIGINT AS "end", act AS action, 'OK' AS log_status
      FROM (VALUES ${FLOWS}) AS v(eni, src, dst, sport, dport, proto, packets, bytes, start, stop, act)`,
  })
})
afterAll(async () => {
  await context.close()
  rmSync(root, { recursive: true, force: true })
})

/** The columns of each answer and its first row, worked out by hand from the rows above. */
const FIRST: Readonly<Record<string, readonly [string, readonly unknown[]]>> = {
  'athena-cloudtrail-anonymous-access': [
    'eventtime,eventsource,eventname,sourceipaddress,requestparameters',
    ['2024-01-15T04:00:00Z', 's3.amazonaws.com', 'GetObject', '198.51.100.9', '"HIDDEN"'],
  ],
  'athena-cloudtrail-bucket-deletions-by-role': [
    'role,bucket,minute,calls',
    ['ops', 'audit-logs', '2024-01-15 03:00', 1],
  ],
  'athena-cloudtrail-refused-calls-by-hour': [
    'hour,eventsource,errorcode,calls,callers',
    ['2024-01-15T03:00:00Z', 's3.amazonaws.com', 'AccessDenied', 1, 1],
  ],
  'athena-cloudtrail-resources-touched': [
    'arn,accountid,type,events',
    ['arn:aws:s3:::audit-logs', '111122223333', 'AWS::S3::Bucket', 1],
  ],
  'athena-cloudtrail-root-sign-ins': [
    'type,eventname,sourceipaddress,eventtime,additionaleventdata',
    ['Root', 'ConsoleLogin', '198.51.100.9', '2024-01-16T08:00:00Z', '{"MFAUsed":"No"}'],
  ],
  'athena-vpc-flow-bytes-per-packet': [
    'sourceaddress,destinationaddress,bytes_per_packet',
    ['10.0.0.9', '10.0.0.4', 1333],
  ],
  'athena-vpc-flow-https-servers': ['packetcount,dstaddr', [3, '10.0.0.4']],
  'athena-vpc-flow-long-flows': [
    'srcaddr,dstaddr,dstport,started,ended,seconds',
    ['10.0.0.9', '10.0.0.4', 443, '2024-01-15T01:05:00Z', '2024-01-15T01:10:00Z', 300],
  ],
  'athena-vpc-flow-ports-by-interface': [
    'interface_id,account_id,ports,first_source',
    ['eni-1', '111122223333', '22,443', '203.0.113.5'],
  ],
  'athena-vpc-flow-rejected-tcp': [
    'day,date,interface_id,srcaddr,action,protocol',
    [1, '2024-01-15', 'eni-2', '198.51.100.77', 'REJECT', 6],
  ],
  'cloudtrail-access-key-history': [
    'time,account_id,region,event_source,event_name,source_ip,error_code',
    [
      '2024-01-15T03:00:00Z',
      '111122223333',
      'us-east-1',
      's3.amazonaws.com',
      'DeleteBucket',
      '203.0.113.7',
      null,
    ],
  ],
  'cloudtrail-actions-by-caller': [
    'actor,event_source,event_name,calls,refused',
    ['arn:aws:iam::111122223333:root', 'signin.amazonaws.com', 'ConsoleLogin', 1, 0],
  ],
  'cloudtrail-console-logins-without-mfa': [
    'time,actor,source_ip,outcome',
    ['2024-01-16T08:00:00Z', 'arn:aws:iam::111122223333:root', '198.51.100.9', 'Success'],
  ],
  'cloudtrail-deleted-buckets': [
    'time,actor,source_ip,bucket,user_agent',
    [
      '2024-01-15T03:00:00Z',
      'arn:aws:sts::111122223333:assumed-role/ops/ada',
      '203.0.113.7',
      'audit-logs',
      'aws-cli/2',
    ],
  ],
  'cloudtrail-open-security-groups': [
    'time,actor,source_ip,security_group,from_port,to_port',
    [
      '2024-01-16T09:00:00Z',
      'arn:aws:iam::111122223333:user/bob',
      '198.51.100.10',
      'sg-1',
      '22',
      '22',
    ],
  ],
  'vpc-flow-bytes-by-hour': ['hour,bytes,packets,flows', ['2024-01-15T00:00:00Z', 5290, 11, 2]],
  'vpc-flow-network-range': [
    'time,source_ip,dest_ip,dstport,action,bytes',
    ['2024-01-15T00:05:00Z', '203.0.113.5', '10.0.0.4', 22, 'ACCEPT', 5250],
  ],
  'vpc-flow-rejected-by-source': [
    'srcaddr,flows,ports,targets,first_seen,last_seen',
    ['198.51.100.77', 2, 2, 1, '2024-01-15T01:06:40Z', '2024-01-15T01:06:40Z'],
  ],
  'vpc-flow-remote-administration': [
    'srcaddr,dstaddr,dstport,flows,last_seen',
    ['203.0.113.5', '10.0.0.4', 22, 2, '2024-01-15T00:06:40Z'],
  ],
  'vpc-flow-top-talkers': [
    'source,destination,port,connections,packets,bytes,first_seen,last_seen',
    ['203.0.113.5', '10.0.0.4', 22, 2, 11, 5290, '2024-01-15T00:05:00Z', '2024-01-15T00:06:41Z'],
  ],
}

describe('the queries in docs/queries', () => {
  const files = readdirSync(folder).filter((f) => f.endsWith('.sql'))

  it.each(files)('%s', async (file) => {
    const text = readFileSync(join(folder, file), 'utf8')
    const [, title, dialect, question] =
      /^-- title: (.+)\n-- dialect: (\w+)\n-- question: (.+)\n/.exec(text) ?? []
    expect([title, question]).not.toContain(undefined)
    expect(DIALECTS).toContain(dialect)
    const answer = await query({ sql: text, dialect: dialect as Dialect }, context)
    const [first] = await rowsOf(answer)
    expect([answer.columns.map((c) => c.name).join(), first]).toEqual(FIRST[file.slice(0, -4)])
  })
})
