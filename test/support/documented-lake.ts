import { cloudtrail } from '../../src/formats/aws/cloudtrail.js'
import { vpcFlow } from '../../src/formats/aws/vpc-flow.js'
import { tableColumns } from '../../src/formats/table-schema.js'
import type { LakeContext } from '../../src/app/context.js'
import { addRows } from './lake.js'

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

/** Fills a lake with what the documented queries ask for. */
export async function addDocumented(context: LakeContext): Promise<void> {
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
}
