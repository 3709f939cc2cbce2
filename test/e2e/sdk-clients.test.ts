import {
  CloudTrailClient,
  LookupEventsCommand,
  paginateLookupEvents,
} from '@aws-sdk/client-cloudtrail'
import {
  DescribeReleaseLabelCommand,
  EMRClient,
  EMRServiceException,
  InvalidRequestException,
  ListReleaseLabelsCommand,
  ListStudiosCommand,
  paginateListClusters,
  RunJobFlowCommand,
  TerminateJobFlowsCommand,
  waitUntilClusterRunning,
  waitUntilClusterTerminated,
  type EMRClientConfig,
} from '@aws-sdk/client-emr'
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { openDirectory } from '../../src/auth/keys/open-directory.js'
import { liveServer, type LiveServer } from '../support/live-server.js'

let server: LiveServer
const region = 'us-east-1'
const emr = (more: Partial<EMRClientConfig> = {}): EMRClient =>
  new EMRClient({ endpoint: server.url, region, credentials: server.credentials, ...more })

const realNow = (): number => performance.timeOrigin + performance.now()

beforeAll(async () => {
  server = await liveServer({}, { clock: () => new Date(realNow()) })
})
afterEach(() => void vi.useRealTimers())
afterAll(() => server.close())

async function failureOf(call: Promise<unknown>): Promise<EMRServiceException> {
  const error = await call.then(
    () => undefined,
    (e: unknown) => e,
  )
  expect(error).toBeInstanceOf(EMRServiceException)
  return error as EMRServiceException
}

test.each([-20, 20])('a clock that is %i minutes off is set by the answer', async (minutes) => {
  // The server and the Date header go by the real one.
  vi.useFakeTimers({ toFake: ['Date'], now: realNow() + minutes * 60_000 })
  const client = emr()
  const first = await client.send(new ListReleaseLabelsCommand({}))
  expect(first.ReleaseLabels).toContain('emr-7.0.0')
  expect(first.$metadata.attempts).toBe(2)
  const second = await client.send(new ListReleaseLabelsCommand({}))
  expect(second.$metadata.attempts).toBe(1)
})

test('what a client did wrong has the class that it knows, and is not tried again', async () => {
  const unknown = await failureOf(
    emr().send(new DescribeReleaseLabelCommand({ ReleaseLabel: 'emr-1' })),
  )
  expect(unknown).toBeInstanceOf(InvalidRequestException)
  expect(unknown).toMatchObject({ ErrorCode: 'ValidationException', $fault: 'client' })
  const invalid = await failureOf(
    emr().send(new RunJobFlowCommand({ Name: 'x'.repeat(300), Instances: {} })),
  )
  expect(invalid.name).toBe('ValidationException')
  const missing = await failureOf(emr().send(new ListStudiosCommand({})))
  expect(missing.name).toBe('UnsupportedOperationException')
  const stranger = { accessKeyId: 'AKIAAAAAAAAAAAAAAAAA', secretAccessKey: 'x' }
  const refused = await failureOf(
    emr({ credentials: stranger }).send(new ListReleaseLabelsCommand({})),
  )
  expect([refused.name, refused.$metadata.httpStatusCode]).toEqual([
    'UnrecognizedClientException',
    403,
  ])
  for (const { $metadata } of [unknown, invalid, missing, refused]) {
    expect($metadata.attempts).toBe(1)
    expect($metadata.requestId).toMatch(/^[0-9a-f-]{36}$/)
  }
})

test('many calls at once are all answered, each as another one', async () => {
  const client = emr()
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => client.send(new ListReleaseLabelsCommand({}))),
  )
  expect(new Set(answers.map(({ $metadata }) => $metadata.requestId)).size).toBe(100)
})

test('a role is assumed by STS, and its session signs for the others', async () => {
  const directory = openDirectory({ dataFolder: server.folder })
  const policy = (statement: object): string =>
    JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', ...statement } })
  directory.putPolicy('look', policy({ Action: 'elasticmapreduce:List*', Resource: '*' }))
  directory.addUser({ name: 'ada', policies: ['AdministratorAccess'], tags: {} })
  const key = directory.createKey('ada')
  directory.addRole({
    name: 'reader',
    policies: ['look'],
    tags: {},
    trust: policy({ Action: 'sts:AssumeRole', Principal: { AWS: directory.account } }),
    maxSession: 3600,
  })
  directory.close()
  const sts = new STSClient({ endpoint: server.url, region, credentials: key })
  const RoleArn = 'arn:aws:iam::000000000000:role/reader'
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn, RoleSessionName: 'night' }),
  )
  expect(Credentials?.Expiration).toBeInstanceOf(Date)
  const credentials = {
    accessKeyId: Credentials!.AccessKeyId!,
    secretAccessKey: Credentials!.SecretAccessKey!,
    sessionToken: Credentials!.SessionToken!,
  }
  const session = new STSClient({ endpoint: server.url, region, credentials })
  expect(await session.send(new GetCallerIdentityCommand({}))).toMatchObject({
    Arn: 'arn:aws:sts::000000000000:assumed-role/reader/night',
  })
  const { ReleaseLabels } = await emr({ credentials }).send(new ListReleaseLabelsCommand({}))
  expect(ReleaseLabels).toContain('emr-7.0.0')
  const denied = await failureOf(
    emr({ credentials }).send(new DescribeReleaseLabelCommand({ ReleaseLabel: 'emr-7.0.0' })),
  )
  expect(denied.name).toBe('AccessDeniedException')
})

test('waiters see a cluster come and go; lists of clusters come in pages', async () => {
  const client = emr()
  const run = async (Name: string): Promise<string> => {
    const InstanceGroups = [
      { InstanceRole: 'MASTER', InstanceType: 'm5.xlarge', InstanceCount: 1 },
    ] as const
    const { JobFlowId } = await client.send(
      new RunJobFlowCommand({
        Name,
        ReleaseLabel: 'emr-7.12.0',
        JobFlowRole: 'EMR_EC2_DefaultRole',
        ServiceRole: 'EMR_DefaultRole',
        Instances: { InstanceGroups: [...InstanceGroups], KeepJobFlowAliveWhenNoSteps: true },
      }),
    )
    return JobFlowId!
  }
  const ids: string[] = []
  for (let i = 0; i < 51; i++) ids.push(await run(`cluster ${i}`))
  const waiting = { client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }
  const [ClusterId] = ids
  expect((await waitUntilClusterRunning(waiting, { ClusterId })).state).toBe('SUCCESS')
  const listed: string[] = []
  const pages: number[] = []
  for await (const { Clusters = [] } of paginateListClusters({ client }, {})) {
    pages.push(Clusters.length)
    listed.push(...Clusters.map(({ Id }) => Id!))
  }
  expect([pages, listed.toSorted()]).toEqual([[50, 1], ids.toSorted()])
  await client.send(new TerminateJobFlowsCommand({ JobFlowIds: [ClusterId!] }))
  expect((await waitUntilClusterTerminated(waiting, { ClusterId })).state).toBe('SUCCESS')
  await expect(waitUntilClusterRunning(waiting, { ClusterId })).rejects.toThrow('FAILURE')
})

test('the trail has every call of these tests, page by page', async () => {
  const client = new CloudTrailClient({
    endpoint: server.url,
    region,
    credentials: server.credentials,
  })
  const LookupAttributes = [
    { AttributeKey: 'EventName', AttributeValue: 'ListReleaseLabels' },
  ] as const
  const ids = new Set<string>()
  const pages = paginateLookupEvents(
    { client, pageSize: 20 },
    { LookupAttributes: [...LookupAttributes] },
  )
  for await (const { Events } of pages) for (const { EventId } of Events ?? []) ids.add(EventId!)
  // Twice two that were late, one by a stranger, a hundred, one by a role.
  expect(ids.size).toBe(108)
  const { Events } = await client.send(
    new LookupEventsCommand({
      LookupAttributes: [{ AttributeKey: 'Username', AttributeValue: 'night' }],
    }),
  )
  expect(Events?.map(({ EventName }) => EventName).toSorted()).toEqual([
    'DescribeReleaseLabel',
    'GetCallerIdentity',
    'ListReleaseLabels',
  ])
})
