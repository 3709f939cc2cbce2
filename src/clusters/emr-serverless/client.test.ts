import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openEmrServerless, type EmrServerless } from './client.js'
import type { JobRunSpec } from './job-run.js'
import { startBody } from './start-body.js'

interface Asked {
  readonly method: string
  readonly path: string
  readonly body: unknown
  readonly authorization: string
}

let server: Server
let endpoint: string
let asked: Asked[] = []
/** What the stand-in answers, in order; the last again and again. */
let answers: { status?: number; error?: string; body: unknown }[] = []
let emr: EmrServerless

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString()
      const { method = '', url = '', headers } = request
      const body: unknown = text === '' ? undefined : JSON.parse(text)
      asked.push({ method, path: url, body, authorization: headers.authorization ?? '' })
      const answer = answers.length > 1 ? answers.shift()! : answers[0]!
      const { status = 200, error } = answer
      response.writeHead(status, error === undefined ? {} : { 'x-amzn-errortype': error })
      response.end(JSON.stringify(answer.body))
    })
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  emr = openEmrServerless({
    applicationId: '00fapp1',
    endpoint,
    patienceMs: 1,
    identity: async () => ({
      region: 'eu-central-1',
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'hush', sessionToken: 'token' },
    }),
  })
})
afterAll(() => void server.close())
beforeEach(() => {
  asked = []
})

const SPEC: JobRunSpec = {
  entryPoint: 's3://bucket/jobs/collect.py',
  args: ['--from', 'a b'],
  executionRoleArn: 'arn:aws:iam::111122223333:role/jobs',
}
const run = (state: string, more: object = {}) => ({
  body: {
    jobRun: {
      applicationId: '00fapp1',
      jobRunId: '00frun1',
      state,
      createdAt: 1_700_000_000.5,
      stateDetails: '',
      ...more,
    },
  },
})

test('a run is started once, signed, and read', async () => {
  answers = [{ body: { jobRunId: '00frun1' } }, run('SUBMITTED', { name: 'collect' })]
  expect(await emr.start({ ...SPEC, name: 'collect', logUri: 's3://bucket/logs/' })).toEqual({
    applicationId: '00fapp1',
    jobRunId: '00frun1',
    name: 'collect',
    state: 'SUBMITTED',
    stateDetails: '',
    createdAt: '2023-11-14T22:13:20.500Z',
    updatedAt: undefined,
  })
  expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'POST /applications/00fapp1/jobruns',
    'GET /applications/00fapp1/jobruns/00frun1',
  ])
  expect(asked[0]).toMatchObject({
    body: {
      clientToken: expect.stringMatching(/^[\da-f-]{36}$/),
      executionRoleArn: SPEC.executionRoleArn,
      name: 'collect',
      jobDriver: {
        sparkSubmit: { entryPoint: SPEC.entryPoint, entryPointArguments: ['--from', 'a b'] },
      },
      configurationOverrides: {
        monitoringConfiguration: { s3MonitoringConfiguration: { logUri: 's3://bucket/logs/' } },
      },
    },
    authorization: expect.stringMatching(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/emr-serverless\/aws4_request, SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-token, Signature=[\da-f]{64}$/,
    ),
  })
})

test('a start that is sent again carries the same token', async () => {
  const busy = { status: 500, error: 'InternalServerException', body: { message: 'later' } }
  answers = [busy, busy, { body: { jobRunId: '00frun1' } }, run('SUBMITTED')]
  await emr.start(SPEC)
  const tokens = asked.slice(0, 3).map((a) => (a.body as { clientToken: string }).clientToken)
  expect(new Set(tokens).size).toBe(1)
})

test('it is waited for, and cancelled with its signal', async () => {
  const states: string[] = []
  answers = [run('PENDING'), run('RUNNING'), run('FAILED', { stateDetails: 'no such bucket' })]
  const end = await emr.wait('00frun1', { everyMs: 1, onState: (r) => states.push(r.state) })
  expect(states).toEqual(['PENDING', 'RUNNING', 'FAILED'])
  expect(end.stateDetails).toBe('no such bucket')

  const abort = new AbortController()
  answers = [run('RUNNING')]
  const waiting = emr.wait('00frun1', {
    everyMs: 1,
    signal: abort.signal,
    onState: () => abort.abort(new Error('enough')),
  })
  await expect(waiting).rejects.toThrow('enough')
  expect(asked.at(-1)).toMatchObject({
    method: 'DELETE',
    path: '/applications/00fapp1/jobruns/00frun1',
  })
})

test.each([
  ['ValidationException', 400, 'invalid', 1],
  ['ResourceNotFoundException:http://internal.amazon.example/', 404, 'not-found', 1],
  ['AccessDeniedException', 403, 'forbidden', 1],
  ['ExpiredTokenException', 403, 'unauthenticated', 1],
  ['ConflictException', 409, 'conflict', 1],
  ['ServiceQuotaExceededException', 402, 'unavailable', 1],
  ['ThrottlingException', 429, 'unavailable', 5],
  [undefined, 503, 'unavailable', 5],
])('%s (%i) is %s, asked %i times', async (error, status, kind, times) => {
  answers = [{ status, body: { message: 'said so' }, ...(error !== undefined && { error }) }]
  const name = error?.replace(/:.*/, '') ?? '503'
  await expect(emr.get('00frun1')).rejects.toMatchObject({
    kind,
    message: `emr serverless answers ${name}: said so`,
  })
  expect(asked).toHaveLength(times)
})

test('nobody there', async () => {
  const closed = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => closed.once('listening', resolve))
  const { port } = closed.address() as AddressInfo
  await new Promise((resolve) => closed.close(resolve))
  const nobody = openEmrServerless({
    applicationId: 'a',
    endpoint: `http://127.0.0.1:${port}`,
    patienceMs: 1,
    identity: async () => ({
      region: 'x',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    }),
  })
  await expect(nobody.get('b')).rejects.toMatchObject({
    kind: 'unavailable',
    message: expect.stringMatching(/^cannot reach 127\.0\.0\.1:\d+: .*ECONNREFUSED/),
  })
})

describe('what cannot be sent', () => {
  test.each([
    [{ entryPoint: 'job.py' }, /^entryPoint "job\.py" will not do: write s3:\/\//],
    [{ entryPoint: 's3://b/j.jar' }, /needs the class to run/],
    [{ executionRoleArn: 'role' }, /^executionRoleArn "role" will not do/],
    [{ logUri: '/tmp' }, /^logUri "\/tmp" will not do/],
    [{ conf: { 'spark.a': 'x"y' } }, /leave out quotes/],
  ])('%j', (change, message) => {
    expect(() => startBody({ ...SPEC, ...change }, 't')).toThrow(message)
  })

  test('ids that would change the path', async () => {
    await expect(emr.get('../x')).rejects.toMatchObject({ kind: 'invalid' })
    expect(asked).toEqual([])
  })

  test('what is blank inside is held together', () => {
    const spec = { ...SPEC, jars: ['s3://b/a.jar', 's3://b/b.jar'], conf: { 'spark.x': 'a b' } }
    expect(startBody(spec, 't')).toMatchObject({
      jobDriver: {
        sparkSubmit: {
          sparkSubmitParameters: '--jars s3://b/a.jar,s3://b/b.jar --conf "spark.x=a b"',
        },
      },
    })
  })
})
