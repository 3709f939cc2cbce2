import { randomUUID } from 'node:crypto'
import { mapLimit } from '../../core/concurrency.js'
import { messageOf } from '../../core/errors.js'
import type { Logger } from '../../core/logger.js'
import type { Collection } from '../../state/collection.js'
import type { State } from '../../state/state.js'
import type { MetricSamples } from '../metrics/samples.js'
import type { Sample } from '../metrics/statistic.js'
import { evaluate, type AlarmState } from './evaluate.js'
import type { AlarmRule, Webhook } from './rules.js'

/** An alarm: a rule on one cluster. Kind `emr.alarm`. */
export interface AlarmDocument {
  readonly id: string
  readonly rule: string
  readonly cluster: string
  readonly state: AlarmState
  /** Since when it is in its state. */
  readonly since: number
}

/** A message that is on its way. Kind `emr.alarm-notice`, in the order in which they were made. */
interface Notice {
  readonly id: string
  readonly alarm: string
  readonly rule: string
  readonly made: number
  readonly body: string
  readonly attempts: number
  /** When it is tried again. */
  readonly due: number
}

/** A cluster, as rules choose it. */
export interface AlarmTarget {
  readonly id: string
  readonly name: string
  readonly tags: Readonly<Record<string, string>>
}

export interface AlarmsOptions {
  readonly rules: readonly AlarmRule[]
  readonly state: State
  readonly samples: MetricSamples
  readonly now: () => number
  /** Sends a message once. */
  readonly send: (webhook: Webhook, body: string) => Promise<void>
  readonly logger: Logger
}

const FIRST_RETRY_MS = 5000
const LONGEST_RETRY_MS = 15 * 60_000
const GIVE_UP_MS = 24 * 3_600_000
/** Sent side by side. */
const LANES = 4

/**
 * The alarms of a server. States are kept, and the message about a change is written down with it: a restart neither
 * forgets one nor sends it anew. One that was sent right before a kill is sent once more, with the same id.
 */
export class Alarms {
  readonly #options: AlarmsOptions
  readonly #docs: Collection<AlarmDocument>
  readonly #notices: Collection<Notice>
  readonly #began: number

  constructor(options: AlarmsOptions) {
    this.#options = options
    this.#docs = options.state.collection('emr.alarm')
    this.#notices = options.state.collection('emr.alarm-notice')
    this.#began = options.now()
  }

  /** All alarms there are. */
  list(): readonly AlarmDocument[] {
    return this.#docs.list()
  }

  /** Judges every alarm of the running clusters; those of clusters that have ended go. */
  evaluate(clusters: readonly AlarmTarget[]): void {
    const { rules, samples, state, now } = this.#options
    const kept = new Map(this.#docs.list().map((doc) => [doc.id, doc]))
    state.transaction(() => {
      for (const rule of rules)
        for (const cluster of clusters.filter((target) => isFor(rule, target))) {
          const id = `${rule.name} ${cluster.id}`
          const before = kept.get(id) ?? fresh(id, rule, cluster.id, now())
          const found = this.#judge(rule, samples.of(cluster.id, rule.metric), before.state)
          if (found !== before.state || !kept.has(id)) this.#change(rule, before, found)
          kept.delete(id)
        }
      for (const gone of kept.values()) {
        const rule = rules.find(({ name }) => name === gone.rule)
        if (rule && gone.state === 'ALARM') this.#change(rule, gone, 'INSUFFICIENT_DATA')
        this.#docs.delete(gone.id)
      }
    })
  }

  /** Sends the messages that are due: of each alarm the oldest. Never throws. */
  async deliver(): Promise<void> {
    const { now } = this.#options
    const seen = new Set<string>()
    const due = this.#notices.list().filter(({ alarm, due: at }) => {
      const isFirst = !seen.has(alarm)
      seen.add(alarm)
      return isFirst && at <= now()
    })
    await mapLimit(due, LANES, (notice) => this.#send(notice))
  }

  #judge(rule: AlarmRule, samples: readonly Sample[], current: AlarmState): AlarmState {
    const { when } = rule
    const now = this.#options.now()
    if (now - this.#began >= when.periodMs * when.evaluationPeriods)
      return evaluate(when, samples, now, current)
    // What was before the start is not known: only what is true either way counts.
    const [worst, best] = (['breaching', 'notBreaching'] as const).map((missingData) =>
      evaluate({ ...when, missingData }, samples, now, current),
    )
    return worst === best && worst !== undefined ? worst : current
  }

  #change(rule: AlarmRule, before: AlarmDocument, found: AlarmState): void {
    const { samples, logger, now } = this.#options
    const time = now()
    const isNews = found !== before.state
    this.#docs.put(before.id, { ...before, state: found, ...(isNews && { since: time }) })
    if (!isNews) return
    const { name, metric, when } = rule
    const { cluster } = before
    logger.info('alarm', { alarm: name, cluster, state: found, before: before.state })
    if (!rule.webhook || (found !== 'ALARM' && before.state !== 'ALARM')) return
    const id = randomUUID()
    const body = JSON.stringify({
      id,
      alarm: name,
      cluster,
      state: found,
      previous_state: before.state,
      time: new Date(time).toISOString(),
      metric,
      value: samples.of(cluster, metric).at(-1)?.value ?? null,
      statistic: when.statistic,
      comparison: when.comparison,
      threshold: when.threshold,
      period_seconds: when.periodMs / 1000,
      evaluation_periods: when.evaluationPeriods,
    })
    const notice = { id, alarm: before.id, rule: name, made: time, body, attempts: 0, due: time }
    const [last] = this.#notices.list({ order: 'desc', limit: 1 })
    this.#put(notice, Math.max(time, (last?.made ?? 0) + 1))
  }

  async #send(notice: Notice): Promise<void> {
    const { rules, send, now, logger } = this.#options
    const webhook = rules.find(({ name }) => name === notice.rule)?.webhook
    if (!webhook) return void this.#notices.delete(notice.id)
    try {
      await send(webhook, notice.body)
      this.#notices.delete(notice.id)
    } catch (error) {
      const isLate = now() - notice.made > GIVE_UP_MS
      const message = isLate ? 'a message of an alarm is given up' : 'a message of an alarm waits'
      logger.warn(message, { alarm: notice.alarm, cause: messageOf(error) })
      if (isLate) return void this.#notices.delete(notice.id)
      const attempts = notice.attempts + 1
      const wait = Math.min(FIRST_RETRY_MS * 2 ** (attempts - 1), LONGEST_RETRY_MS)
      this.#put({ ...notice, attempts, due: now() + wait }, notice.made)
    }
  }

  #put(notice: Notice, made: number): void {
    this.#notices.put(notice.id, { ...notice, made }, { position: made })
  }
}

function isFor({ cluster, tags }: AlarmRule, target: AlarmTarget): boolean {
  return (
    (cluster === undefined || cluster === target.id) &&
    Object.entries(tags).every(
      ([key, value]) => Object.hasOwn(target.tags, key) && target.tags[key] === value,
    )
  )
}

function fresh(id: string, rule: AlarmRule, cluster: string, now: number): AlarmDocument {
  return { id, rule: rule.name, cluster, state: 'INSUFFICIENT_DATA', since: now }
}
