import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { open } from 'node:fs/promises'
import { constants } from 'node:os'
import type { Readable } from 'node:stream'
import { sleep } from '../../core/concurrency.js'
import { HeadrigError, isErrno } from '../../core/errors.js'
import { keptAlive } from '../kept-alive.js'
import { startWatchdog } from '../local/watchdog.js'
import { processesWith, signalProcess, startOf } from '../process-id.js'
import type { JobFolder } from './job-folder.js'

/** The variable that marks every process of a job; its value is the job's folder. */
export const JOB_MARK = 'HEADRIG_JOB_FOLDER'

/** Takes what a job writes, as it comes; the job waits while it waits. */
export type Sink = (chunk: Uint8Array) => Promise<void>

export interface DriverOptions {
  readonly program: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  readonly job: JobFolder
  readonly stdout: Sink
  readonly stderr: Sink
  readonly signal: AbortSignal
}

/** How long the driver may take to end after each of these. */
const STEPS = [
  { signal: 'SIGINT', group: false, ms: 5000 },
  { signal: 'SIGTERM', group: true, ms: 8000 },
  { signal: 'SIGKILL', group: true, ms: 5000 },
] as const

/** How long the driver's JVM may take to end after its program, when nobody asked it to. */
const LAST_WORDS_MS = 20_000

/**
 * Runs a driver to its end and gives its exit status: 128 + n when signal n ended it. What it writes goes to the
 * sinks and the job's files. Nothing of its process tree is left, however this process ends.
 * @throws `unavailable` when it cannot be started; the signal's reason, once all has ended
 */
export function runDriver(options: DriverOptions): Promise<number> {
  return keptAlive(() => run(options))
}

async function run({
  program,
  args,
  env,
  cwd,
  job,
  signal,
  ...sinks
}: DriverOptions): Promise<number> {
  signal.throwIfAborted()
  const watchdog = startWatchdog(job.work)
  let child: ChildProcess | undefined
  try {
    child = spawn(program, args, {
      cwd,
      env: { ...env, [JOB_MARK]: job.folder },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const { pid, stdout, stderr } = child
    const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
    ended.catch(() => undefined)
    if (pid === undefined || !stdout || !stderr) {
      await ended
      throw new HeadrigError('internal', `${program} has no process`)
    }
    watchdog.watch({ pid, start: (await startOf(pid)) ?? '' })
    const written = Promise.all([
      keep(stdout, job.stdout, sinks.stdout),
      keep(stderr, job.stderr, sinks.stderr),
    ])
    written.catch(() => undefined)
    const outcome = await Promise.race([ended, aborted(signal), written.then(() => ended)])
    await endGroup(pid, outcome ? LAST_WORDS_MS : 0)
    await endMarked(job)
    const [code, killed] = await ended
    await written
    signal.throwIfAborted()
    return code ?? 128 + (killed ? constants.signals[killed] : 0)
  } catch (error) {
    if (child?.pid !== undefined) await endGroup(child.pid, 0)
    await endMarked(job)
    if (isErrno(error, 'ENOENT') || isErrno(error, 'EACCES'))
      throw new HeadrigError(
        'unavailable',
        `cannot start ${program} in ${cwd}: install Python 3.10 or later, or name it by PYSPARK_DRIVER_PYTHON`,
        { cause: error },
      )
    throw error
  } finally {
    await watchdog.keep()
  }
}

/** Ends the processes of a group: waits, then asks, then kills. */
async function endGroup(leader: number, waitMs: number): Promise<void> {
  if (await groupEnds(leader, waitMs)) return
  for (const { signal, group, ms } of STEPS) {
    try {
      process.kill(group ? -leader : leader, signal)
    } catch (error) {
      if (!isErrno(error, 'ESRCH')) throw error
    }
    if (await groupEnds(leader, ms)) return
  }
}

async function groupEnds(leader: number, withinMs: number): Promise<boolean> {
  for (const deadline = Date.now() + withinMs; ; await sleep(50)) {
    try {
      process.kill(-leader, 0)
    } catch (error) {
      if (isErrno(error, 'ESRCH')) return true
      throw error
    }
    if (Date.now() >= deadline) return false
  }
}

/** What left the group: Python's workers, and what the job itself put in the background. Linux only. */
async function endMarked({ folder }: JobFolder): Promise<void> {
  for (const id of await processesWith(JOB_MARK, folder)) await signalProcess(id, 'SIGKILL')
}

/** Copies what a stream gives to a file that only the owner can read, and on. */
async function keep(stream: Readable, path: string, sink: Sink): Promise<void> {
  const file = await open(path, 'a', 0o600)
  try {
    for await (const chunk of stream) {
      await file.write(chunk as Uint8Array)
      await sink(chunk as Uint8Array)
    }
  } finally {
    await file.close()
  }
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true })
  })
}
