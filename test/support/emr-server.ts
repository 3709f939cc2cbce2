import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'vitest'
import { AWS_PACKAGES } from '../interop/versions.js'
import { BINARY } from './launch.js'
import { startS3Server, type S3TestServer } from './s3-server.js'
import { signCall } from './sign-call.js'
import { pythonWith } from './venv.js'

const run = promisify(execFile)

/** `headrig serve` as a process, beside a real S3 server, with Amazon's own clients. */
export interface EmrServer {
  readonly folder: string
  readonly s3: S3TestServer
  /** What clients need to call it. */
  readonly env: Readonly<Record<string, string>>
  /** A command of the AWS CLI as a shell reads it; gives its output. */
  readonly aws: (command: string) => Promise<string>
  /** The JSON that a command of the AWS CLI prints. */
  readonly json: <T>(command: string) => Promise<T>
  /** Calls an operation of EMR without a client: quick, for looking again and again. */
  readonly call: (operation: string, input: object) => Promise<Record<string, unknown>>
  /** A program that has `emr` and `s3`, clients of boto3. */
  readonly boto3: (code: string) => Promise<string>
  /** Any program of the clients' environment. */
  readonly exec: (program: string, args: readonly string[]) => Promise<string>
  /** Waits until a cluster is in this state. */
  readonly reach: (cluster: string, state: string) => Promise<void>
  /** SIGKILL, then a new process over the same data. */
  readonly killAndStart: () => Promise<void>
  /** SIGTERM, and the end of it. */
  readonly stop: () => Promise<void>
  readonly close: () => Promise<void>
}

const BOTO3 = `import boto3, os
emr, s3 = boto3.client('emr'), boto3.client('s3', endpoint_url=os.environ['AWS_ENDPOINT_URL_S3'])
`

/**
 * Undefined when the clients or the S3 server cannot be had here. It has the bucket `logs`.
 * @param more variables of the server
 */
export async function startEmrServer(
  more: (s3: S3TestServer) => Readonly<Record<string, string>> = () => ({}),
): Promise<EmrServer | undefined> {
  const python = await pythonWith('aws-python', AWS_PACKAGES)
  const s3 = python === undefined ? undefined : await startS3Server()
  if (python === undefined || !s3) return undefined
  await s3.createBucket('logs')
  const bin = dirname(python)
  const folder = mkdtempSync(join(tmpdir(), 'headrig-emr-'))
  // Steps may have an account of their own.
  chmodSync(folder, 0o711)
  const keys = {
    AWS_ACCESS_KEY_ID: s3.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
    AWS_REGION: s3.region,
  }
  const args = [BINARY, 'serve', '--data', join(folder, 'data'), '--quiet']
  let server: ChildProcess
  let url = ''
  const start = async (port: string): Promise<void> => {
    server = spawn(process.execPath, [...args, '--port', port], {
      stdio: ['ignore', 'pipe', 'inherit'],
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        JAVA_HOME: process.env['JAVA_HOME'],
        HEADRIG_S3_ENDPOINT: s3.endpoint,
        HEADRIG_EMR_KMS_ENDPOINT: s3.endpoint,
        HEADRIG_EMR_CREDENTIALS: 'server',
        HEADRIG_TEST_MODE: '1',
        ...keys,
        ...more(s3),
      },
    })
    const first = [once(server.stdout!, 'data'), once(server, 'exit')]
    const [said] = (await Promise.race(first)) as [Buffer | number]
    url = /listening on (\S+);/.exec(String(said))?.[1] ?? ''
  }
  const ended = async (signal: NodeJS.Signals): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return
    const exit = once(server, 'exit')
    server.kill(signal)
    await exit
  }
  await start('0')
  const env: Readonly<Record<string, string>> = {
    PATH: `${bin}:${process.env['PATH']}`,
    HOME: folder,
    AWS_ENDPOINT_URL: url,
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'data', 'server', 'first-key'),
  }
  const exec = async (program: string, given: readonly string[]): Promise<string> =>
    (await run(program, [...given], { env, cwd: folder, maxBuffer: 1 << 26 })).stdout
  const boto3 = (code: string): Promise<string> => exec('python3', ['-c', BOTO3 + code])
  const aws = (command: string): Promise<string> =>
    exec('bash', ['-c', `python3 -m awscli ${command}`])
  const json = async <T>(command: string): Promise<T> => JSON.parse(await aws(command)) as T
  const call = async (operation: string, input: object): Promise<Record<string, unknown>> => {
    const text = await readFile(join(folder, 'data', 'server', 'first-key'), 'utf8')
    const key = (name: string): string => new RegExp(`${name} = (\\S+)`).exec(text)?.[1] ?? ''
    const body = JSON.stringify(input)
    const headers = signCall(url, {
      accessKeyId: key('aws_access_key_id'),
      secretAccessKey: key('aws_secret_access_key'),
      service: 'elasticmapreduce',
      body,
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `ElasticMapReduce.${operation}`,
      },
    })
    const answer = await fetch(url, { method: 'POST', headers, body })
    const json = (await answer.json()) as Record<string, unknown>
    if (!answer.ok) throw new Error(`${operation}: ${JSON.stringify(json)}`)
    return json
  }
  return {
    folder,
    s3,
    call,
    env,
    exec,
    aws,
    json,
    boto3,
    async reach(cluster, state) {
      const look = async (): Promise<unknown> => {
        const { Cluster } = await call('DescribeCluster', { ClusterId: cluster })
        return (Cluster as { Status: { State: string } }).Status.State
      }
      await expect.poll(look, { timeout: 50_000, interval: 50 }).toBe(state)
    },
    async killAndStart() {
      await ended('SIGKILL')
      await start(new URL(url).port)
    },
    stop: () => ended('SIGTERM'),
    async close() {
      await ended('SIGTERM')
      await s3.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
