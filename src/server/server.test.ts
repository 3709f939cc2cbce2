import { afterAll, beforeAll, expect, test } from 'vitest'
import { standInServer } from '../../test/support/stand-in-server.js'
import { HeadrigError } from '../core/errors.js'
import type { AwsOperation } from '../wire/service.js'

const throws = (error: unknown): AwsOperation => ({
  readOnly: true,
  access: () => [],
  run: () => {
    throw error
  },
})
let server: Awaited<ReturnType<typeof standInServer>>

beforeAll(async () => {
  server = await standInServer({
    operations: {
      ListClusters: throws(new TypeError('a bug with a secret')),
      ListSteps: throws(new HeadrigError('not-found', 'no cluster j-1')),
      DescribeCluster: {
        readOnly: true,
        access: () => [],
        run: () => ({ Cluster: { Id: 'j-1', own: 'x' }, internal: 1 }),
      },
    },
  })
})
afterAll(() => server.close())

test('an operation answers what its model knows, with the headers that clients read', async () => {
  const { status, headers, json } = await server.emr('DescribeCluster', '{"ClusterId":"j-1"}')
  expect(status).toBe(200)
  expect(json).toEqual({ Cluster: { Id: 'j-1' } })
  expect(headers.get('content-type')).toBe('application/x-amz-json-1.1')
  expect(Math.abs(Date.parse(headers.get('date') ?? '') - Date.now())).toBeLessThan(60_000)
  const entry = server.entries.at(-1)!
  expect(entry.requestId).toBe(headers.get('x-amzn-requestid'))
  expect(entry).toMatchObject({
    eventName: 'DescribeCluster',
    eventSource: 'elasticmapreduce.amazonaws.com',
    readOnly: true,
    input: { ClusterId: 'j-1' },
    output: { Cluster: { Id: 'j-1' } },
    principal: { arn: 'arn:aws:iam::111122223333:user/ada' },
    sourceIp: '127.0.0.1',
  })
})

test.each([
  ['NoSuchThing', '{}', {}, 400, 'UnknownOperationException'],
  ['__proto__', '{}', {}, 400, 'UnknownOperationException'],
  ['RunJobFlow', '{', {}, 400, 'SerializationException'],
  ['RunJobFlow', '[]', {}, 400, 'SerializationException'],
  ['RunJobFlow', '{}', {}, 400, 'ValidationException'],
  ['RunJobFlow', '{}', { 'content-type': 'text/plain' }, 400, 'SerializationException'],
  ['CreateStudio', '', {}, 400, 'ValidationException'],
  ['ListStudios', '', {}, 400, 'UnsupportedOperationException'],
  ['ListReleaseLabels', '{}', { authorization: 'x' }, 403, 'UnrecognizedClientException'],
  ['RunJobFlow', '{', { authorization: 'x' }, 403, 'UnrecognizedClientException'],
  ['DescribeReleaseLabel', '{}', {}, 400, 'AccessDeniedException'],
  ['ListSteps', '{"ClusterId":"j-1"}', {}, 400, 'InvalidRequestException'],
  ['ListClusters', '{}', {}, 500, 'InternalFailure'],
] as const)('%s with %s %o is %i %s, and recorded', async (name, body, headers, status, code) => {
  const before = server.entries.length
  const answer = await server.emr(name, body, headers)
  expect([answer.status, answer.json['__type']]).toEqual([status, code])
  expect(server.entries.length).toBe(before + 1)
  expect(server.entries.at(-1)).toMatchObject({
    eventName: name,
    error: { code },
    output: undefined,
  })
  expect(JSON.stringify(answer.json)).not.toContain('secret')
})

test('a request of no API is refused by name, and recorded', async () => {
  const post = (headers: Record<string, string>, body = ''): Promise<Response> =>
    fetch(server.url, { method: 'POST', headers, body })
  const unknown = await post({ 'x-amz-target': 'Other.Op' })
  expect([unknown.status, await unknown.json()]).toMatchObject([
    400,
    { __type: 'UnknownOperationException' },
  ])
  expect(server.entries.at(-1)).toMatchObject({ eventName: 'Other.Op' })
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const wrong = await post(form, 'Action=GetCallerIdentity&Version=1999-01-01')
  expect(wrong.status).toBe(400)
  expect(await wrong.text()).toContain('<Code>NoSuchVersion</Code>')
  expect((await post(form, 'a=%')).status).toBe(400)
  expect((await post({ 'content-type': 'text/plain' }, 'hello')).status).toBe(400)
})

test('the Query protocol is answered in XML', async () => {
  const call = (Action: string, authorization = 'stand-in'): Promise<Response> =>
    fetch(server.url, {
      method: 'POST',
      headers: { authorization },
      body: new URLSearchParams({ Action, Version: '2011-06-15' }),
    })
  const answer = await call('GetCallerIdentity')
  expect(answer.headers.get('content-type')).toBe('text/xml')
  expect(await answer.text()).toContain(
    '<GetCallerIdentityResult><Account>111122223333</Account><Arn>arn:aws:iam::111122223333:user/ada</Arn></GetCallerIdentityResult>',
  )
  expect(await (await call('Nothing')).text()).toContain('<Code>InvalidAction</Code>')
  expect(await (await call('AssumeRole')).text()).toContain('<Code>ValidationException</Code>')
  const refused = await call('GetCallerIdentity', 'x')
  expect([refused.status, await refused.text()]).toEqual([
    403,
    expect.stringContaining('<Code>UnrecognizedClientException</Code>'),
  ])
})

test('health, readiness and metrics are open, everything else is not there', async () => {
  const get = async (path: string): Promise<[number, string]> => {
    const answer = await fetch(`${server.url}${path}`)
    return [answer.status, await answer.text()]
  }
  expect(await get('health')).toEqual([200, expect.stringContaining('"ok"')])
  expect(await get('ready')).toEqual([200, '{"status":"ready"}'])
  await server.emr('ListReleaseLabels')
  const [status, text] = await get('metrics')
  expect(status).toBe(200)
  expect(text).toMatch(
    /headrig_requests_total\{service="elasticmapreduce",operation="ListReleaseLabels",code="ok"\} \d/,
  )
  expect(text).toContain('process_resident_memory_bytes')
  expect(await get('nothing')).toEqual([404, '{"error":"not found: GET /nothing"}'])
  expect((await get(''))[0]).toBe(404)
  expect((await fetch(`${server.url}_headrig/reset`, { method: 'POST' })).status).toBe(404)
})

test('a call that cannot be recorded fails: before it runs, or before its answer', async () => {
  let ran = 0
  const operations = {
    ListClusters: { readOnly: true, access: () => [], run: () => ({ Clusters: [ran++] }) },
  }
  const audit = {
    record: () => Promise.reject(new HeadrigError('unavailable', 'the disk is full')),
    problem: () => undefined as string | undefined,
  }
  const broken = await standInServer({ operations, pipeline: { audit } })
  const first = await broken.emr('ListClusters')
  expect([first.status, first.json['__type'], ran]).toEqual([503, 'ServiceUnavailable', 1])
  audit.problem = () => 'the disk is full'
  const second = await broken.emr('ListClusters')
  expect([second.status, second.json['message'], ran]).toEqual([
    503,
    'The call cannot be recorded: the disk is full',
    1,
  ])
  await broken.close()
})

test('the test mode has a reset', async () => {
  let resets = 0
  const tested = await standInServer({
    http: { test: { reset: () => Promise.resolve(void resets++), interrupt: () => [] } },
  })
  expect((await fetch(`${tested.url}_headrig/reset`, { method: 'POST' })).status).toBe(200)
  const headers = { origin: 'https://example.org' }
  const page = await fetch(`${tested.url}_headrig/reset`, { method: 'POST', headers })
  expect([page.status, resets]).toEqual([403, 1])
  await tested.close()
})
