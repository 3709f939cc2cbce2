import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

export interface BenchServer {
  readonly pid: number
  readonly port: number
  readonly key: string
  readonly secret: string
  /** Stops it, and gives the names of all the calls in its trail. */
  stop(): Promise<string[]>
}

/** Starts `headrig serve` over a fresh data folder, audit on; its access log goes nowhere. */
export async function startServe(data: string): Promise<BenchServer> {
  const args = [MAIN, 'serve', '--port', '0', '--data', data]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] })
  const ended = once(child, 'exit')
  const [line] = (await Promise.race([once(child.stdout, 'data'), ended])) as [Buffer | number]
  const [, port] = /http:\/\/127\.0\.0\.1:(\d+);/.exec(String(line)) ?? []
  if (!port || !child.pid) throw new Error(`headrig serve did not start: ${String(line)}`)
  const credentials = readFileSync(join(data, 'server', 'first-key'), 'utf8')
  const read = (name: string): string => new RegExp(`${name} = (\\S+)`).exec(credentials)?.[1] ?? ''
  return {
    pid: child.pid,
    port: Number(port),
    key: read('aws_access_key_id'),
    secret: read('aws_secret_access_key'),
    async stop() {
      child.kill('SIGTERM')
      await ended
      return calls(join(data, 'audit', 'trail'))
    },
  }
}

function calls(trail: string): string[] {
  const files = readdirSync(trail, { recursive: true, encoding: 'utf8' })
  return files
    .filter((file) => /\/CloudTrail\/.*\.json\.gz$/.test(file))
    .flatMap((file) => {
      const text = gunzipSync(readFileSync(join(trail, file))).toString()
      const { Records } = JSON.parse(text) as {
        Records: { eventName: string; requestID: string }[]
      }
      return Records.map(({ eventName }) => eventName)
    })
}
