import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { CompactOptions } from '../../src/app/maintain/compact.js'
import type { CollectOptions, CollectSummary } from '../../src/app/collect.js'

const SCRIPT = fileURLToPath(new URL('collect-once.mjs', import.meta.url))

/** What a collecting process is to do; dates as ISO text. */
export interface CollectJob {
  readonly lake: string
  readonly options: Omit<CollectOptions, 'from' | 'to'> & {
    readonly from?: string
    readonly to?: string
  }
  /** Settings, by their names in code. */
  readonly flags?: Readonly<Record<string, string>>
  /** The operation on the lake's store, from 1, at which the process kills itself. */
  readonly dieAt?: { readonly operation: number; readonly when: 'before' | 'after' }
  readonly env?: Readonly<Record<string, string>>
  /** Number of the user that it runs as. */
  readonly user?: number
}

/** What a compacting process is to do. */
export interface CompactJob extends Pick<CollectJob, 'lake' | 'flags' | 'dieAt' | 'env'> {
  readonly compacting: CompactOptions
}

/** How a collecting process ended; without `summary` and `error` it was killed. */
export interface CollectOutcome {
  readonly summary?: CollectSummary
  readonly error?: string
  readonly kind?: string
  /** Operations on the lake's store. */
  readonly operations?: number
  /** Most memory that was resident. */
  readonly peakBytes?: number
  /** Of a timer of 50 ms, and how long it ran. */
  readonly ticks?: number
  readonly workMs?: number
  readonly code: number | null
  /** What killed it. */
  readonly signal: string | null
  readonly stderr: string
}

export interface CollectProcess {
  readonly pid: number
  /** Settles when work starts. */
  readonly started: Promise<void>
  readonly ended: Promise<CollectOutcome>
  kill(signal: NodeJS.Signals): void
}

/** Starts a process of its own that collects. */
export function startCollect(job: CollectJob): CollectProcess {
  return start(job)
}

/** Starts a process of its own that compacts a lake. */
export function startCompact(job: CompactJob): CollectProcess {
  return start(job)
}

function start(job: CompactJob | CollectJob): CollectProcess {
  const child = spawn(process.execPath, [SCRIPT, JSON.stringify(job)], {
    env: { ...process.env, ...job.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...('user' in job && { uid: job.user, gid: job.user }),
  })
  const kill = (): void => void child.kill('SIGKILL')
  process.once('exit', kill)
  child.once('close', () => process.off('exit', kill))
  let stderr = ''
  child.stderr.on('data', (piece: Buffer) => (stderr += piece.toString()))
  let last: Record<string, unknown> = {}
  const started = new Promise<void>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const said = JSON.parse(line) as Record<string, unknown>
      if (said['started']) resolve()
      else last = said
    })
    child.on('close', () => resolve())
  })
  const ended = once(child, 'close').then(([code, signal]) => ({
    ...last,
    code: code as number | null,
    signal: signal as string | null,
    stderr,
  }))
  return { pid: child.pid ?? 0, started, ended, kill: (signal) => void child.kill(signal) }
}

/** Collects to the end in a process of its own; throws when that fails. */
export async function collectInProcess(
  job: CollectJob,
): Promise<CollectOutcome & { readonly summary: CollectSummary }> {
  const outcome = await startCollect(job).ended
  const { summary } = outcome
  if (!summary) throw new Error(`collecting failed: ${JSON.stringify(outcome)}`)
  return { ...outcome, summary }
}
