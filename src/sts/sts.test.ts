import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Authoriser } from '../auth/authoriser.js'
import { Directory } from '../auth/keys/directory.js'
import { keysOf } from '../auth/keys/key-source.js'
import type { Principal } from '../auth/principal.js'
import { AwsError } from '../wire/aws-error.js'
import type { JsonObject } from '../wire/service.js'
import { STS_UNSUPPORTED, stsOperations } from './operations.js'

const NOW = new Date('2026-11-21T18:47:23Z')
const account = '111122223333'
const ROLE = `arn:aws:iam::${account}:role/jobs`

let folder: string
let directory: Directory
let ada: Principal
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headrig-sts-'))
  const masterKey = Buffer.alloc(32, 7)
  directory = new Directory(join(folder, 'auth.db'), { account, masterKey, now: () => NOW })
  directory.putPolicy(
    'assume',
    policy({ Action: ['sts:AssumeRole', 'sts:TagSession'], Resource: ROLE }),
  )
  directory.putPolicy('lists', policy({ Action: 'elasticmapreduce:List*', Resource: '*' }))
  directory.addUser({ name: 'ada', policies: ['assume'], tags: {} })
  ada = keysOf(directory).find(directory.createKey('ada').accessKeyId, undefined, NOW).principal
})
afterEach(() => {
  directory.close()
  rmSync(folder, { recursive: true, force: true })
})

function policy(statement: object): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', ...statement } })
}

function addRole(trust: object = {}): void {
  const text = policy({
    Action: ['sts:AssumeRole', 'sts:TagSession'],
    Principal: { AWS: account },
    ...trust,
  })
  directory.addRole({ name: 'jobs', policies: ['lists'], tags: {}, trust: text, maxSession: 7200 })
}

async function call(name: string, input: JsonObject = {}, principal = ada): Promise<JsonObject> {
  const operations = stsOperations(directory, new Authoriser(directory))
  return operations[name]!.run(input, {
    principal,
    account,
    region: 'us-east-1',
    requestId: 'r',
    now: NOW,
    sourceIp: '192.0.2.7',
    userAgent: 'test',
    signal: new AbortController().signal,
  })
}

const assume = (more: JsonObject = {}, principal = ada): Promise<JsonObject> =>
  call('AssumeRole', { RoleArn: ROLE, RoleSessionName: 'run', ...more }, principal)

async function refusal(answer: Promise<JsonObject>): Promise<string> {
  const error = await answer.catch((e: unknown) => e)
  return error instanceof AwsError ? `${error.code}: ${error.message}` : JSON.stringify(error)
}

function principalOf(answer: JsonObject): Principal {
  const { AccessKeyId, SessionToken } = answer['Credentials'] as Record<string, string>
  return keysOf(directory).find(AccessKeyId!, SessionToken, NOW).principal
}

const may = (principal: Principal, action: string): boolean =>
  new Authoriser(directory).decide(
    principal,
    { action, resource: '*' },
    { now: NOW, region: 'us-east-1' },
  ).allowed

describe('sts', () => {
  it('says of each operation either how or why not', () => {
    const done = Object.keys(stsOperations(directory, new Authoriser(directory)))
    expect(done.filter((name) => name in STS_UNSUPPORTED)).toEqual([])
    expect(done.length + Object.keys(STS_UNSUPPORTED).length).toBe(11)
  })

  it('tells the caller who it is', async () => {
    expect(await call('GetCallerIdentity')).toEqual({
      UserId: ada.principalId,
      Account: account,
      Arn: `arn:aws:iam::${account}:user/ada`,
    })
  })

  it('gives a session of a role, with what the role may do', async () => {
    addRole()
    const answer = await assume({ Tags: [{ Key: 'run', Value: '7' }] })
    const session = principalOf(answer)
    expect(session).toMatchObject({
      arn: `arn:aws:sts::${account}:assumed-role/jobs/run`,
      tags: { run: '7' },
      session: { issuer: { arn: ROLE }, expiresAt: new Date(NOW.getTime() + 3_600_000) },
    })
    expect([may(session, 'elasticmapreduce:ListSteps'), may(session, 'sts:AssumeRole')]).toEqual([
      true,
      false,
    ])
    expect((answer['Credentials'] as JsonObject)['Expiration']).toBe(NOW.getTime() / 1000 + 3600)
  })

  it('caps a session by the policies that are asked for', async () => {
    addRole()
    const Policy = policy({ Action: 'elasticmapreduce:ListClusters', Resource: '*' })
    const inline = principalOf(await assume({ Policy }))
    expect(['ListClusters', 'ListSteps'].map((o) => may(inline, `elasticmapreduce:${o}`))).toEqual([
      true,
      false,
    ])
    const PolicyArns = [{ arn: `arn:aws:iam::${account}:policy/assume` }]
    expect(may(principalOf(await assume({ PolicyArns })), 'elasticmapreduce:ListClusters')).toBe(
      false,
    )
    expect(await refusal(assume({ Policy: '{}' }))).toMatch(
      /^MalformedPolicyDocument: policy of the session/,
    )
    expect(await refusal(assume({ PolicyArns: [{ arn: 'x' }] }))).toMatch(
      /^ValidationError: PolicyArns/,
    )
  })

  it('asks both the trust policy and the caller’s', async () => {
    expect(await refusal(assume())).toMatch(
      /^AccessDenied: User: .*ada is not authorized to perform: sts:AssumeRole/,
    )
    addRole({ Principal: { AWS: '444455556666' } })
    directory.setPolicies('user', 'ada', ['AdministratorAccess'])
    expect(await refusal(assume())).toMatch(/^AccessDenied: User/)
    directory.removeRole('jobs')
    addRole({ Condition: { StringEquals: { 'sts:ExternalId': 'x1' } } })
    expect(await refusal(assume())).toMatch(/^AccessDenied: User/)
    expect(principalOf(await assume({ ExternalId: 'x1' })).kind).toBe('AssumedRole')
    directory.setPolicies('user', 'ada', [])
    expect(await refusal(assume({ ExternalId: 'x1' }))).toMatch(/^AccessDenied: User/)
    directory.removeRole('jobs')
    addRole({ Principal: { AWS: ada.arn } })
    expect(principalOf(await assume()).kind).toBe('AssumedRole')
    expect(await refusal(assume({ SourceIdentity: 'ada' }))).toMatch(/sts:SetSourceIdentity/)
  })

  it('bounds how long, and what a token holds', async () => {
    addRole()
    expect(await refusal(assume({ DurationSeconds: 7201 }))).toMatch(
      /7201 is not between 900 and 7200/,
    )
    expect(principalOf(await assume({ DurationSeconds: 7200 })).session?.expiresAt).toEqual(
      new Date(NOW.getTime() + 7_200_000),
    )
    const Tags = Array.from({ length: 50 }, (_, i) => ({
      Key: `k${i}`,
      Value: Buffer.from(
        Array.from({ length: 120 }, (__, j) => (i * 31 + j * j * 7) % 256),
      ).toString('base64'),
    }))
    expect(await refusal(assume({ Tags }))).toMatch(/^PackedPolicyTooLarge/)
    expect(
      await refusal(
        assume({
          Tags: [
            { Key: 'a', Value: '1' },
            { Key: 'A', Value: '2' },
          ],
        }),
      ),
    ).toMatch(/Duplicate tag/)
    expect(await refusal(assume({ SerialNumber: 'x' }))).toMatch(/MultiFactorAuthentication/)
  })

  it('gives a user sessions of its own, not from a session', async () => {
    const own = principalOf(await call('GetSessionToken'))
    expect([own.arn, own.userName, may(own, 'sts:AssumeRole')]).toEqual([ada.arn, 'ada', false])
    expect(await refusal(call('GetSessionToken', {}, own))).toMatch(/Cannot call GetSessionToken/)
    const root: Principal = {
      kind: 'Root',
      account,
      arn: `arn:aws:iam::${account}:root`,
      principalId: account,
      tags: {},
    }
    expect(principalOf(await call('GetSessionToken', {}, root)).kind).toBe('Root')
    expect(await refusal(assume({}, root))).toMatch(/may not be assumed by root/)
  })
})
