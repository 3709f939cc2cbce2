import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadConfig } from '../../src/core/config.js'
import { silentLogger } from '../../src/core/logger.js'
import { StepRoles } from '../../src/emr/roles/step-roles.js'
import { StepRunner } from '../../src/jobs/runner.js'
import { startServer } from '../../src/server/serve.js'
import { S3Connection } from '../../src/storage/s3/connection.js'
import { hasEnded, type StepRecord } from '../../src/jobs/step.js'
import { openState, type State } from '../../src/state/state.js'
import { openStore } from '../../src/storage/open.js'
import { AWS_PACKAGES } from '../interop/versions.js'
import { startS3Server } from '../support/s3-server.js'
import { pythonWith } from '../support/venv.js'

const s3 = await startS3Server()
const python = await pythonWith('aws-python', AWS_PACKAGES)
const KEY = 'arn:aws:kms:us-east-1:111122223333:key/12345678-1234-1234-1234-123456789012'
const SERVER = { accessKeyId: s3?.accessKeyId ?? '', secretAccessKey: s3?.secretAccessKey ?? '' }
let folder: string
let state: State
let roles: StepRoles
let runner: StepRunner
const ended = new Map<string, (record: StepRecord) => void>()

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headrig-roles-'))
  state = openState(join(folder, 'state.db'))
  await s3?.createBucket('logs')
  const flags = { s3Endpoint: s3?.endpoint, serverAccount: '111122223333' }
  const { settings } = await loadConfig({ flags, env: {}, cwd: folder })
  roles = await StepRoles.open({
    settings,
    state,
    logger: silentLogger,
    identity: async () => ({ region: 'us-east-1', credentials: SERVER }),
    clusterOf: (id) => ({
      instanceId: 'i-0123456789abcdef0',
      ...(id !== 'j-bare' && { jobFlowRole: 'EMR_EC2_DefaultRole' }),
      security: {
        metadataVersion: 2,
        runtimeRoles: { propagatesSourceIdentity: false },
        s3: { initial: { mode: 'aws:kms', keyId: KEY }, buckets: {} },
      },
    }),
  })
  runner = await StepRunner.open({
    state,
    folder: join(folder, 'steps'),
    now: Date.now,
    concurrency: () => 4,
    environment: (spec) => roles.environment(spec),
    launch: async (spec) => ({
      kind: 'process',
      command: spec.args[0]!,
      args: spec.args.slice(1),
      // What a step finds the STS by is not headrig's to say.
      environment: { AWS_ENDPOINT_URL_STS: s3?.endpoint ?? '' },
    }),
    onEnd: (record) => {
      roles.release(record.spec.id)
      ended.get(record.spec.id)?.(record)
    },
  })
})
afterAll(async () => {
  await runner.close('kill')
  await roles.close()
  state.close()
  await s3?.stop()
  await rm(folder, { recursive: true, force: true })
})

let steps = 0
async function step(args: string[], more: { cluster?: string; role?: string } = {}) {
  const id = `s-${++steps}`
  const { cluster = 'j-1', role } = more
  const done = new Promise<StepRecord>((resolve) => ended.set(id, resolve))
  runner.submit([
    { id, cluster, name: id, jar: 'command-runner.jar', args, ...(role !== undefined && { role }) },
  ])
  const record = await done
  expect(hasEnded(record.state)).toBe(true)
  const read = (name: string): Promise<string> =>
    readFile(join(folder, 'steps', cluster, id, '1', name), 'utf8').catch(() => '')
  return { id, ...record, stdout: await read('stdout'), stderr: await read('stderr') }
}

const boto3 = (code: string, ...environment: string[]): string[] => [
  '/usr/bin/env',
  ...environment,
  python ?? '',
  '-c',
  `import boto3\n${code}`,
]
const WHO = "print(boto3.client('sts').get_caller_identity()['Arn'])"
const ONLY_METADATA = [
  '-u',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  '-u',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN',
]

test.skipIf(!s3 || !python)(
  'boto3 in a step is the role, by both ways of asking',
  async () => {
    for (const way of [[], ONLY_METADATA]) {
      const { id, stdout, stderr } = await step(boto3(WHO, ...way))
      expect(stderr).toBe('')
      expect(stdout.trim()).toBe(`arn:aws:sts::111122223333:assumed-role/EMR_EC2_DefaultRole/${id}`)
    }
    const own = await step(boto3(WHO), { role: 'arn:aws:iam::111122223333:role/analysts' })
    expect(own.stdout.trim()).toBe(`arn:aws:sts::111122223333:assumed-role/analysts/${own.id}`)
  },
  120_000,
)

test.skipIf(!s3 || !python)(
  'the AWS CLI in a step reads and writes S3 as the role',
  async () => {
    const aws = join(dirname(python ?? ''), 'aws')
    const script = `echo hello | ${python} ${aws} s3 cp - s3://logs/a.txt && ${python} ${aws} s3 cp s3://logs/a.txt -`
    const {
      stdout,
      stderr,
      state: end,
    } = await step(['/usr/bin/env', ...ONLY_METADATA, '/bin/bash', '-c', script])
    expect({ stdout, stderr, end }).toEqual({ stdout: 'hello\n', stderr: '', end: 'COMPLETED' })
  },
  120_000,
)

test.skipIf(!s3 || !python)(
  'a step without a role has no credentials, and no secret stands in its variables',
  async () => {
    const bare = await step(boto3(WHO), { cluster: 'j-bare' })
    expect(bare.state).toBe('FAILED')
    expect(bare.stderr).toContain('NoCredentialsError')
    const { stdout } = await step(['/usr/bin/env'])
    expect(stdout).toContain('AWS_CONTAINER_CREDENTIALS_FULL_URI=')
    expect(stdout).not.toMatch(/AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN/)
  },
  120_000,
)

test('a role that cannot be assumed fails the step with the reason', async () => {
  const flags = { dataFolder: join(folder, 'own-sts'), serverPort: '0' }
  const { settings } = await loadConfig({ flags, env: {}, cwd: folder })
  const server = await startServer({ settings, logger: silentLogger })
  const key = await readFile(server.firstKeyFile ?? '', 'utf8')
  const read = (name: string): string => new RegExp(`${name} = (.*)`).exec(key)?.[1] ?? ''
  const credentials = {
    accessKeyId: read('aws_access_key_id'),
    secretAccessKey: read('aws_secret_access_key'),
  }
  const others = await StepRoles.open({
    settings: { ...settings, emrStsEndpoint: server.url },
    state,
    logger: silentLogger,
    identity: async () => ({ region: 'us-east-1', credentials }),
    clusterOf: () => ({ instanceId: 'i-1', security: {}, jobFlowRole: 'jobs' }),
  })
  const spec = { id: 's-denied', cluster: 'j-1', name: '', jar: 'x', args: [] }
  await expect(others.environment(spec)).rejects.toThrow(
    'sts answers AccessDenied: Roles may not be assumed by root accounts.',
  )
  await others.close()
  await server.close()
}, 60_000)

test.skipIf(!s3)(
  'what headrig writes for a step is encrypted as its cluster asks, by its role',
  async () => {
    const spec = { id: 's-store', cluster: 'j-1', name: '', jar: 'x', args: [] }
    const uri = 's3://logs/written'
    await openStore(uri, roles.storeOptions(spec, uri)).put('b.txt', Buffer.from('b'))
    const connection = new S3Connection('logs', { ...s3!, credentials: SERVER })
    const head = await connection.run(uri, ({ client, sdk }) =>
      client.send(new sdk.HeadObjectCommand({ Bucket: 'logs', Key: 'written/b.txt' })),
    )
    expect(head).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KEY })
    const bare = { ...spec, id: 's-bare', cluster: 'j-bare' }
    await expect(openStore(uri, roles.storeOptions(bare, uri)).get('b.txt')).rejects.toThrow(
      'has no role',
    )
  },
  60_000,
)
