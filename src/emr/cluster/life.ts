import { messageOf } from '../../core/errors.js'
import type { StepRunner } from '../../jobs/runner.js'
import { hasEnded } from '../../jobs/step.js'
import { arrangeFleets } from '../fleets/arrange.js'
import {
  isActive,
  isOver,
  isStaying,
  type ClusterDocument,
  type InstanceDocument,
  type StateReason,
} from './documents.js'
import { arrangeGroups, endGroups, newInstance, type NewInstance } from './groups.js'
import type { ClusterListener, LifeOptions, RetireOptions } from './life-options.js'
import { stepsOf, type StepView } from './steps.js'
import { Tasks } from './tasks.js'
import { effectOf, FIRST_STEP_MS, nextOf } from './transitions.js'

const CLUSTER_TERMINATED: StateReason = {
  code: 'CLUSTER_TERMINATED',
  message: 'Job flow terminated',
}
const RETRY_MS = 5000

/**
 * The lives of all clusters. Nothing is remembered but in the documents: whatever happens, `advance` looks at them
 * and does what is to be done next, so a kill between any two lines is one more reason to look.
 */
export class ClusterLife {
  readonly #options: LifeOptions
  readonly #tasks = new Tasks()
  readonly #listeners = new Set<ClusterListener>()
  readonly #kicked = new Set<string>()
  #runner: StepRunner | undefined

  constructor(options: LifeOptions) {
    this.#options = options
  }

  /** Goes on with the clusters of the state. Until then no step starts. */
  start(runner: StepRunner): void {
    this.#runner = runner
    for (const { id } of this.#options.documents.liveClusters()) this.kick(id)
  }

  /** Told of every change of a cluster's state, after it is written. Gives the way to end that. */
  on(listener: ClusterListener): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Looks at a cluster soon: something that it depends on has happened. */
  kick(id: string): void {
    if (this.#kicked.has(id)) return
    this.#kicked.add(id)
    setImmediate(() => {
      this.#kicked.delete(id)
      try {
        this.advance(id)
      } catch (error) {
        // The state cannot be written, say: a later event or start goes on.
        this.#options.logger.warn('a cluster cannot go on', {
          cluster: id,
          cause: messageOf(error),
        })
      }
    })
  }

  /** How many steps of a cluster may run now; a step that failed holds the others until its effect is settled. */
  concurrency(id: string): number {
    const cluster = this.#options.documents.cluster(id)
    if (!this.#runner || (cluster?.state !== 'RUNNING' && cluster?.state !== 'WAITING')) return 0
    const isHeld = this.#steps(id).some((step) => effectOf(step, cluster) !== 'none')
    return isHeld ? 0 : cluster.stepConcurrency
  }

  /** Adds nodes to a cluster; they are brought up in the background. */
  launch(id: string, wanted: readonly NewInstance[]): readonly InstanceDocument[] {
    const { documents, now } = this.#options
    const made = documents.transaction(() =>
      wanted.map((one) => documents.instances.put(newInstance(documents, id, one, now()))),
    )
    this.kick(id)
    return made
  }

  /** Takes nodes out of their cluster. Those of a group are replaced unless its `requested` is lower. */
  retire(instances: readonly string[], leaving: RetireOptions): void {
    const { documents } = this.#options
    documents.transaction(() => {
      for (const id of instances) {
        const instance = documents.instances.get(id)
        if (!instance || !isStaying(instance)) continue
        documents.instances.put({ ...instance, leaving })
        this.kick(instance.cluster)
      }
    })
  }

  /** Asks for a cluster's end; one that ends already goes on as it does. */
  terminate(id: string, end: 'TERMINATED' | 'TERMINATED_WITH_ERRORS', reason: StateReason): void {
    const cluster = this.#options.documents.cluster(id)
    if (!cluster || !isActive(cluster.state)) return
    this.#change(cluster, { state: 'TERMINATING', end, reason, idleSince: undefined })
    this.kick(id)
  }

  /** A node cannot be had: a cluster that is not up yet ends, one that is goes on without it. */
  fail(instance: InstanceDocument, reason: StateReason): void {
    const { documents, now } = this.#options
    const { id, cluster, group, fleet, timeline } = instance
    const why = { ...reason, code: 'INSTANCE_FAILURE' }
    documents.transaction(() => {
      documents.instances.change(id, {
        state: 'TERMINATED',
        reason,
        timeline: { ...timeline, ended: now() },
      })
      if (documents.cluster(cluster)?.timeline.ready === undefined)
        this.terminate(cluster, 'TERMINATED_WITH_ERRORS', reason)
      else if (group !== undefined)
        documents.groups.change(group, { state: 'ARRESTED', reason: why })
      else if (fleet !== undefined)
        documents.fleets.change(fleet, { state: 'SUSPENDED', reason: why })
    })
    this.kick(cluster)
  }

  /** Does all that can be done for a cluster now. */
  advance(id: string): void {
    const { documents } = this.#options
    if (!this.#runner || this.#tasks.isClosed) return
    const cluster = documents.cluster(id)
    if (!cluster || isOver(cluster.state)) return
    if (cluster.state === 'TERMINATING') return this.#windDown(cluster)
    this.#settle(cluster)
    if (documents.cluster(id)?.state === 'TERMINATING') return this.advance(id)
    documents.transaction(() => {
      arrangeFleets(documents, id, this.#options.now())
      arrangeGroups(documents, id, this.#options.now())
    })
    this.#move(id)
    for (const instance of documents.instances.of(id)) this.#tend(instance)
  }

  /** When a cluster is over; at once when it is or is not there. */
  over(id: string): Promise<void> {
    const { documents } = this.#options
    const isDone = (): boolean => {
      const cluster = documents.cluster(id)
      return !cluster || isOver(cluster.state)
    }
    if (isDone()) return Promise.resolve()
    return new Promise((resolve) => {
      const off = this.on((cluster) => {
        if (cluster.id !== id || !isDone()) return
        off()
        resolve()
      })
    })
  }

  /** Waits for the end of what it does; clusters stay as they are for the next start. */
  close(): Promise<void> {
    return this.#tasks.close()
  }

  #steps(id: string): readonly StepView[] {
    const { documents } = this.#options
    return this.#runner ? stepsOf({ documents, runner: this.#runner }, id) : []
  }

  #settle(cluster: ClusterDocument): void {
    const { documents } = this.#options
    const ended = this.#steps(cluster.id).filter(
      ({ doc, run }) => !doc.settled && hasEnded(run.state),
    )
    if (ended.length === 0) return
    const effects = new Set(ended.map((step) => effectOf(step, cluster)))
    documents.transaction(() => {
      if (effects.has('cancel') || effects.has('terminate')) this.#cancelPending(cluster.id)
      for (const { doc } of ended) documents.steps.put({ ...doc, settled: true })
      if (effects.has('terminate'))
        this.terminate(cluster.id, 'TERMINATED_WITH_ERRORS', {
          code: 'STEP_FAILURE',
          message: 'Shut down as step failed',
        })
    })
    this.#runner?.wake(cluster.id)
  }

  #cancelPending(id: string): void {
    for (const { run } of this.#steps(id))
      if (run.state === 'PENDING') this.#runner?.cancel(run.spec.id)
  }

  #move(id: string): void {
    const { documents, now } = this.#options
    for (;;) {
      const cluster = documents.cluster(id)
      const view = { instances: documents.instances.of(id), steps: this.#steps(id), now: now() }
      const next = cluster && nextOf({ cluster, ...view })
      if (!cluster || !next) return
      this.#change(cluster, next)
      if (next.state === 'WAITING' && !cluster.keepAlive)
        setTimeout(() => this.kick(id), FIRST_STEP_MS).unref()
      if (next.state === 'TERMINATING') return this.kick(id)
      this.#runner?.wake(id)
    }
  }

  #change(cluster: ClusterDocument, change: Partial<ClusterDocument>): void {
    const changed = this.#options.documents.putCluster({ ...cluster, ...change })
    if (changed.state === cluster.state) return
    const { id, state, reason } = changed
    this.#options.logger.info('cluster', { cluster: id, state, reason: reason?.message })
    for (const listener of this.#listeners)
      try {
        listener(changed, cluster.state)
      } catch (error) {
        this.#options.logger.warn('a listener failed', { cluster: id, cause: messageOf(error) })
      }
  }

  /** Starts what a node needs, unless it is under way. */
  #tend(instance: InstanceDocument): void {
    const { documents, nodes, bringUp, cleanUp, now } = this.#options
    const { id, cluster, state, leaving } = instance
    if (state === 'TERMINATED') return
    if (leaving) {
      this.#tasks.stop(`up ${id}`)
      this.#run(`release ${id}`, cluster, async () => {
        await this.#tasks.ended(`up ${id}`)
        await cleanUp(documents.instances.get(id) ?? instance)
        await nodes.release(instance, documents.instances.of(cluster), leaving.graceMs)
        documents.instances.change(id, {
          state: 'TERMINATED',
          reason: leaving.reason,
          timeline: { ...instance.timeline, ended: now() },
        })
      })
    } else if (state !== 'RUNNING')
      this.#run(`up ${id}`, cluster, async (signal) => {
        await bringUp(instance, signal)
        void nodes.resize(cluster, documents.instances.of(cluster)).catch((error: unknown) => {
          this.#options.logger.warn('Spark does not grow', { cluster, cause: messageOf(error) })
        })
      })
  }

  #windDown(cluster: ClusterDocument): void {
    const { documents, nodes, cleanUp, storeLogs, now } = this.#options
    const { id } = cluster
    for (const instance of documents.instances.of(id)) this.#tasks.stop(`up ${instance.id}`)
    const active = this.#steps(id).filter(({ run }) => !hasEnded(run.state))
    documents.transaction(() => this.#cancelPending(id))
    for (const { run } of active) if (run.state === 'RUNNING') this.#runner?.cancel(run.spec.id)
    if (this.#steps(id).some(({ run }) => !hasEnded(run.state))) return
    this.#run(`end ${id}`, id, async () => {
      for (const instance of documents.instances.of(id))
        for (const what of ['up', 'release']) await this.#tasks.ended(`${what} ${instance.id}`)
      for (const instance of documents.instances.of(id)) await cleanUp(instance)
      await storeLogs(cluster)
      await nodes.end(id)
      documents.transaction(() => {
        endGroups(documents, id, CLUSTER_TERMINATED, now())
        for (const step of documents.steps.of(id))
          if (!step.settled) documents.steps.put({ ...step, settled: true })
        const { end = 'TERMINATED', timeline } = documents.cluster(id) ?? cluster
        this.#change(cluster, { state: end, timeline: { ...timeline, ended: now() } })
      })
    })
  }

  #run(name: string, cluster: string, work: (signal: AbortSignal) => Promise<void>): void {
    this.#tasks.run(name, async (signal) => {
      try {
        await work(signal)
        this.kick(cluster)
      } catch (error) {
        if (signal.aborted) return this.kick(cluster)
        this.#options.logger.warn('will be tried again', { task: name, cause: messageOf(error) })
        setTimeout(() => this.kick(cluster), RETRY_MS).unref()
      }
    })
  }
}
