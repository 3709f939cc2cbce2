import { afterAll, describe, expect, test } from 'vitest'
import { silentLogger } from '../../core/logger.js'
import { openMetadataEndpoint } from './metadata-endpoint.js'

const endpoint = await openMetadataEndpoint(silentLogger)
afterAll(() => endpoint.close())

const ARN = 'arn:aws:iam::111122223333:role/jobs'
const HOUR = 3_600_000
const TTL = 'x-aws-ec2-metadata-token-ttl-seconds'
const grant = (version: 1 | 2, accessKeyId = 'ASIAEXAMPLE') =>
  endpoint.grant({
    instanceId: 'i-0123456789abcdef0',
    account: '111122223333',
    region: 'eu-central-1',
    version,
    role: {
      arn: ARN,
      session: async () => ({
        accessKeyId,
        secretAccessKey: 'secret',
        sessionToken: 'token',
        expiration: new Date(Date.now() + HOUR),
      }),
    },
  })
type Grant = ReturnType<typeof grant>

const get = async (
  step: Grant,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
) => {
  const url = step.environment['AWS_EC2_METADATA_SERVICE_ENDPOINT']! + path
  const answer = await fetch(url, { method, headers })
  return [answer.status, await answer.text()] as const
}
const tokenOf = async (step: Grant, seconds = '60'): Promise<Record<string, string>> => {
  const [, token] = await get(step, 'latest/api/token', { [TTL]: seconds }, 'PUT')
  return { 'x-aws-ec2-metadata-token': token }
}

describe('version 2 alone', () => {
  const step = grant(2)
  test('nothing is told without a token, or with a wrong one', async () => {
    expect(await get(step, 'latest/meta-data/instance-id')).toEqual([401, ''])
    const { 'x-aws-ec2-metadata-token': good = '' } = await tokenOf(step)
    const others = await tokenOf(grant(2))
    const later = `9${good}`
    for (const token of ['', 'x', later, others['x-aws-ec2-metadata-token']!])
      expect(
        await get(step, 'latest/meta-data/instance-id', { 'x-aws-ec2-metadata-token': token }),
      ).toEqual([401, ''])
  })
  test('a token has a time to live, and is not given through a proxy', async () => {
    for (const ttl of ['', '0', '21601', 'x', '1.5'])
      expect((await get(step, 'latest/api/token', { [TTL]: ttl }, 'PUT'))[0]).toBe(400)
    const proxied = { [TTL]: '60', 'x-forwarded-for': '192.0.2.1' }
    expect((await get(step, 'latest/api/token', proxied, 'PUT'))[0]).toBe(403)
    expect((await get(step, 'latest/api/token', { [TTL]: '60' }))[0]).toBe(405)
  })
  test('with a token it tells who the step is', async () => {
    const token = await tokenOf(step)
    const told = async (path: string) => (await get(step, path, token))[1]
    expect(await told('latest/meta-data/instance-id')).toBe('i-0123456789abcdef0')
    expect(await told('latest/meta-data/placement/region')).toBe('eu-central-1')
    expect(await told('latest/meta-data/iam/security-credentials/')).toBe('jobs')
    expect(JSON.parse(await told('latest/meta-data/iam/security-credentials/jobs'))).toMatchObject({
      Code: 'Success',
      AccessKeyId: 'ASIAEXAMPLE',
      Token: 'token',
    })
    expect(JSON.parse(await told('latest/dynamic/instance-identity/document'))).toMatchObject({
      instanceId: 'i-0123456789abcdef0',
      accountId: '111122223333',
    })
    expect(await get(step, 'latest/meta-data/iam/security-credentials/root', token)).toEqual([
      404,
      '',
    ])
    expect(await get(step, 'latest/user-data', token)).toEqual([404, ''])
  })
})

test('version 1 needs no token where it may be used', async () => {
  expect(await get(grant(1), 'latest/meta-data/instance-id')).toEqual([200, 'i-0123456789abcdef0'])
})

test('who is no step is told nothing; a step is told of itself alone, until it ends', async () => {
  const [one, two] = [grant(1, 'ASIAONE'), grant(1, 'ASIATWO')]
  const of = async (token: string) => {
    const url = one.environment['AWS_CONTAINER_CREDENTIALS_FULL_URI']!
    const answer = await fetch(url, { headers: { authorization: token } })
    return answer.ok
      ? ((await answer.json()) as { AccessKeyId: string }).AccessKeyId
      : answer.status
  }
  const tokens = [one, two].map((g) => g.environment['AWS_CONTAINER_AUTHORIZATION_TOKEN']!)
  expect(await Promise.all(tokens.map(of))).toEqual(['ASIAONE', 'ASIATWO'])
  expect(await Promise.all(['', 'x', tokens[0]!.slice(1)].map(of))).toEqual([401, 401, 401])
  const { origin } = new URL(one.environment['AWS_EC2_METADATA_SERVICE_ENDPOINT']!)
  for (const path of [
    '/latest/meta-data/instance-id',
    '/',
    '/%',
    `/${'a'.repeat(43)}/latest/meta-data/`,
  ])
    expect((await fetch(origin + path)).status).toBe(404)
  one.revoke()
  expect(await of(tokens[0]!)).toBe(401)
  expect((await get(one, 'latest/meta-data/instance-id'))[0]).toBe(404)
  expect(await of(tokens[1]!)).toBe('ASIATWO')
})

test('when the role cannot be assumed now, clients are told to come again', async () => {
  const step = endpoint.grant({
    instanceId: 'i-1',
    account: '111122223333',
    region: 'us-east-1',
    version: 1,
    role: { arn: ARN, session: () => Promise.reject(new Error('the STS is away')) },
  })
  expect((await get(step, 'latest/meta-data/iam/security-credentials/jobs'))[0]).toBe(503)
})
