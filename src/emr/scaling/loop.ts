import { mapLimit } from '../../core/concurrency.js'
import { messageOf } from '../../core/errors.js'
import type { Alarms } from '../alarms/alarms.js'
import { isActive, type ClusterDocument } from '../cluster/documents.js'
import type { EmrContext } from '../context.js'
import { spotTimeout } from '../fleets/spot-timeout.js'
import type { ClusterMetrics } from '../metrics/cloudwatch.js'
import { valuesOf } from '../metrics/names.js'
import type { MetricSamples } from '../metrics/samples.js'
import { applyAutomatic } from './apply-automatic.js'
import { applyManaged } from './apply-managed.js'
import { viewOf, type ScalingView } from './facts.js'
import { expiredIdleTime } from './idle.js'
import { CALM_MS, type Need } from './managed.js'

export interface ScalingLoopOptions {
  readonly context: Pick<EmrContext, 'documents' | 'runner' | 'nodes' | 'life' | 'now' | 'logger'>
  readonly samples: MetricSamples
  readonly alarms: Pick<Alarms, 'evaluate' | 'deliver'>
  /** Sends the metrics of a moment elsewhere; default: nowhere. */
  readonly push?: ((metrics: readonly ClusterMetrics[]) => Promise<void>) | undefined
  /** How long from one sample of the metrics to the next, in milliseconds. */
  readonly sampleMs: number
}

/** How long from one look to the next, at most. */
const LOOK_MS = 10_000
/** Clusters that are looked at side by side. */
const LANES = 8

/**
 * Looks at the clusters from time to time: what they have to do becomes metrics, their policies resize or end them,
 * alarms are judged. Nothing is lost with a kill but the metrics themselves.
 */
export class ScalingLoop {
  readonly #options: ScalingLoopOptions
  /** What each cluster needed lately, in nodes. */
  readonly #needs = new Map<string, readonly Need[]>()
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> | undefined
  #pushing: Promise<void> | undefined
  #sampled = 0
  #isClosed = false

  constructor(options: ScalingLoopOptions) {
    this.#options = options
  }

  /** Looks now, and then again and again. */
  start(): void {
    if (this.#isClosed) return
    const every = Math.min(LOOK_MS, this.#options.sampleMs)
    void this.look().finally(() => {
      if (!this.#isClosed) this.#timer = setTimeout(() => this.start(), every).unref()
    })
  }

  /** Looks once; a look that is under way is not begun again. Never throws. */
  look(): Promise<void> {
    this.#looking ??= this.#look()
      .catch((error: unknown) => {
        const cause = messageOf(error)
        this.#options.context.logger.warn('scaling could not look at the clusters', { cause })
      })
      .finally(() => (this.#looking = undefined))
    return this.#looking
  }

  /** Ends it, when the look that is under way has ended. */
  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    await this.#looking
    await this.#pushing
  }

  async #look(): Promise<void> {
    const { context, samples, alarms, sampleMs } = this.#options
    const now = context.now()
    const isDue = now - this.#sampled >= sampleMs
    if (isDue) this.#sampled = now
    const clusters = context.documents.liveClusters()
    for (const id of new Set([...samples.clusters(), ...this.#needs.keys()]))
      if (!clusters.some((cluster) => cluster.id === id)) {
        samples.forget(id)
        this.#needs.delete(id)
      }
    await mapLimit(clusters, LANES, async ({ id }) => {
      try {
        await this.#lookAt(id, isDue)
      } catch (error) {
        context.logger.warn('a cluster is not scaled', { cluster: id, cause: messageOf(error) })
      }
    })
    alarms.evaluate(clusters)
    if (isDue) this.#push(clusters, now)
    await alarms.deliver()
  }

  async #lookAt(id: string, isDue: boolean): Promise<void> {
    const { context, samples } = this.#options
    const { documents, nodes, runner, life, now } = context
    const work = await nodes.work(id)
    // What follows waits for nothing: a step that comes now is seen.
    const cluster = documents.cluster(id)
    if (!cluster || !isActive(cluster.state)) return
    const view = viewOf(cluster, documents, runner.list(id), work)
    if (isDue) samples.add(id, now(), valuesOf(view.facts))
    const message = spotTimeout(cluster, documents, now())
    if (message !== undefined)
      return life.terminate(id, 'TERMINATED_WITH_ERRORS', {
        code: 'INSTANCE_FLEET_TIMEOUT',
        message,
      })
    if (this.#endsIdle(cluster, view)) return
    if (cluster.state !== 'RUNNING' && cluster.state !== 'WAITING') return
    this.#scale(cluster, view)
  }

  /** Ends a cluster that has been idle for long enough. */
  #endsIdle(cluster: ClusterDocument, { facts }: ScalingView): boolean {
    const { documents, life, now } = this.#options.context
    if (cluster.state !== 'WAITING') return false
    if (!facts.isIdle) {
      // No step of ours, but Spark works for others.
      documents.changeCluster(cluster.id, { idleSince: now() })
      return false
    }
    const seconds = expiredIdleTime(cluster, now())
    if (seconds === undefined) return false
    life.terminate(cluster.id, 'TERMINATED', {
      code: 'USER_REQUEST',
      message: `Auto-terminated: the cluster was idle for ${seconds} seconds`,
    })
    return true
  }

  #scale(cluster: ClusterDocument, { facts, neededNodes }: ScalingView): void {
    const { context, samples } = this.#options
    const { documents, life, logger } = context
    const now = context.now()
    const { id } = cluster
    // Until it is known what was needed lately, what there is was needed.
    const present = facts.core.requested.nodes + facts.task.requested.nodes
    const before = this.#needs.get(id) ?? [{ time: now, units: present }]
    const needs = [...before, { time: now, units: neededNodes ?? present }]
    this.#needs.set(
      id,
      needs.filter(({ time }) => time > now - CALM_MS),
    )
    const managed = applyManaged(cluster, documents, needs, now)
    if (managed && managed.changed.length > 0)
      logger.info('managed scaling', { cluster: id, ...managed })
    const actions = documents.groups.of(id).filter((group) => {
      const samplesOf = (metric: string) => samples.of(id, metric)
      const action = applyAutomatic(group, documents, { samplesOf, now })
      if (action) logger.info('automatic scaling', { cluster: id, group: group.id, ...action })
      return action !== undefined
    })
    if (actions.length > 0 || (managed?.changed.length ?? 0) > 0) life.kick(id)
  }

  /** In the background: a CloudWatch that does not answer must not keep clusters from being scaled. */
  #push(clusters: readonly ClusterDocument[], now: number): void {
    const { push, samples, context } = this.#options
    if (!push || this.#pushing) return
    const metrics = clusters.flatMap(({ id: cluster }) => {
      const { time, values } = samples.latest(cluster) ?? {}
      return time !== undefined && values && time >= now ? [{ cluster, time, values }] : []
    })
    if (metrics.length === 0) return
    this.#pushing = push(metrics)
      .catch((error: unknown) =>
        context.logger.warn('metrics were not sent', { cause: messageOf(error) }),
      )
      .finally(() => (this.#pushing = undefined))
  }
}
