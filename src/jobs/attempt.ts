import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../core/errors.js'
import { redactWords } from '../core/redact.js'
import type { SystemUser } from '../core/system-user.js'
import { workFolder } from './environment.js'
import type { Launch, Launcher } from './launch.js'
import { keepStoring, type StepLogs } from './logs.js'
import { failed, outcomeOf, type Outcome } from './outcome.js'
import { makeAttemptFolder, removeWork } from './process-folder.js'
import { startProcess, type ProcessEnd } from './process.js'
import type { CancelHow, StepSpec } from './step.js'
import { doWork } from './work.js'

export interface AttemptOptions {
  readonly folder: string
  readonly launch: Launcher
  /** The credentials of the step's role, asked for at each attempt and never stored. */
  readonly environment: (spec: StepSpec) => Promise<Readonly<Record<string, string>>>
  readonly now: () => number
  /** Where the attempt's logs go, if they go anywhere. */
  readonly logs: (spec: StepSpec, folder: string) => StepLogs | undefined
  readonly graceMs?: number
  /** Whom its process runs as. */
  readonly user?: SystemUser
}

const STORE_EVERY_MS = 30_000

/** One attempt of a step under way. */
export class Attempt {
  /** Never throws. */
  readonly outcome: Promise<Outcome>
  readonly #spec: StepSpec
  readonly #options: AttemptOptions
  readonly #abort = new AbortController()
  #stop: ((how: CancelHow) => void) | undefined
  #cancelled: CancelHow | undefined

  constructor(spec: StepSpec, options: AttemptOptions) {
    this.#spec = spec
    this.#options = options
    this.outcome = this.#logged().catch((error: unknown) => this.#failure(error))
  }

  cancel(how: CancelHow): void {
    this.#cancelled = how
    this.#abort.abort(new Error('cancelled'))
    this.#stop?.(how)
  }

  async #logged(): Promise<Outcome> {
    const { folder, now, logs, user } = this.#options
    await makeAttemptFolder(folder, user)
    const stored = logs(this.#spec, folder)
    const tell =
      (what: string) =>
      (error: unknown): void =>
        void this.#say(`${what}: ${messageOf(error)}`).catch(() => undefined)
    const stop = stored && keepStoring(stored, STORE_EVERY_MS, tell('logs not stored'))
    const began = now()
    const outcome = await this.#run().catch((error: unknown) => this.#failure(error))
    // Secrets of the cluster may be in it.
    await removeWork(folder).catch(tell('work folder not removed'))
    const { state, failure } = outcome
    const why = failure ? `: ${failure.message}` : ''
    await this.#say(`${state} after ${now() - began} ms${why}`)
    await stop?.()
    return outcome
  }

  #failure(error: unknown): Outcome {
    return this.#cancelled
      ? { state: 'CANCELLED' }
      : failed(this.#spec, {}, 'Could not run.', messageOf(error), 'controller')
  }

  async #run(): Promise<Outcome> {
    const { folder, launch, environment } = this.#options
    const [spec, signal] = [this.#spec, this.#abort.signal]
    await this.#say(`${spec.jar} ${JSON.stringify(redactWords(spec.args))}`)
    const place = { folder: workFolder(folder), syslog: join(folder, 'syslog'), signal }
    const found = await orAborted(launch(spec, place), signal)
    signal.throwIfAborted()
    const end =
      found.kind === 'work'
        ? await doWork(found.run, folder, this.#abort, spec.limits)
        : await this.#process(found, await environment(spec))
    return outcomeOf(spec, end, folder)
  }

  async #process(
    found: Launch & { readonly kind: 'process' },
    environment: Readonly<Record<string, string>>,
  ): Promise<ProcessEnd> {
    const { folder, graceMs, user } = this.#options
    const { id, limits } = this.#spec
    const started = await startProcess({
      step: id,
      folder,
      command: found.command,
      args: found.args,
      environment: { ...found.environment, ...environment },
      ...(limits && { limits }),
      ...(graceMs !== undefined && { graceMs }),
      ...(user && { user }),
    })
    this.#stop = (how) => (how === 'kill' ? started.kill() : started.interrupt())
    if (this.#cancelled) this.#stop(this.#cancelled)
    return started.end
  }

  #say(line: string): Promise<void> {
    const { folder, now } = this.#options
    return appendFile(join(folder, 'controller'), `${new Date(now()).toISOString()} ${line}\n`, {
      mode: 0o600,
    })
  }
}

/** Waits no longer than until the signal: a cluster's Spark, say, goes on starting for the steps that follow. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  work.catch(() => undefined)
  const aborted = new Promise<never>((_, reject) => {
    const stop = (): void => reject(signal.reason as Error)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
  return Promise.race([work, aborted])
}
