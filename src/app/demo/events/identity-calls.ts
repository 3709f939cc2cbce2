import { call, type CallKind, nothing } from './kind.js'

/** STS, IAM and console sign-ins. */
export const IDENTITY_CALLS: readonly CallKind[] = [
  {
    source: 'sts.amazonaws.com',
    name: 'AssumeRole',
    weight: 13,
    readOnly: true,
    body: ({ random, account }) => {
      const role = random.pick(account.roles)
      const session = random.chance(0.5) ? random.pick(account.instances) : `job-${random.hex(9)}`
      const arn = `arn:aws:iam::${account.id}:role/${role.name}`
      return {
        requestParameters: {
          roleArn: arn,
          roleSessionName: session,
          durationSeconds: random.pick([900, 3600, 3600, 43_200]),
        },
        responseElements: {
          credentials: {
            accessKeyId: random.pick(role.keys),
            sessionToken: random.base64(random.pick([160, 240, 340])),
            expiration: 'Jan 15, 2024, 8:12:43 PM',
          },
          assumedRoleUser: {
            assumedRoleId: `${role.id}:${session}`,
            arn: `arn:aws:sts::${account.id}:assumed-role/${role.name}/${session}`,
          },
        },
        resources: [{ accountId: account.id, type: 'AWS::IAM::Role', ARN: arn }],
      }
    },
  },
  call(['sts', 'GetCallerIdentity'], 1.6, nothing),
  call(['iam', 'ListUsers'], 0.4, nothing),
  call(['iam', 'GetUser'], 0.5, ({ random, account }) => ({
    userName: random.pick(account.users).name,
  })),
  call(['iam', 'GetRole'], 1, ({ random, account }) => ({
    roleName: random.pick(account.roles).name,
  })),
  call(['iam', 'ListAttachedRolePolicies'], 0.7, ({ random, account }) => ({
    roleName: random.pick(account.roles).name,
  })),
  call(['iam', 'GetPolicyVersion'], 0.5, ({ account }) => ({
    policyArn: `arn:aws:iam::${account.id}:policy/app`,
    versionId: 'v3',
  })),
  {
    source: 'signin.amazonaws.com',
    name: 'ConsoleLogin',
    weight: 0.12,
    readOnly: false,
    body: ({ random }) => ({
      responseElements: { ConsoleLogin: 'Success' },
      additionalEventData: {
        LoginTo: 'https://console.aws.amazon.com/console/home',
        MobileVersion: 'No',
        MFAUsed: random.pick(['Yes', 'Yes', 'No']),
      },
    }),
  },
]
