import { join } from 'node:path'
import { HeadrigError } from '../core/errors.js'
import type { Collection } from '../state/collection.js'
import type { State } from '../state/state.js'
import { Attempt } from './attempt.js'
import type { SystemUser } from '../core/system-user.js'
import type { Launcher } from './launch.js'
import type { StepLogs } from './logs.js'
import { failed, type Outcome } from './outcome.js'
import { removeWork } from './process-folder.js'
import { hasEnded, type CancelHow, type StepRecord, type StepSpec } from './step.js'
import { killTree } from './tree.js'

export interface RunnerOptions {
  readonly state: State
  /** Each attempt of a step has a folder of its own below: `<cluster>/<step>/<attempt>`. */
  readonly folder: string
  readonly launch: Launcher
  /** The credentials of the step's role, asked for at each attempt and never stored. Default: none. */
  readonly environment?: (spec: StepSpec) => Promise<Readonly<Record<string, string>>>
  /** Where the logs of an attempt go, twice a minute and at its end. Default: they stay in its folder. */
  readonly logs?: (spec: StepSpec, folder: string) => StepLogs | undefined
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** How many steps of a cluster may run at once; 0 holds them. Default 1. */
  readonly concurrency?: (cluster: string) => number
  /** Told once the end is written. After kill -9 in between it is not told: compare on start. */
  readonly onEnd?: (record: StepRecord) => void
  /** From SIGTERM to SIGKILL. Default 10 s. */
  readonly graceMs?: number
  /** Whom the processes of steps run as; default: headrig's own user. */
  readonly user?: SystemUser
}

interface Kept extends StepRecord {
  readonly order: number
}

const ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/

/**
 * Runs steps in the order in which they came, several clusters side by side. Every change is written to the
 * state before it happens, so no step runs twice: one that ran when headrig was killed is killed and FAILED.
 */
export class StepRunner {
  readonly #options: RunnerOptions
  readonly #steps: Collection<Kept>
  readonly #running = new Map<string, { readonly attempt: Attempt; readonly done: Promise<void> }>()
  #closed = false

  private constructor(options: RunnerOptions) {
    this.#options = options
    this.#steps = options.state.collection<Kept>('jobs.step')
  }

  /** Ends what a runner before it left behind, then goes on with what waits. */
  static async open(options: RunnerOptions): Promise<StepRunner> {
    const runner = new StepRunner(options)
    const left = runner.#steps.list().filter((step) => !hasEnded(step.state))
    for (const step of left) if (step.state !== 'PENDING') await runner.#abandon(step)
    for (const cluster of new Set(left.map(({ spec }) => spec.cluster))) runner.wake(cluster)
    return runner
  }

  /**
   * Takes steps, all or none; they are in the state when this returns.
   * @throws HeadrigError `invalid` for an id that cannot name a folder or an unknown `after`, `conflict` for an id that is taken
   */
  submit(specs: readonly StepSpec[]): readonly StepRecord[] {
    const { state, now } = this.#options
    const taken = state.transaction(() => specs.map((spec) => this.#add(spec, now())))
    for (const cluster of new Set(specs.map((spec) => spec.cluster))) this.wake(cluster)
    return taken.map((step) => this.get(step.spec.id) ?? step)
  }

  get(id: string): StepRecord | undefined {
    return this.#steps.get(id)
  }

  /** In the order in which they came. */
  list(cluster: string): readonly StepRecord[] {
    return this.#steps.list({ parent: cluster })
  }

  /** False when there is no such step or it has ended. One that waits is CANCELLED at once. */
  cancel(id: string, how: CancelHow = 'interrupt'): boolean {
    const step = this.#steps.get(id)
    if (step === undefined || hasEnded(step.state)) return false
    if (step.state === 'PENDING') {
      this.#end(step, { state: 'CANCELLED' })
      this.wake(step.spec.cluster)
      return true
    }
    this.#write({ ...step, state: 'CANCEL_PENDING' })
    this.#running.get(id)?.attempt.cancel(how)
    return true
  }

  /** Starts what may start: to be called when a cluster may run more than before. */
  wake(cluster: string): void {
    if (this.#closed) return
    const most = this.#options.concurrency?.(cluster) ?? 1
    const steps = this.#steps.list({ parent: cluster })
    let free =
      most - steps.filter(({ state }) => state === 'RUNNING' || state === 'CANCEL_PENDING').length
    for (const step of steps) {
      if (step.state !== 'PENDING') continue
      const before = (step.spec.after ?? []).map((id) => this.#steps.get(id)?.state)
      if (before.some((state) => state === 'CANCELLED' || state === 'FAILED'))
        this.#end(step, { state: 'CANCELLED' })
      else if (free > 0 && before.every((state) => state === 'COMPLETED')) {
        free -= 1
        this.#start(step)
      }
    }
  }

  /** Forgets the steps of a cluster that have ended, not their folders. */
  forget(cluster: string): void {
    for (const { spec, state } of this.list(cluster))
      if (hasEnded(state)) this.#steps.delete(spec.id)
  }

  /** Cancels what runs and waits for its end; what waits stays PENDING for the next runner. */
  async close(how: CancelHow = 'interrupt'): Promise<void> {
    this.#closed = true
    for (const id of this.#running.keys()) this.cancel(id, how)
    await Promise.all([...this.#running.values()].map(({ done }) => done))
  }

  #add(spec: StepSpec, created: number): Kept {
    for (const id of [spec.id, spec.cluster])
      if (!ID.test(id))
        throw new HeadrigError('invalid', `no id of a step: "${id}"; use letters, digits, - and _`)
    if (this.#steps.get(spec.id))
      throw new HeadrigError('conflict', `there is a step ${spec.id}: choose another id`)
    for (const id of spec.after ?? [])
      if (this.#steps.get(id)?.spec.cluster !== spec.cluster)
        throw new HeadrigError(
          'invalid',
          `step ${spec.id} waits for ${id}, which is no step of its cluster before it`,
        )
    const [last] = this.#steps.list({ parent: spec.cluster, order: 'desc', limit: 1 })
    return this.#write({
      spec,
      state: 'PENDING',
      created,
      attempt: 0,
      order: (last?.order ?? 0) + 1,
    })
  }

  #start(step: Kept): void {
    const { now, folder, launch, environment, logs, graceMs, user } = this.#options
    const running = this.#write({
      ...step,
      state: 'RUNNING',
      started: step.started ?? now(),
      attempt: step.attempt + 1,
    })
    const { spec } = step
    const attempt = new Attempt(spec, {
      folder: attemptFolder(folder, spec, running.attempt),
      launch,
      environment: environment ?? (async () => ({})),
      now,
      logs: logs ?? (() => undefined),
      ...(graceMs !== undefined && { graceMs }),
      ...(user && { user }),
    })
    const done = attempt.outcome.then((outcome) => this.#after(spec.id, outcome))
    this.#running.set(spec.id, { attempt, done })
  }

  #after(id: string, outcome: Outcome): void {
    this.#running.delete(id)
    const step = this.#steps.get(id)
    if (step === undefined || hasEnded(step.state)) return
    const again = outcome.state === 'FAILED' && step.attempt < (step.spec.attempts ?? 1)
    if (again && step.state === 'RUNNING' && !this.#closed) return this.#start(step)
    this.#end(step, outcome)
    this.wake(step.spec.cluster)
  }

  async #abandon(step: Kept): Promise<void> {
    const { folder, logs } = this.#options
    await killTree(step.spec.id)
    const { spec, attempt } = step
    const place = attemptFolder(folder, spec, attempt)
    await removeWork(place).catch(() => undefined)
    // The store may be out of reach: that must not keep the server from starting.
    await logs?.(spec, place)
      ?.finish()
      .catch(() => undefined)
    const message = 'headrig ended while the step ran: see what it did, then add it again'
    this.#end(
      step,
      step.state === 'CANCEL_PENDING'
        ? { state: 'CANCELLED' }
        : failed(spec, {}, 'Interrupted.', message),
    )
  }

  #end(step: Kept, outcome: Outcome): void {
    const ended = this.#write({ ...step, ...outcome, ended: this.#options.now() })
    this.#options.onEnd?.(ended)
  }

  #write(step: Kept): Kept {
    const { spec, order } = step
    this.#steps.put(spec.id, step, { parent: spec.cluster, position: order })
    return step
  }
}

function attemptFolder(root: string, { cluster, id }: StepSpec, attempt: number): string {
  return join(root, cluster, id, String(attempt))
}
