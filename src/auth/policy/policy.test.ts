import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decide, type Caller, type PolicyRequest, type PolicySet } from './decide.js'
import { parsePolicy, type PolicyKind } from './parse.js'
import type { Policy } from './policy.js'
import { isMatch, MANY, ONE } from './wildcard.js'

const ACCOUNT = '111122223333'
const USER: Caller = { account: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:user/ada` }
const SESSION: Caller = {
  account: ACCOUNT,
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/jobs/run`,
  roleArn: `arn:aws:iam::${ACCOUNT}:role/jobs`,
}
const CLUSTER = `arn:aws:elasticmapreduce:us-east-1:${ACCOUNT}:cluster/j-1`

function policy(
  statements: unknown,
  kind: PolicyKind = 'identity',
  version = '2012-10-17',
): Policy {
  return parsePolicy(JSON.stringify({ Version: version, Statement: statements }), 'p', kind)
}

function ask(
  policies: PolicySet,
  {
    context = {},
    ...request
  }: { context?: Record<string, string | string[]> } & Partial<Omit<PolicyRequest, 'context'>> = {},
): boolean {
  const entries = Object.entries(context).map(
    ([k, v]) => [k.toLowerCase(), typeof v === 'string' ? [v] : v] as const,
  )
  return decide(policies, {
    action: 'elasticmapreduce:DescribeCluster',
    resource: CLUSTER,
    caller: USER,
    ...request,
    context: new Map(entries),
  }).allowed
}

const ALL = { Effect: 'Allow', Action: '*', Resource: '*' }
const allowAll = policy(ALL)

function holds(
  condition: unknown,
  context: Record<string, string | string[]>,
  version?: string,
): boolean {
  return ask(
    { identity: [policy({ ...ALL, Condition: condition }, 'identity', version)] },
    { context },
  )
}

describe('decide', () => {
  it('denies what nothing allows, and what anything denies', () => {
    expect(ask({ identity: [] })).toBe(false)
    expect(ask({ identity: [allowAll] })).toBe(true)
    const deny = policy({ Effect: 'Deny', Action: 'elasticmapreduce:desc*', Resource: '*' })
    expect(ask({ identity: [allowAll, deny] })).toBe(false)
    expect(ask({ identity: [allowAll], boundary: deny })).toBe(false)
    const decision = decide(
      { identity: [allowAll], session: [deny] },
      {
        action: 'elasticmapreduce:DescribeCluster',
        resource: '*',
        caller: USER,
        context: new Map(),
      },
    )
    expect(decision).toEqual({
      allowed: false,
      isExplicit: true,
      layer: 'session',
      statement: 'p, statement 1',
    })
  })

  it('caps by boundary and session', () => {
    const s3 = policy({ Effect: 'Allow', Action: 's3:*', Resource: '*' })
    expect(ask({ identity: [allowAll], boundary: s3 })).toBe(false)
    expect(ask({ identity: [allowAll], session: [s3] })).toBe(false)
    expect(ask({ identity: [allowAll], session: [s3, allowAll], boundary: allowAll })).toBe(true)
    expect(ask({ identity: [s3], boundary: allowAll, session: [allowAll] })).toBe(false)
  })

  it('matches actions without case, resources part by part, and what Not… leaves', () => {
    const may = (statement: object): boolean =>
      ask({ identity: [policy({ Effect: 'Allow', ...statement })] })
    expect(may({ Action: 'ElasticMapReduce:describecluster', Resource: '*' })).toBe(true)
    expect(may({ Action: 'elasticmapreduce:Describe?luster', Resource: CLUSTER })).toBe(true)
    expect(may({ Action: '*', Resource: 'arn:aws:elasticmapreduce:*:*:cluster/*' })).toBe(true)
    expect(may({ Action: '*', Resource: 'arn:aws:elasticmapreduce:*:cluster/*:' })).toBe(false)
    expect(may({ Action: '*', Resource: 'arn:aws:s3:::*' })).toBe(false)
    expect(may({ NotAction: 'iam:*', Resource: '*' })).toBe(true)
    expect(may({ NotAction: 'elasticmapreduce:*', Resource: '*' })).toBe(false)
    expect(may({ Action: '*', NotResource: CLUSTER })).toBe(false)
    expect(may({ Action: '*', NotResource: `${CLUSTER}2` })).toBe(true)
  })

  it('knows whom a policy of a resource names', () => {
    const named = (principal: unknown): Policy =>
      policy({ ...ALL, Principal: principal }, 'resource')
    const none = { identity: [] }
    expect(ask({ ...none, resource: named({ AWS: USER.arn }) })).toBe(true)
    expect(ask({ ...none, resource: named('*') })).toBe(true)
    expect(ask({ ...none, resource: named({ AWS: ACCOUNT }) })).toBe(false)
    expect(ask({ identity: [allowAll], resource: named({ AWS: ACCOUNT }) })).toBe(true)
    const byRole = named({ AWS: SESSION.roleArn })
    const nothing = policy({ Effect: 'Allow', Action: 's3:*', Resource: '*' })
    expect(ask({ ...none, resource: byRole }, { caller: SESSION })).toBe(true)
    expect(ask({ ...none, resource: byRole, session: [nothing] }, { caller: SESSION })).toBe(false)
    const service = { account: ACCOUNT, arn: 'x', service: 'emr.amazonaws.com' }
    expect(
      ask({ ...none, resource: named({ Service: 'emr.amazonaws.com' }) }, { caller: service }),
    ).toBe(true)
    expect(ask({ ...none, resource: named({ Service: 'emr.amazonaws.com' }) })).toBe(false)
    const deny = { Effect: 'Deny', Action: '*', Resource: '*', NotPrincipal: { AWS: USER.arn } }
    const both = policy([{ ...ALL, Principal: '*' }, deny], 'resource')
    expect(ask({ ...none, resource: both })).toBe(true)
    expect(ask({ ...none, resource: both }, { caller: SESSION })).toBe(false)
  })
})

describe('conditions', () => {
  it.each<[string, unknown, Record<string, string | string[]>, boolean]>([
    [
      'equal',
      { StringEquals: { 'aws:username': ['ada', 'bob'] } },
      { 'aws:UserName': 'bob' },
      true,
    ],
    ['with case', { StringEquals: { k: 'ada' } }, { k: 'Ada' }, false],
    ['without case', { StringEqualsIgnoreCase: { k: 'ada' } }, { k: 'ADA' }, true],
    ['no wildcards in equals', { StringEquals: { k: 'a*' } }, { k: 'abc' }, false],
    ['like', { StringLike: { k: 'a?c*' } }, { k: 'abcd' }, true],
    ['not equal, missing', { StringNotEquals: { k: 'a' } }, {}, true],
    ['equal, missing', { StringEquals: { k: 'a' } }, {}, false],
    ['equal if there, missing', { StringEqualsIfExists: { k: 'a' } }, {}, true],
    ['equal if there, other', { StringEqualsIfExists: { k: 'a' } }, { k: 'b' }, false],
    ['missing', { Null: { k: 'true' } }, {}, true],
    ['not missing', { Null: { k: false } }, { k: 'x' }, true],
    ['number', { NumericLessThanEquals: { k: 10 } }, { k: '9.5' }, true],
    ['no number', { NumericLessThan: { k: '10' } }, { k: 'x' }, false],
    [
      'date',
      { DateGreaterThan: { k: '2026-11-20T00:00:00Z' } },
      { k: '2026-11-21T00:00:00Z' },
      true,
    ],
    ['date of seconds', { DateLessThan: { k: '2026-11-21' } }, { k: '1795000000' }, true],
    ['bool', { Bool: { 'aws:SecureTransport': 'true' } }, { 'aws:SecureTransport': 'true' }, true],
    ['bool, missing', { Bool: { k: 'false' } }, {}, false],
    ['address', { IpAddress: { k: ['192.0.2.0/24'] } }, { k: '192.0.2.9' }, true],
    ['address of six', { IpAddress: { k: '2001:db8::/32' } }, { k: '2001:db8::1' }, true],
    ['not address', { NotIpAddress: { k: '192.0.2.0/24' } }, { k: '198.51.100.1' }, true],
    ['no address', { IpAddress: { k: '0.0.0.0/0' } }, { k: 'AWS Internal' }, false],
    ['arn', { ArnLike: { k: 'arn:aws:iam::*:role/*' } }, { k: 'arn:aws:iam::1:role/a' }, true],
    ['arn by parts', { ArnLike: { k: 'arn:aws:*:role/a' } }, { k: 'arn:aws:iam::1:role/a' }, false],
    ['bytes', { BinaryEquals: { k: 'QUI=' } }, { k: 'QUI=' }, true],
    ['all', { 'ForAllValues:StringEquals': { k: ['a', 'b'] } }, { k: ['a', 'b'] }, true],
    ['all but one', { 'ForAllValues:StringEquals': { k: ['a'] } }, { k: ['a', 'b'] }, false],
    ['all of none', { 'ForAllValues:StringEquals': { k: 'a' } }, {}, true],
    ['any', { 'ForAnyValue:StringLike': { k: 'b*' } }, { k: ['a', 'bc'] }, true],
    ['any of none', { 'ForAnyValue:StringNotEquals': { k: 'b' } }, {}, false],
    ['any that is not', { 'ForAnyValue:StringNotEquals': { k: 'b' } }, { k: ['a', 'b'] }, true],
    [
      'variable',
      { StringEquals: { k: '${aws:username}/x' } },
      { k: 'ada/x', 'aws:username': 'ada' },
      true,
    ],
    ['variable without value', { StringEquals: { k: '${aws:username}' } }, { k: '' }, false],
    ['fallback', { StringEquals: { k: "${aws:PrincipalTag/t, 'none'}" } }, { k: 'none' }, true],
    ['star itself', { StringLike: { k: 'a${*}' } }, { k: 'ab' }, false],
    ['star itself, there', { StringLike: { k: '${?}${$}${*}' } }, { k: '?$*' }, true],
    ['value with a star', { StringLike: { k: '${t}' } }, { k: 'abc', t: '*' }, false],
  ])('%s', (_name, condition, context, expected) => {
    expect(holds(condition, context)).toBe(expected)
  })

  it('lets a variable without a value deny, never allow', () => {
    const other = { StringNotEquals: { k: '${t}' } }
    const not = `${CLUSTER.slice(0, -1)}\${t}`
    expect(holds(other, { k: 'a' })).toBe(false)
    expect(holds(other, { k: 'a', t: 'b' })).toBe(true)
    const deny = policy({ ...ALL, Effect: 'Deny', Condition: other })
    expect(ask({ identity: [allowAll, deny] }, { context: { k: 'a' } })).toBe(false)
    expect(ask({ identity: [policy({ Effect: 'Allow', Action: '*', NotResource: not })] })).toBe(
      false,
    )
    const denyNot = policy({ Effect: 'Deny', Action: '*', NotResource: not })
    expect(ask({ identity: [allowAll, denyNot] })).toBe(false)
    expect(ask({ identity: [allowAll, denyNot] }, { context: { t: '1' } })).toBe(true)
  })

  it('has no variables in policies of 2008', () => {
    const condition = { StringEquals: { k: '${t}' } }
    expect(holds(condition, { k: '${t}', t: 'x' }, '2008-10-17')).toBe(true)
    expect(holds(condition, { k: 'x', t: 'x' }, '2008-10-17')).toBe(false)
  })
})

describe('whom a provider knows', () => {
  const provider = 'arn:aws:iam::111122223333:oidc-provider/id.example'
  const may = (...statements: readonly object[]): boolean => {
    const text = JSON.stringify({ Version: '2012-10-17', Statement: statements })
    const caller = { account: '111122223333', arn: 'web', federated: provider }
    const resource = parsePolicy(text, 'trust', 'trust')
    const request = { action: 'sts:AssumeRoleWithWebIdentity', resource: '*', caller }
    return decide(
      { identity: [], resource, resourceMustAllow: true },
      { ...request, context: new Map() },
    ).allowed
  }
  const Action = 'sts:AssumeRoleWithWebIdentity'
  const allow = { Effect: 'Allow', Action, Principal: { Federated: provider } }

  it('is let in by the name of the provider alone', () => {
    expect(may(allow)).toBe(true)
    expect(may({ ...allow, Action: 'sts:AssumeRole' })).toBe(false)
    for (const Principal of ['*', { AWS: '*' }, { AWS: '111122223333' }, { Federated: 'x' }])
      expect(may({ ...allow, Principal })).toBe(false)
    expect(may({ Effect: 'Allow', Action, NotPrincipal: { Federated: 'x' } })).toBe(false)
  })

  it('is kept out by everyone, by the name, and by what is not excepted', () => {
    for (const who of [
      { Principal: '*' },
      { Principal: { AWS: '*' } },
      { Principal: { Federated: provider } },
      { NotPrincipal: { Federated: 'x' } },
      { NotPrincipal: { AWS: '111122223333' } },
    ])
      expect(may(allow, { Effect: 'Deny', Action, ...who }), JSON.stringify(who)).toBe(false)
    const others = { NotPrincipal: { Federated: provider } }
    expect(may(allow, { Effect: 'Deny', Action, ...others })).toBe(true)
  })
})

describe('parsePolicy', () => {
  it.each<[string, RegExp]>([
    ['{', /policy p: the document is no JSON/],
    ['[]', /the document is \[\], no object/],
    ['{"Statement":[]}', /has no Statement/],
    ['{"Statement":[],"Statement":{}}', /has "Statement" twice in one object/],
    [
      '{"Version":"2020-01-01","Statement":[{}]}',
      /has the Version "2020-01-01": write "2012-10-17"/,
    ],
    ['{"Statement":[{"Sid":"A","Effect":"allow"}]}', /statement 1 \(A\) has the Effect "allow"/],
    [
      '{"Statement":{"Effect":"Allow","Resource":"*"}}',
      /statement 1 needs one of Action and NotAction/,
    ],
    ['{"Statement":{"Effect":"Allow","Acton":"*"}}', /"Acton": did you mean Action\?/],
    [
      '{"Statement":{"Effect":"Allow","Action":"*","Resource":"logs"}}',
      /"logs": write \* or an ARN/,
    ],
    [
      '{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Principal":"*"}}',
      /has a Principal/,
    ],
    [
      '{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEqual":{"a":"b"}}}}',
      /Condition.StringEqual is no operator of IAM: did you mean StringEquals\?/,
    ],
    [
      '{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/99"}}}}',
      /Condition.IpAddress.aws:SourceIp has "10.0.0.0\/99"/,
    ],
  ])('says what is wrong with %s', (text, message) => {
    expect(() => parsePolicy(text, 'p', 'identity')).toThrow(message)
  })

  it('refuses a policy that is too long', () => {
    const long = { ...ALL, Action: Array.from({ length: 22_000 }, (_, i) => `s3:Get${i}Object`) }
    expect(() => policy(long)).toThrow(/more than 262144 characters/)
  })

  it('reads what managed policies of services are made of', () => {
    const managed = policy([
      {
        Sid: 'Run',
        Effect: 'Allow',
        Action: ['elasticmapreduce:RunJobFlow'],
        Resource: ['*'],
        Condition: {
          StringEquals: { 'aws:RequestTag/for-use-with-amazon-emr-managed-policies': 'true' },
        },
      },
      {
        Effect: 'Allow',
        Action: 'iam:PassRole',
        Resource: ['arn:aws:iam::*:role/EMR_DefaultRole_V2'],
        Condition: { StringLike: { 'iam:PassedToService': ['ec2.amazonaws.com*'] } },
      },
      {
        Effect: 'Allow',
        Action: 'ec2:CreateNetworkInterface',
        Resource: ['arn:aws:ec2:*:*:subnet/*'],
        Condition: {
          'ForAllValues:StringLike': { 'aws:TagKeys': ['a*'] },
          Null: { 'aws:TagKeys': 'false' },
        },
      },
    ])
    expect(managed.statements.map((s) => s.label)).toEqual(['Run', '2', '3'])
  })
})

describe('isMatch', () => {
  it('agrees with a regular expression', () => {
    const piece = fc.constantFrom<number>(MANY, ONE, 97, 98)
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 8 }),
        fc.stringMatching(/^[ab]{0,10}$/),
        (pattern, text) => {
          const source = pattern.map((c) =>
            c === MANY ? '.*' : c === ONE ? '.' : String.fromCharCode(c),
          )
          expect(isMatch(pattern, text)).toBe(new RegExp(`^${source.join('')}$`).test(text))
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('does not blow up', () => {
    const pattern = Array.from({ length: 5000 }, (_, i) => (i % 2 === 0 ? MANY : 97))
    expect(isMatch([...pattern, 98], 'a'.repeat(4999))).toBe(false)
  })
})
