import { spawn } from 'node:child_process'
import { HeadrigError, isErrno } from '../../core/errors.js'

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
const MOST_SAID = 65_536

export interface MitCall {
  /** Of MIT Kerberos: `kinit`, `kadmin`. */
  readonly program: string
  readonly args: readonly string[]
  /** Its `krb5.conf`. */
  readonly config: string
  readonly folder: string
  /** Written to its stdin; never told. Default: nothing. */
  readonly input?: string
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

/**
 * Runs a client program of MIT Kerberos, in an environment made from nothing.
 * @returns what it said on stderr, and its exit code
 * @throws HeadrigError `unavailable` when it is not installed, and when it takes longer than `timeoutMs`: then it is killed
 */
export async function runMit(
  call: MitCall,
): Promise<{ readonly code: number | null; readonly said: string }> {
  const { program, args, config, folder, input = '', timeoutMs, signal } = call
  signal?.throwIfAborted()
  const child = spawn(program, [...args], {
    cwd: folder,
    env: { PATH, LC_ALL: 'C', KRB5_CONFIG: config },
    stdio: ['pipe', 'ignore', 'pipe'],
    // Without a terminal, passwords are asked for on stdin.
    detached: true,
  })
  let said = ''
  let isLate = false
  const kill = (): void => void child.kill('SIGKILL')
  const late = setTimeout(() => {
    isLate = true
    kill()
  }, timeoutMs)
  signal?.addEventListener('abort', kill, { once: true })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (said.length < MOST_SAID) said += text
  })
  // A program that ended before it read all is judged by what it says.
  child.stdin.on('error', () => undefined).end(input)
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject).once('close', resolve)
    })
    signal?.throwIfAborted()
    if (isLate)
      throw new HeadrigError('unavailable', `the KDC does not answer within ${timeoutMs / 1000} s`)
    return { code, said }
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error
    throw new HeadrigError(
      'unavailable',
      `Kerberos needs ${program} of MIT Kerberos here: install krb5-user (Debian) or krb5-workstation (Fedora)`,
    )
  } finally {
    clearTimeout(late)
    signal?.removeEventListener('abort', kill)
  }
}
