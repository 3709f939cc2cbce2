import { spawn, type ChildProcess } from 'node:child_process'
import { access, open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { constants } from 'node:fs'
import { messageOf } from '../core/errors.js'
import type { SystemUser } from '../core/system-user.js'
import { stepEnvironment, workFolder } from './environment.js'
import { handOver, makeAttemptFolder } from './process-folder.js'
import type { StepLimits } from './step.js'
import { killTree, signalGroup } from './tree.js'

export interface ProcessSpec {
  /** The step's id. */
  readonly step: string
  /** Holds the logs, and the folder `work` that it starts in; made when it is not there. */
  readonly folder: string
  readonly command: string
  readonly args: readonly string[]
  /** Added to the few variables that every step has. */
  readonly environment?: Readonly<Record<string, string>>
  readonly limits?: StepLimits
  /** Whom it runs as; default: headrig's own user. Only root can be somebody else. */
  readonly user?: SystemUser
  /** From SIGTERM to SIGKILL. Default 10 s. */
  readonly graceMs?: number
}

/** How a step's first process ended. Neither number nor signal: it could not be started. */
export interface ProcessEnd {
  readonly exitCode?: number
  readonly signal?: NodeJS.Signals
  /** Why headrig ended it. */
  readonly ended?: 'cancelled' | 'time' | 'output'
  /** Why it could not be started. */
  readonly problem?: string
}

export interface StepProcess {
  readonly pid: number | undefined
  /** When the process and all that it started are gone. Never throws. */
  readonly end: Promise<ProcessEnd>
  /** SIGTERM to the group, then SIGKILL to the whole tree. */
  interrupt(): void
  /** SIGKILL to the whole tree. */
  kill(): void
}

const GRACE_MS = 10_000
/** The most that a step may write when nobody says otherwise. */
export const OUTPUT_BYTES = 1024 ** 3
const LOOK_MS = 500
const PRLIMIT = '/usr/bin/prlimit'

/**
 * Starts a program as a step: a session and group of its own, nothing on stdin, `stdout` and `stderr` as files in
 * `folder`, a work folder below it, an environment made from nothing. When the program ends, what it left behind is killed.
 * @throws HeadrigError never for the program's own faults: `end` tells them; a folder that cannot be made is thrown
 * @example const { end } = await startProcess({ step: 's-1', folder, command: '/bin/bash', args: ['-c', 'exit 3'] })
 */
export async function startProcess(spec: ProcessSpec): Promise<StepProcess> {
  const { folder, limits = {}, user } = spec
  const work = workFolder(folder)
  await makeAttemptFolder(folder, user)
  if (user) await handOver(folder, user)
  const [command, args] = await limited(spec)
  const out = await open(join(folder, 'stdout'), 'a', 0o600)
  const err = await open(join(folder, 'stderr'), 'a', 0o600)
  try {
    const child = spawn(command, args, {
      cwd: work,
      env: stepEnvironment(spec.step, work, spec.environment),
      stdio: ['ignore', out.fd, err.fd],
      detached: true,
      ...user,
    })
    // Listened to at once: a short program may end during the next wait.
    return watched(child, spec, limits)
  } catch (error) {
    // A NUL in an argument, say.
    return { pid: undefined, end: Promise.resolve({ problem: messageOf(error) }), ...NOTHING }
  } finally {
    await Promise.all([out.close(), err.close()])
  }
}

const NOTHING = { interrupt: () => undefined, kill: () => undefined }

function watched(child: ChildProcess, spec: ProcessSpec, limits: StepLimits): StepProcess {
  const { pid } = child
  let why: ProcessEnd['ended']
  let over = false
  const timers: NodeJS.Timeout[] = []
  const kill = (): void => {
    if (!over && pid !== undefined) void killTree(spec.step, pid)
  }
  const stop = (reason: ProcessEnd['ended'], gently: boolean): void => {
    if (over || pid === undefined) return
    why ??= reason
    if (gently && signalGroup(pid, 'SIGTERM'))
      timers.push(setTimeout(kill, spec.graceMs ?? GRACE_MS))
    else kill()
  }
  const first = new Promise<ProcessEnd>((resolve) => {
    child.once('error', (error) => resolve({ problem: error.message }))
    child.once('exit', (code, signal) =>
      resolve({ ...(code !== null && { exitCode: code }), ...(signal && { signal }) }),
    )
  })
  if (limits.timeMs !== undefined) timers.push(setTimeout(() => stop('time', true), limits.timeMs))
  const most = limits.outputBytes ?? OUTPUT_BYTES
  const look = setInterval(() => {
    void written(spec.folder).then((bytes) => bytes > most && stop('output', false))
  }, LOOK_MS)
  const end = first.then(async (result) => {
    const ended = why
    if (pid !== undefined) await killTree(spec.step, pid)
    over = true
    clearInterval(look)
    timers.forEach(clearTimeout)
    if (ended === undefined && (await written(spec.folder)) > most)
      return { ...result, ended: 'output' as const }
    return { ...result, ...(ended && { ended }) }
  })
  return {
    pid,
    end,
    interrupt: () => stop('cancelled', true),
    kill: () => stop('cancelled', false),
  }
}

async function limited(spec: ProcessSpec): Promise<[string, string[]]> {
  const { cpuSeconds, addressSpaceBytes } = spec.limits ?? {}
  const plain: [string, string[]] = [spec.command, [...spec.args]]
  if (!(await isThere(PRLIMIT))) return plain
  return [
    PRLIMIT,
    [
      '--core=0',
      ...(cpuSeconds === undefined ? [] : [`--cpu=${cpuSeconds}`]),
      ...(addressSpaceBytes === undefined ? [] : [`--as=${addressSpaceBytes}`]),
      '--',
      ...plain.flat(),
    ],
  ]
}

async function written(folder: string): Promise<number> {
  const sizes = await Promise.all(
    ['stdout', 'stderr', 'syslog'].map((name) =>
      stat(join(folder, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

function isThere(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}
