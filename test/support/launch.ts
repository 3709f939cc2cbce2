import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { run } from '../../src/cli/run.js'

export interface Launch {
  readonly argv: readonly string[]
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string
}

export interface Outcome {
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
}

/** The built program. */
export const BINARY = resolve('dist/cli/main.js')

/** Runs the command line in this process, on streams of its own. */
export async function launchHere({ argv, cwd, env = {}, stdin = '' }: Launch): Promise<Outcome> {
  const [out, err] = [new Sink(), new Sink()]
  const exit = await run(argv, {
    stdin: Readable.from(stdin === '' ? [] : [Buffer.from(stdin)]),
    stdout: out,
    stderr: err,
    env: { HOME: cwd, ...env },
    cwd,
    onInterrupt: () => () => undefined,
  })
  return { exit, stdout: out.text(), stderr: err.text() }
}

/** Runs the built program as a user does. */
export function launchBinary({ argv, cwd, env = {}, stdin = '' }: Launch): Promise<Outcome> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [BINARY, ...argv], {
      cwd,
      env: { PATH: process.env['PATH'], HOME: cwd, ...env },
    })
    const [out, err] = [new Sink(), new Sink()]
    child.stdout.pipe(out)
    child.stderr.pipe(err)
    child.on('error', fail)
    child.on('close', (code) => done({ exit: code ?? -1, stdout: out.text(), stderr: err.text() }))
    child.stdin.on('error', () => undefined)
    child.stdin.end(stdin)
  })
}

class Sink extends Writable {
  readonly #chunks: Buffer[] = []

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#chunks.push(chunk)
    done()
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString('utf8')
  }
}
