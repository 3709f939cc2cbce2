import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

/** What `/metrics` tells. */
export interface Metrics {
  readonly contentType: string
  /** `service` and `operation` are names that the models know, else `none`. */
  answered(labels: MetricLabels, seconds: number): void
  /** A request that was not looked at: `rate`, `draining`. */
  turnedAway(reason: string): void
  readonly inFlight: { inc(): void; dec(): void }
  text(): Promise<string>
  /** Stops the measuring of this process. */
  clear(): void
}

export interface MetricLabels {
  readonly service: string
  readonly operation: string
  readonly code: string
}

/** Gauges of one name that differ by labels, read when they are asked for. */
export interface GaugeFamily {
  readonly name: string
  readonly help: string
  readonly labels: readonly string[]
  readonly read: () => Iterable<{
    readonly labels: Readonly<Record<string, string>>
    readonly value: number
  }>
}

const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30]

/** Counters of one server, with those of its process. `more` and `families`: gauges read when they are asked for. */
export function makeMetrics(
  more: Readonly<Record<string, () => number>> = {},
  families: readonly GaugeFamily[] = [],
): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const requests = new Counter({
    name: 'headrig_requests_total',
    help: 'Calls of the APIs, by how they ended',
    labelNames: ['service', 'operation', 'code'],
    registers,
  })
  const seconds = new Histogram({
    name: 'headrig_request_seconds',
    help: 'From the last byte of a call to its answer, audit record included',
    labelNames: ['service', 'operation'],
    buckets: BUCKETS,
    registers,
  })
  const turnedAway = new Counter({
    name: 'headrig_turned_away_total',
    help: 'Requests that were not looked at',
    labelNames: ['reason'],
    registers,
  })
  const inFlight = new Gauge({
    name: 'headrig_requests_in_flight',
    help: 'Calls that wait for their answer',
    registers,
  })
  for (const [name, read] of Object.entries(more))
    new Gauge({
      name,
      help: name.replaceAll('_', ' '),
      registers,
      collect() {
        this.set(read())
      },
    })
  for (const { name, help, labels, read } of families)
    new Gauge({
      name,
      help,
      labelNames: [...labels],
      registers,
      collect() {
        this.reset()
        for (const { labels: of, value } of read()) this.set({ ...of }, value)
      },
    })
  return {
    contentType: registry.contentType,
    answered({ service, operation, code }, took) {
      requests.inc({ service, operation, code })
      seconds.observe({ service, operation }, took)
    },
    turnedAway: (reason) => turnedAway.inc({ reason }),
    inFlight,
    text: () => registry.metrics(),
    clear: () => registry.clear(),
  }
}
