import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { S3Connection } from '../../src/storage/s3/connection.js'
import { pythonWith } from './venv.js'

/** The server, and AWS's managed policies. */
export const MOTO_PACKAGES = ['moto[server]==5.2.5']
// moto looks and stores in two steps, so that of two racing conditional PUTs both may win, which S3
// rules out: here they take turns.
const LAUNCHER = `
import sys, threading
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple
app, turn = DomainDispatcherApplication(create_backend_app), threading.Lock()
def serve(environ, start_response):
    if 'HTTP_IF_NONE_MATCH' not in environ:
        return app(environ, start_response)
    with turn:
        return list(app(environ, start_response))
run_simple('127.0.0.1', int(sys.argv[1]), serve, threaded=True)
`
const START_MS = 30_000

/** A real S3 service for tests. */
export interface S3TestServer {
  readonly endpoint: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  createBucket(name: string): Promise<void>
  stop(): Promise<void>
}

/**
 * Starts an S3 server on a free port of 127.0.0.1, or uses the one at HEADRIG_TEST_S3_ENDPOINT (with
 * the AWS_ variables' credentials). Undefined when it cannot be installed here: skip the test then.
 * @example
 * const server = await startS3Server()
 * describe.skipIf(!server)('…', () => { afterAll(() => server?.stop()) })
 */
export async function startS3Server(): Promise<S3TestServer | undefined> {
  const { env } = process
  const given = env['HEADRIG_TEST_S3_ENDPOINT']
  const region = env['AWS_REGION'] ?? 'us-east-1'
  if (given !== undefined) {
    const accessKeyId = env['AWS_ACCESS_KEY_ID'] ?? 'test'
    const secretAccessKey = env['AWS_SECRET_ACCESS_KEY'] ?? 'test'
    return serverAt(
      { endpoint: given, region, accessKeyId, secretAccessKey },
      async () => undefined,
    )
  }
  const python = await pythonWith('moto', MOTO_PACKAGES)
  if (python === undefined) return undefined
  const port = await freePort()
  const endpoint = `http://127.0.0.1:${port}`
  const child = spawn(python, ['-c', LAUNCHER, String(port)], { stdio: 'ignore' })
  const stop = stopper(child)
  await untilReady(endpoint, child).catch(async (error: unknown) => {
    await stop()
    throw error
  })
  return serverAt({ endpoint, region, accessKeyId: 'test', secretAccessKey: 'test' }, stop)
}

function serverAt(
  where: Omit<S3TestServer, 'createBucket' | 'stop'>,
  stop: () => Promise<void>,
): S3TestServer {
  const { endpoint, region, accessKeyId, secretAccessKey } = where
  const credentials = { accessKeyId, secretAccessKey }
  return {
    ...where,
    stop,
    async createBucket(name) {
      const connection = new S3Connection(name, { endpoint, region, credentials })
      await connection.run(`s3://${name}`, ({ client, sdk }) =>
        client.send(new sdk.CreateBucketCommand({ Bucket: name })),
      )
    },
  }
}

function stopper(child: ChildProcess): () => Promise<void> {
  const kill = (): void => void child.kill('SIGKILL')
  process.once('exit', kill)
  return async () => {
    process.off('exit', kill)
    if (child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGTERM')
    await Promise.race([exited, setTimeout(3000)])
    kill()
  }
}

async function untilReady(endpoint: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_MS
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the S3 server ended with ${child.exitCode}`)
    try {
      await (await fetch(endpoint)).arrayBuffer()
      return
    } catch (error) {
      if (Date.now() > deadline) throw error
      await setTimeout(50)
    }
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
