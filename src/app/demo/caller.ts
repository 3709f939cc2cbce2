import type { Random } from './random.js'
import type { Account, Role, User, World } from './world.js'

interface UserIdentity {
  readonly type: string
  readonly arn?: string
  readonly [more: string]: unknown
}

/** Who called, from where, with what. */
export interface Caller {
  readonly userIdentity: UserIdentity
  readonly sourceIPAddress: string
  readonly userAgent: string
}

const AGENTS = {
  go: 'aws-sdk-go-v2/1.30.3 ua/2.1 os/linux lang/go#1.22.5 md/GOOS#linux md/GOARCH#amd64',
  boto: 'Boto3/1.34.131 md/Botocore#1.34.131 ua/2.0 os/linux#5.10.217-205.860.amzn2.x86_64 md/arch#x86_64 lang/python#3.11.9 md/pyimpl#CPython cfg/retry-mode#legacy Botocore/1.34.131',
  cli: 'aws-cli/2.17.9 md/awscrt#0.20.11 ua/2.0 os/macos#23.5.0 md/arch#arm64 lang/python#3.11.8 md/pyimpl#CPython cfg/retry-mode#standard md/installer#exe',
  terraform:
    'APN/1.0 HashiCorp/1.0 Terraform/1.8.5 (+https://www.terraform.io) terraform-provider-aws/5.55.0 aws-sdk-go-v2/1.27.2 os/linux lang/go#1.22.4',
  browser:
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
  java: 'aws-sdk-java/2.26.7 Linux/5.10.218-208.862.amzn2.x86_64 OpenJDK_64-Bit_Server_VM/17.0.11 vendor/Amazon.com_Inc. io/sync http/Apache cfg/retry-mode/legacy',
} as const

const SERVICES = [
  'config',
  'lambda',
  'ec2',
  'autoscaling',
  'ecs-tasks',
  'elasticloadbalancing',
].map((s) => `${s}.amazonaws.com`)

/** Picks who makes a call, in the proportions of a usual account: mostly roles and services. */
export function pickCaller(
  random: Random,
  world: World,
  account: Account,
  call: string,
  time: string,
): Caller {
  const roll = random.next()
  if (call === 'ConsoleLogin') return signIn(random, world, account)
  if (roll < (call === 'AssumeRole' ? 0.72 : 0.08)) {
    const service = random.pick(SERVICES)
    return {
      userIdentity: { type: 'AWSService', invokedBy: service },
      sourceIPAddress: service,
      userAgent: service,
    }
  }
  if (roll < 0.78) return asRole(random, world, account, time)
  if (roll < 0.985) {
    const user = random.pick(account.users)
    return asUser(account, user, random.pick(user.keys), {
      ip: random.pick(random.chance(0.8) ? world.offices : world.elsewhere),
      agent: random.pick([AGENTS.boto, AGENTS.cli, AGENTS.terraform]),
      ...(random.chance(0.2) ? { mfaAt: time } : {}),
    })
  }
  const other = random.pick(world.accounts)
  return {
    userIdentity: {
      type: 'AWSAccount',
      principalId: `${random.id('AROA')}:partner`,
      accountId: other.id,
    },
    sourceIPAddress: random.pick(world.elsewhere),
    userAgent: AGENTS.go,
  }
}

function iamUser(account: Account, user: User) {
  return {
    type: 'IAMUser',
    principalId: user.id,
    arn: `arn:aws:iam::${account.id}:user/${user.name}`,
    accountId: account.id,
    userName: user.name,
  }
}

/** An IAM user with an access key. */
export function asUser(
  account: Account,
  user: User,
  key: string,
  from: { readonly ip: string; readonly agent?: string; readonly mfaAt?: string },
): Caller {
  return {
    userIdentity: {
      ...iamUser(account, user),
      accessKeyId: key,
      ...(from.mfaAt
        ? {
            sessionContext: { attributes: { creationDate: from.mfaAt, mfaAuthenticated: 'true' } },
          }
        : {}),
    },
    sourceIPAddress: from.ip,
    userAgent: from.agent ?? AGENTS.cli,
  }
}

/** Somebody at the sign-in page of the console. */
export function atConsole(account: Account, user: User, ip: string): Caller {
  return {
    userIdentity: iamUser(account, user),
    sourceIPAddress: ip,
    userAgent: AGENTS.browser,
  }
}

function signIn(random: Random, world: World, account: Account): Caller {
  return atConsole(account, random.pick(account.users), random.pick(world.offices))
}

function asRole(random: Random, world: World, account: Account, time: string): Caller {
  const role = random.pick(account.roles)
  const person = role.name.startsWith('AWSReservedSSO')
  const session = person
    ? `${random.pick(account.users).name}@example.com`
    : role.name.startsWith('lambda')
      ? `${role.name}-fn`
      : random.pick(account.instances)
  return {
    userIdentity: roleIdentity(random, account, role, session, time),
    sourceIPAddress: random.pick(
      person ? world.offices : random.chance(0.4) ? world.internal : world.elsewhere,
    ),
    userAgent: person
      ? random.pick([AGENTS.cli, AGENTS.browser, AGENTS.terraform])
      : random.pick([AGENTS.go, AGENTS.boto, AGENTS.java]),
  }
}

function roleIdentity(
  random: Random,
  account: Account,
  role: Role,
  session: string,
  time: string,
): UserIdentity {
  return {
    type: 'AssumedRole',
    principalId: `${role.id}:${session}`,
    arn: `arn:aws:sts::${account.id}:assumed-role/${role.name}/${session}`,
    accountId: account.id,
    accessKeyId: random.pick(role.keys),
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        principalId: role.id,
        arn: `arn:aws:iam::${account.id}:role/${role.name}`,
        accountId: account.id,
        userName: role.name,
      },
      webIdFederationData: {},
      attributes: { creationDate: time, mfaAuthenticated: 'false' },
      ...(role.name === 'web-server' ? { ec2RoleDelivery: '2.0' } : {}),
    },
  }
}
