import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AWS_PACKAGES } from '../interop/versions.js'
import { BINARY } from '../support/launch.js'
import { pythonWith } from '../support/venv.js'

const run = promisify(execFile)
let folder: string
let server: ChildProcess
let bin: string
let env: NodeJS.ProcessEnv
let line: string

beforeAll(async () => {
  const python = await pythonWith('aws-python', AWS_PACKAGES)
  bin = dirname(python ?? '')
  folder = await mkdtemp(join(tmpdir(), 'headrig-serve-'))
  const args = [BINARY, 'serve', '--port', '0', '--data', folder, '--tls', 'yes']
  server = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] })
  const [said] = (await once(server.stdout!, 'data')) as [Buffer]
  line = said.toString()
  const given = [...line.matchAll(/(AWS_\w+)=(\S+)/g)].map(([, name, value]) => [name, value])
  env = { PATH: `${bin}:${process.env['PATH']}`, ...Object.fromEntries(given) }
})
afterAll(async () => {
  server.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

const bash = (script: string) => run('bash', ['-c', script], { env })
const boto3 = (code: string) => run(join(bin, 'python3'), ['-c', `import boto3\n${code}`], { env })

test('the line that the server prints is a command of the AWS CLI that gets an answer', async () => {
  const [, command = ''] = /try: (.*)\n/.exec(line) ?? []
  const { stdout } = await run('bash', ['-c', command], { env: { PATH: env['PATH'] } })
  expect(JSON.parse(stdout)).toMatchObject({ ReleaseLabels: expect.arrayContaining(['emr-7.0.0']) })
})

test('the AWS CLI pages, asks who it is, and looks its calls up', async () => {
  const types = await bash(
    'aws emr list-supported-instance-types --release-label emr-7.0.0 --query SupportedInstanceTypes[].Type',
  )
  expect(JSON.parse(types.stdout)).toContain('m5.xlarge')
  const { stdout } = await bash('aws sts get-caller-identity')
  expect(JSON.parse(stdout)).toMatchObject({ Arn: 'arn:aws:iam::000000000000:root' })
  const trail = await bash(
    'aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=GetCallerIdentity --query Events[0].CloudTrailEvent --output text',
  )
  expect(JSON.parse(trail.stdout)).toMatchObject({
    eventName: 'GetCallerIdentity',
    eventSource: 'sts.amazonaws.com',
    tlsDetails: { tlsVersion: 'TLSv1.3' },
    userAgent: expect.stringContaining('aws-cli'),
  })
})

test('errors have the names that clients know; none is tried again', async () => {
  await expect(bash('aws emr list-studios')).rejects.toThrow(
    'An error occurred (UnsupportedOperationException) when calling the ListStudios operation',
  )
  await expect(bash('aws emr describe-release-label --release-label emr-1')).rejects.toThrow(
    'The release label emr-1 is not valid',
  )
  const { stdout } = await boto3(`
emr = boto3.client('emr')
try: emr.run_job_flow(Name='x' * 300, Instances={'InstanceCount': 1})
except emr.exceptions.ClientError as e: print(e.response['Error']['Code'], e.response['ResponseMetadata']['RetryAttempts'])
try: emr.describe_release_label(ReleaseLabel='emr-1')
except emr.exceptions.InvalidRequestException as e: print(e.response['ErrorCode'])`)
  expect(stdout).toBe('ValidationException 0\nValidationException\n')
})

test('boto3 is answered by every operation, never by 500', async () => {
  const { stdout } = await boto3(`
import botocore.exceptions
emr = boto3.client('emr', config=boto3.session.Config(parameter_validation=False))
codes = set()
for name in emr.meta.service_model.operation_names:
    method = [m for m, op in emr.meta.method_to_api_mapping.items() if op == name][0]
    try: getattr(emr, method)(); codes.add('ok')
    except botocore.exceptions.ClientError as e: codes.add((e.response['ResponseMetadata']['HTTPStatusCode'], e.response['Error']['Code']))
print(len(emr.meta.service_model.operation_names), sorted(map(str, codes)))`)
  expect(stdout).toMatch(/^65 /)
  expect(stdout).not.toContain('(5')
})

test('SIGTERM ends it cleanly', async () => {
  server.kill('SIGTERM')
  expect(await once(server, 'exit')).toEqual([0, null])
})
