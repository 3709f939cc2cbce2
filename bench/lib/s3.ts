import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { CACHE } from '../data/prepare.js'
import { sleep } from '../../src/core/concurrency.js'
import { freePort } from '../../test/support/s3-server.js'

const MODULE = 'github.com/versity/versitygw/cmd/versitygw'
const VERSION = 'v1.8.0'

export interface S3Server {
  readonly name: string
  readonly bucket: string
  /** What a client needs to know. */
  readonly env: Record<string, string>
  stop(): Promise<void>
}

/**
 * Starts a real S3 server on loopback whose bucket `logs` is this folder. It is installed with Go into
 * the cache at the first use. Throws when Go is missing.
 */
export async function startS3(folder: string, root: string): Promise<S3Server> {
  const binary = install()
  mkdirSync(root, { recursive: true })
  symlinkSync(folder, join(root, 'logs'))
  const port = await freePort()
  const [accessKey, secret] = ['benchbenchbench', 'benchbenchbenchbench']
  const args = ['--port', `127.0.0.1:${port}`, '--access', accessKey, '--secret', secret, '--quiet']
  // As S3 does; this server closes each connection after its answer unless told.
  args.push('--keep-alive')
  const child = spawn(binary, [...args, 'posix', root], { stdio: 'ignore' })
  const endpoint = `http://127.0.0.1:${port}`
  await answers(endpoint)
  return {
    name: `versitygw ${VERSION}, posix`,
    bucket: 'logs',
    env: {
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: accessKey,
      AWS_SECRET_ACCESS_KEY: secret,
    },
    async stop() {
      child.kill()
      await once(child, 'exit')
    },
  }
}

function install(): string {
  const binary = join(CACHE, 'bin', 'versitygw')
  if (!existsSync(binary)) {
    console.error(`installing ${MODULE}@${VERSION}`)
    execFileSync('go', ['install', `${MODULE}@${VERSION}`], {
      env: { ...process.env, GOBIN: dirname(binary) },
      stdio: 'inherit',
    })
  }
  return binary
}

async function answers(endpoint: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    try {
      await fetch(endpoint)
      return
    } catch {
      await sleep(50)
    }
  }
  throw new Error(`no answer from ${endpoint}`)
}
