import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { BINARY } from './launch.js'

export interface ServeProcess {
  readonly pid: number
  readonly url: string
  readonly port: number
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  /** Ends it as Ctrl-C does; its exit code. */
  stop(): Promise<number | null>
  /** Kill -9. */
  kill(): Promise<void>
}

/** The built `headrig serve` over a data folder; its access log goes nowhere. */
export async function startServe(
  data: string,
  env: Readonly<Record<string, string>> = {},
  nodeFlags: readonly string[] = [],
): Promise<ServeProcess> {
  const args = [...nodeFlags, BINARY, 'serve', '--port', '0', '--data', data]
  mkdirSync(data, { recursive: true })
  const child = spawn(process.execPath, args, {
    cwd: data,
    env: { PATH: process.env['PATH'], HOME: data, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ended = once(child, 'exit')
  const [line] = (await Promise.race([once(child.stdout, 'data'), ended])) as [Buffer | number]
  const [, url = '', port] = /(https?:\/\/127\.0\.0\.1:(\d+));/.exec(String(line)) ?? []
  if (port === undefined || child.pid === undefined)
    throw new Error(`headrig serve did not start: ${String(line)}`)
  const text = readFileSync(join(data, 'server', 'first-key'), 'utf8')
  const read = (name: string): string => new RegExp(`${name} = (\\S+)`).exec(text)?.[1] ?? ''
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal)
    await ended
    return (child as ChildProcess).exitCode
  }
  return {
    pid: child.pid,
    url,
    port: Number(port),
    credentials: {
      accessKeyId: read('aws_access_key_id'),
      secretAccessKey: read('aws_secret_access_key'),
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL').then(() => undefined),
  }
}
