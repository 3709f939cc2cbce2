import { gzipSync } from 'node:zlib'
import type { ByteStore } from '../../src/storage/store.js'

/** Where the raw objects lie in their bucket. */
export const TRAIL = 'AWSLogs/111122223333/CloudTrail'

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

/** Two days of CloudTrail: who opened and closed which ports, and calls that changed nothing. */
export async function putIngressTrail(store: ByteStore): Promise<void> {
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
}

/** Who changed the ingress rules of a security group: over the table `cloudtrail_logs`, in Athena's words. */
export const INGRESS_QUERY = `
    SELECT eventtime, useridentity.arn, eventname,
           json_extract_scalar(requestparameters, '$.ipPermissions.items[0].fromPort') AS port,
           json_extract_scalar(requestparameters, '$.ipPermissions.items[0].ipRanges.items[0].cidrIp') AS cidr
    FROM cloudtrail_logs
    WHERE eventname IN ('AuthorizeSecurityGroupIngress', 'RevokeSecurityGroupIngress')
      AND json_extract_scalar(requestparameters, '$.groupId') = 'sg-0abc'
      AND errorcode IS NULL AND day = '15'
    ORDER BY eventtime`

export const INGRESS_ROWS = [
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
]
