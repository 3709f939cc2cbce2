import { spawn } from 'node:child_process'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HeadrigError } from '../../core/errors.js'
import type { SystemUser } from '../../core/system-user.js'
import { startOf, type ProcessId } from '../process-id.js'

export interface DaemonOptions {
  /** For messages and the log's name: `master`, `core-1`. */
  readonly name: string
  readonly sparkHome: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  /** Where `<name>.log` goes. */
  readonly logFolder: string
  /** Whom it runs as; default: this process's user. */
  readonly user?: SystemUser | undefined
}

/** A process of Spark's, the leader of a group of its own. */
export interface Daemon {
  readonly name: string
  readonly id: ProcessId
  readonly logFile: string
}

/**
 * Starts a class of Spark's in the background; its output goes to a log file that only the owner can read.
 * @throws `unavailable` when it does not start at all
 */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const { name, sparkHome, args, env, cwd, logFolder, user } = options
  const logFile = join(logFolder, `${name}.log`)
  const log = await open(logFile, 'a', 0o600)
  try {
    const child = spawn(join(sparkHome, 'bin', 'spark-class'), args, {
      cwd,
      env,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      ...user,
    })
    child.unref()
    const failed = new Promise<never>((_, reject) => child.once('error', reject))
    failed.catch(() => undefined)
    const { pid } = child
    const start = pid === undefined ? await failed : await startOf(pid)
    if (pid === undefined || start === undefined)
      throw await diedEarly({ name, id: { pid: pid ?? 0, start: '' }, logFile })
    return { name, id: { pid, start }, logFile }
  } catch (error) {
    if (error instanceof HeadrigError) throw error
    throw new HeadrigError(
      'unavailable',
      `cannot start ${join(sparkHome, 'bin', 'spark-class')}: ${String(error)}`,
      { cause: error },
    )
  } finally {
    await log.close()
  }
}

/** The error for a process that ended before it was ready, with the line of its log that says most. */
export async function diedEarly({ name, logFile }: Daemon): Promise<HeadrigError> {
  const log = await readFile(logFile, 'utf8').catch(() => '')
  const message = `${name} ended before it was ready: ${tellingLine(log)}`
  return new HeadrigError('unavailable', message, { details: { log: log.slice(-4000) } })
}

/** Of a log: its last line that tells of an error, else its last line. */
export function tellingLine(log: string): string {
  const lines = log.split('\n').filter((line) => line.trim() !== '')
  const errors = lines.filter((line) => /(?:Exception|Error)\b.*:|ERROR/.test(line))
  const line = errors.findLast((l) => !/^\s+at /.test(l)) ?? lines.at(-1) ?? 'it said nothing'
  return line.trim().slice(0, 300)
}
