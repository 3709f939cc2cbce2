import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addDocumented } from '../../test/support/documented-lake.js'
import { rowsOf, testContext } from '../../test/support/lake.js'
import { DIALECTS, type Dialect } from '../sql/dialects.js'
import type { LakeContext } from './context.js'
import { query } from './query.js'

const folder = fileURLToPath(new URL('../../docs/queries/', import.meta.url))
const root = mkdtempSync(join(tmpdir(), 'headrig-docs-'))
let context: LakeContext

beforeAll(async () => {
  context = await testContext(join(root, 'lake'), { memory: '512MiB', threads: '2' })
  await addDocumented(context)
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
