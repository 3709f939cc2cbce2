import type { Values } from './names.js'
import type { Sample } from './statistic.js'

interface Moment {
  readonly time: number
  readonly values: Values
}

/** CloudWatch alarms look no further back. */
const KEPT_MS = 24 * 3_600_000
/** Of a cluster. */
const MOST = 3000

/** The metrics of running clusters, in memory: after a restart they begin anew. */
export class MetricSamples {
  readonly #moments = new Map<string, Moment[]>()

  add(cluster: string, time: number, values: Values): void {
    const moments = this.#moments.get(cluster) ?? []
    moments.push({ time, values })
    const first = moments.findIndex((moment) => moment.time > time - KEPT_MS)
    moments.splice(0, Math.max(first, moments.length - MOST))
    this.#moments.set(cluster, moments)
  }

  /** Of one metric, the oldest first. */
  of(cluster: string, metric: string): readonly Sample[] {
    return (this.#moments.get(cluster) ?? []).flatMap(({ time, values }) =>
      Object.hasOwn(values, metric) ? [{ time, value: values[metric] ?? Number.NaN }] : [],
    )
  }

  /** The newest values of a cluster. */
  latest(cluster: string): Moment | undefined {
    return this.#moments.get(cluster)?.at(-1)
  }

  /** The clusters that have any. */
  clusters(): readonly string[] {
    return [...this.#moments.keys()]
  }

  forget(cluster: string): void {
    this.#moments.delete(cluster)
  }
}
