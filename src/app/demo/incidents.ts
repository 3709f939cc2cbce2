import { asUser, atConsole } from './caller.js'
import { type CloudTrailRecord, record } from './cloudtrail-record.js'
import type { Random } from './random.js'
import type { Account, World } from './world.js'

/** A record of an incident: where it is delivered and when it happened (milliseconds). */
export interface IncidentRecord {
  readonly account: Account
  readonly region: string
  readonly time: number
  readonly record: CloudTrailRecord
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/**
 * What went wrong in the week that starts at `start`: somebody guesses at the console; a leaked key
 * looks around, opens SSH to the world and stops the trail; a bucket is emptied and deleted at night.
 */
export function incidents(random: Random, world: World, start: number): IncidentRecord[] {
  const [first, second] = world.accounts
  if (!first || !second) return []
  return [
    ...guessing(random, first, start + 2 * DAY + 3 * HOUR),
    ...leakedKey(random, first, start + 4 * DAY + 1 * HOUR + 12 * MINUTE),
    ...emptiedBucket(random, second, start + 5 * DAY + 2 * HOUR + 40 * MINUTE),
  ]
}

type Step = Parameters<typeof record>[4] & { readonly after: number }

function guessing(random: Random, account: Account, start: number): IncidentRecord[] {
  const place = { account, region: 'us-east-1' }
  return Array.from({ length: 40 }, (_, i) => {
    const user = random.pick(account.users)
    const time = start + i * 17_000
    return {
      ...place,
      time,
      record: record(random, place, time, atConsole(account, user, '198.51.100.23'), {
        source: 'signin.amazonaws.com',
        name: 'ConsoleLogin',
        readOnly: false,
        errorMessage: 'Failed authentication',
        responseElements: { ConsoleLogin: 'Failure' },
        additionalEventData: { MobileVersion: 'No', MFAUsed: 'No' },
      }),
    }
  })
}

function leakedKey(random: Random, account: Account, start: number): IncidentRecord[] {
  const group = account.groups[7] as string
  const steps: Step[] = [
    { after: 0, source: 'sts.amazonaws.com', name: 'GetCallerIdentity', readOnly: true },
    {
      after: 1,
      source: 'iam.amazonaws.com',
      name: 'ListUsers',
      readOnly: true,
      ...denied('iam:ListUsers'),
    },
    { after: 2, source: 'ec2.amazonaws.com', name: 'DescribeSecurityGroups', readOnly: true },
    {
      after: 5,
      source: 'ec2.amazonaws.com',
      name: 'AuthorizeSecurityGroupIngress',
      readOnly: false,
      requestParameters: {
        groupId: group,
        ipPermissions: {
          items: [
            {
              ipProtocol: 'tcp',
              fromPort: 22,
              toPort: 22,
              groups: {},
              ipRanges: { items: [{ cidrIp: '0.0.0.0/0' }] },
              ipv6Ranges: {},
              prefixListIds: {},
            },
          ],
        },
      },
      responseElements: { requestId: random.uuid(), _return: true },
    },
    {
      after: 9,
      source: 'cloudtrail.amazonaws.com',
      name: 'StopLogging',
      readOnly: false,
      requestParameters: { name: `arn:aws:cloudtrail:us-east-1:${account.id}:trail/main` },
    },
    {
      after: 64,
      source: 'cloudtrail.amazonaws.com',
      name: 'StartLogging',
      readOnly: false,
      requestParameters: { name: `arn:aws:cloudtrail:us-east-1:${account.id}:trail/main` },
    },
  ]
  return byUser(random, account, 'ci-deploy', '198.51.100.77', 'us-east-1', start, steps)
}

function emptiedBucket(random: Random, account: Account, start: number): IncidentRecord[] {
  const bucketName = account.buckets.find((b) => b.endsWith('-backup')) ?? ''
  const target = (key?: string): Pick<Step, 'requestParameters' | 'resources'> => ({
    requestParameters: {
      bucketName,
      Host: `${bucketName}.s3.eu-west-1.amazonaws.com`,
      ...(key ? { key } : {}),
    },
    resources: [
      { accountId: account.id, type: 'AWS::S3::Bucket', ARN: `arn:aws:s3:::${bucketName}` },
    ],
  })
  const steps: Step[] = [
    {
      after: 0,
      source: 's3.amazonaws.com',
      name: 'ListObjects',
      readOnly: true,
      data: true,
      ...target(),
    },
    ...Array.from({ length: 180 }, (_, i): Step => ({
      after: 1 + Math.floor(i / 12),
      source: 's3.amazonaws.com',
      name: 'DeleteObject',
      readOnly: false,
      data: true,
      ...target(`daily/2024-01-${String(1 + (i % 30)).padStart(2, '0')}/dump-${i}.zst`),
    })),
    { after: 17, source: 's3.amazonaws.com', name: 'DeleteBucket', readOnly: false, ...target() },
  ]
  return byUser(random, account, 'backup-svc', '198.51.100.77', 'eu-west-1', start, steps)
}

function byUser(
  random: Random,
  account: Account,
  name: string,
  ip: string,
  region: string,
  start: number,
  steps: readonly Step[],
): IncidentRecord[] {
  const user = account.users.find((u) => u.name === name)
  if (!user) return []
  const caller = asUser(account, user, user.keys[0] as string, { ip })
  return steps.map(({ after, ...facts }) => {
    const time = start + after * MINUTE + random.int(0, 50) * 1000
    return {
      account,
      region,
      time,
      record: record(random, { account, region }, time, caller, facts),
    }
  })
}

const denied = (action: string): Pick<Step, 'errorCode' | 'errorMessage'> => ({
  errorCode: 'AccessDenied',
  errorMessage: `not authorized to perform: ${action} because no identity-based policy allows it`,
})
