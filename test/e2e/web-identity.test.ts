import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDirectory } from '../../src/auth/keys/open-directory.js'
import { AWS_PACKAGES } from '../interop/versions.js'
import { launchHere, type Outcome } from '../support/launch.js'
import { liveServer, type LiveServer } from '../support/live-server.js'
import { pythonWith } from '../support/venv.js'

const ROLE = 'arn:aws:iam::000000000000:role/analyst'
const python = await pythonWith('aws-python', AWS_PACKAGES)
let server: LiveServer
let provider: Server
let issuer: string
let isDown = false
let sign: (claims?: JWTPayload) => Promise<string>

beforeAll(async () => {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const keys = { keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256', kid: 'k' }] }
  provider = createServer((request, response) => {
    if (isDown) return void request.socket.destroy()
    const found: unknown = request.url?.endsWith('/keys')
      ? keys
      : { issuer, jwks_uri: `${issuer}/keys` }
    response.setHeader('content-type', 'application/json').end(JSON.stringify(found))
  }).listen(0, '127.0.0.1')
  await once(provider, 'listening')
  issuer = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/soc`
  sign = (claims = {}) =>
    new SignJWT({ iss: issuer, aud: 'headrig', sub: 'ada@example', amr: ['pwd'], ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: 'k' })
      .setIssuedAt()
      .setExpirationTime((claims.exp as number | undefined) ?? '10m')
      .sign(privateKey)
  server = await liveServer()
  const directory = openDirectory({ dataFolder: server.folder })
  const name = issuer.replace('http://', '')
  const allow = (statement: object): string =>
    JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', ...statement } })
  directory.putPolicy('look', allow({ Action: 'elasticmapreduce:List*', Resource: '*' }))
  directory.addRole({
    name: 'analyst',
    policies: ['look'],
    tags: {},
    trust: allow({
      Action: 'sts:AssumeRoleWithWebIdentity',
      Principal: { Federated: `arn:aws:iam::000000000000:oidc-provider/${name}` },
      Condition: {
        StringEquals: { [`${name}:aud`]: 'headrig' },
        StringLike: { [`${name}:sub`]: '*@example' },
      },
    }),
    maxSession: 3600,
  })
  for (const principal of ['*', { AWS: '*' }])
    directory.addRole({
      name: principal === '*' ? 'anyone' : 'any-account',
      policies: ['look'],
      tags: {},
      trust: allow({ Action: 'sts:AssumeRoleWithWebIdentity', Principal: principal }),
      maxSession: 3600,
    })
  directory.close()
})
afterAll(async () => {
  provider.close()
  await server.close()
})

const headrig = (...argv: string[]): Promise<Outcome> =>
  launchHere({
    argv: ['auth', 'provider', ...argv],
    cwd: server.folder,
    env: { HEADRIG_DATA: server.folder },
  })

/** Nobody signs it: the client has no credentials. */
function assume(token: string, RoleArn = ROLE) {
  const sts = new STSClient({ endpoint: server.url, region: 'us-east-1', maxAttempts: 1 })
  return sts.send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn,
      RoleSessionName: 'web',
      WebIdentityToken: token,
    }),
  )
}

const refusal = async (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'let in',
    (error: Error) => `${error.name}: ${error.message}`,
  )

test('tokens are taken of providers that were taken in, and of no other', async () => {
  expect(await refusal(assume(await sign()))).toMatch(
    /^InvalidIdentityTokenException: .*no identity provider/,
  )
  const wrong = await headrig('add', `${issuer}/other`, '--audience', 'headrig')
  expect([wrong.exit, wrong.stderr]).toEqual([6, expect.stringContaining('--keys')])
  const unsafe = await headrig(
    'add',
    'http://id.example',
    '--audience',
    'x',
    '--keys',
    'http://id.example/k',
  )
  expect(unsafe.stderr).toContain('is no URL of a provider')
  const added = await headrig('add', issuer, '--audience', 'headrig')
  expect([added.stderr, added.stdout]).toEqual(['', expect.stringContaining(':oidc-provider/127')])
  expect((await headrig('list')).stdout).toBe(`${issuer}: headrig\n`)
  const answer = await assume(await sign())
  expect(answer).toMatchObject({
    SubjectFromWebIdentityToken: 'ada@example',
    Audience: 'headrig',
    AssumedRoleUser: { Arn: 'arn:aws:sts::000000000000:assumed-role/analyst/web' },
  })
})

test('who is not meant is refused in the words of STS', async () => {
  const of = async (claims: JWTPayload, role?: string) => refusal(assume(await sign(claims), role))
  expect(await of({ aud: 'other' })).toMatch(/^InvalidIdentityTokenException: .*"aud"/)
  expect(await of({ exp: 1_000_000 })).toMatch(/^ExpiredTokenException/)
  expect(await of({ sub: 'eve@elsewhere' })).toMatch(/^AccessDenied: .*eve@elsewhere is not auth/)
  expect(await of({}, ROLE.replace('analyst', 'nobody'))).toMatch(/^AccessDenied/)
  // Whoever `*` is in a trust policy, it is nobody whom only a provider knows.
  expect(await of({}, ROLE.replace('analyst', 'anyone'))).toMatch(/^AccessDenied/)
  expect(await of({}, ROLE.replace('analyst', 'any-account'))).toMatch(/^AccessDenied/)
  expect(await refusal(assume('no.token.at.all'))).toMatch(
    /^InvalidIdentityTokenException: .*no JSON Web/,
  )
  const forged = `${(await sign()).slice(0, -6)}AAAAAA`
  expect(await refusal(assume(forged))).toMatch(/^InvalidIdentityTokenException: .*signature/)
})

test.skipIf(!python)(
  'the AWS CLI takes the token of a file, and its calls are those of the session',
  async () => {
    const file = join(server.folder, 'token')
    await writeFile(file, await sign())
    const env = {
      PATH: process.env['PATH'],
      HOME: server.folder,
      AWS_ENDPOINT_URL: server.url,
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_ROLE_ARN: ROLE,
      AWS_ROLE_SESSION_NAME: 'pod',
      AWS_WEB_IDENTITY_TOKEN_FILE: file,
    }
    const aws = (...args: string[]) =>
      promisify(execFile)(join(dirname(python ?? ''), 'aws'), args, { env })
    const { stdout } = await aws('sts', 'get-caller-identity')
    expect(JSON.parse(stdout)).toMatchObject({
      Arn: 'arn:aws:sts::000000000000:assumed-role/analyst/pod',
    })
    expect((await aws('emr', 'list-release-labels')).stdout).toContain('emr-7')
    await expect(aws('cloudtrail', 'lookup-events')).rejects.toThrow('AccessDeniedException')
  },
)

test('a provider that is down is not the fault of the token', async () => {
  await server.restart()
  isDown = true
  expect(await refusal(assume(await sign()))).toMatch(/^IDPCommunicationError/)
  isDown = false
  expect(await refusal(assume(await sign()))).toBe('let in')
})

test('the trail says who came with a token, never the token', async () => {
  const aws = {
    accessKeyId: server.credentials.accessKeyId,
    secretAccessKey: server.credentials.secretAccessKey,
  }
  const { CloudTrailClient, LookupEventsCommand } = await import('@aws-sdk/client-cloudtrail')
  const client = new CloudTrailClient({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: aws,
  })
  const { Events = [] } = await client.send(
    new LookupEventsCommand({
      LookupAttributes: [
        { AttributeKey: 'EventName', AttributeValue: 'AssumeRoleWithWebIdentity' },
      ],
    }),
  )
  const records = Events.map(
    ({ CloudTrailEvent = '{}' }) => JSON.parse(CloudTrailEvent) as Record<string, object>,
  )
  expect(Events.map(({ CloudTrailEvent }) => CloudTrailEvent).join('')).not.toContain('eyJ')
  expect(records.filter((record) => !('errorCode' in record)).at(-1)).toMatchObject({
    userIdentity: {
      type: 'WebIdentityUser',
      userName: 'ada@example',
      identityProvider: expect.stringMatching(/oidc-provider\/127\.0\.0\.1:\d+\/soc$/),
    },
    requestParameters: { roleArn: ROLE, roleSessionName: 'web' },
  })
  expect(
    records.some(({ userIdentity }) => JSON.stringify(userIdentity) === '{"type":"Unknown"}'),
  ).toBe(true)
})
