import { rm } from 'node:fs/promises'
import { HeadrigError, messageOf } from '../core/errors.js'
import type { ConvertProgress } from '../engines/engine.js'
import { commitBatch, readBatch, type ReadBatch } from './batch.js'
import type { Found } from './discover.js'
import { acquireLane, type Lane } from './lanes.js'
import { notInLedger, type LedgerRow } from './ledger.js'
import type { BatchTools } from './tools.js'
import { PlanLog, type Plan, type PlanOptions } from './plans.js'

export interface BatchSize {
  /** Stored bytes, and objects, that one batch may have. */
  readonly bytes: number
  readonly objects: number
}

export interface CollectorEvents {
  readonly onProgress: (done: ConvertProgress) => void
  readonly onLedger: (rows: readonly LedgerRow[]) => void
}

/** Plans that were done stay for this long, milliseconds: whoever lost a race for a number looks into them. */
const KEEP_PLANS = 86_400_000

/** Plans, reads and commits batches of one lake in one lane. */
export class Collector {
  readonly #tools: BatchTools
  readonly #size: BatchSize
  readonly #events: CollectorEvents
  readonly #plans: PlanLog
  readonly #lane: Lane
  /** The newest plan this collector knows of, and what others have planned since. */
  #last = 0
  #claimed = new Set<string>()
  /** The commit of the batch before: reading the next goes on meanwhile. */
  #committing: Promise<void> = Promise.resolve()

  private constructor(tools: BatchTools, lane: Lane, size: BatchSize, events: CollectorEvents) {
    this.#tools = tools
    this.#lane = lane
    this.#size = size
    this.#events = events
    this.#plans = new PlanLog(tools.lake.store)
  }

  /** Takes a lane and finishes what it, and other lanes whose collectors are gone, left unfinished. */
  static async open(
    tools: BatchTools,
    size: BatchSize,
    events: CollectorEvents,
  ): Promise<Collector> {
    const { store } = tools.lake
    const lane = await acquireLane(store, tools.logger)
    if (!lane) throw new HeadrigError('internal', 'no lane was taken')
    const collector = new Collector(tools, lane, size, events)
    try {
      await collector.#resume(lane)
      await collector.adopt()
      await collector.#plans
        .sweep(Date.now() - KEEP_PLANS)
        .catch((error: unknown) => tools.logger.debug('old plans stay', { why: messageOf(error) }))
      return collector
    } catch (error) {
      await lane.release()
      throw error
    }
  }

  /** Finishes what collectors that are gone left unfinished in their lanes. */
  async adopt(): Promise<void> {
    const { lake, logger } = this.#tools
    for (;;) {
      const lanes = await this.#openLanes()
      lanes.delete(this.#lane.name)
      if (lanes.size === 0) return
      const other = await acquireLane(lake.store, logger, {
        accept: (lane) => lanes.has(lane),
        existing: true,
      })
      if (!other) return
      try {
        await this.#resume(other)
      } finally {
        await other.release()
      }
    }
  }

  /** Collects what neither the ledger nor another collector's plan has. Answers how many were known. */
  async collect(
    found: readonly Found[],
    options: PlanOptions,
  ): Promise<{ readonly known: number }> {
    // The plans first: what they close after this look is in the ledger that is read next.
    const { last, open } = await this.#plans.list()
    this.#last = last
    this.#claimed = new Set()
    for (const seq of open) await this.#claim(seq)
    const each = once(found)
    let pending: readonly Found[] = this.#unclaimed(await notCollected(this.#tools, each)).toSorted(
      (a, b) => a.time - b.time || (a.uri < b.uri ? -1 : 1),
    )
    const known = each.length - pending.length
    let given = 0
    while (given < pending.length) {
      this.#tools.signal.throwIfAborted()
      const objects = this.#take(pending, given)
      const plan: Plan = { seq: this.#last + 1, lane: this.#lane.name, options, objects }
      if (!(await this.#plans.add(plan))) {
        const { last: newest } = await this.#plans.list()
        for (let seq = this.#last + 1; seq <= newest; seq++) await this.#claim(seq)
        this.#last = newest
        pending = this.#unclaimed(pending.slice(given))
        given = 0
        continue
      }
      this.#last = plan.seq
      given += objects.length
      await this.#run(plan)
    }
    await this.#committing
    return { known }
  }

  async close(): Promise<void> {
    await this.#committing.catch(() => undefined)
    await this.#lane.release()
  }

  #take(pending: readonly Found[], from: number): Found[] {
    const objects: Found[] = []
    let bytes = 0
    for (let i = from; i < pending.length && objects.length < this.#size.objects; i++) {
      const object = pending[i] as Found
      if (objects.length > 0 && bytes + object.size > this.#size.bytes) break
      objects.push(object)
      bytes += object.size
    }
    return objects
  }

  /** Reads a plan's objects, then commits them while the next plan is read. */
  async #run(plan: Plan): Promise<void> {
    await this.#lane.check()
    let batch: ReadBatch
    try {
      batch = await readBatch(this.#tools, plan, this.#events.onProgress)
    } catch (error) {
      await this.#committing.catch(() => undefined)
      throw error
    }
    try {
      await this.#committing
    } catch (error) {
      await rm(batch.folder, { recursive: true, force: true })
      throw error
    }
    this.#committing = this.#commit(batch)
    // Seen when it is awaited; until then it must not count as unhandled.
    this.#committing.catch(() => undefined)
  }

  async #commit(batch: ReadBatch): Promise<void> {
    const rows = await commitBatch(this.#tools, batch)
    await this.#plans.close(batch.plan.seq)
    this.#events.onLedger(rows)
  }

  async #resume(lane: Lane): Promise<void> {
    const { open } = await this.#plans.list()
    for (const seq of open) {
      const plan = await this.#plans.read(seq)
      if (plan?.lane !== lane.name) continue
      const done = (await this.#tools.lake.table('ingest_objects').snapshot())?.txn(lane.name)
      if (done !== undefined && done >= seq) {
        await this.#plans.close(seq)
        continue
      }
      this.#tools.logger.info('finishing a batch that was left unfinished', {
        batch: `${lane.name}/${seq}`,
        objects: plan.objects.length,
      })
      await this.#run(plan)
      await this.#committing
    }
  }

  async #openLanes(): Promise<Set<string>> {
    const { open } = await this.#plans.list()
    const plans = await Promise.all(open.map((seq) => this.#plans.read(seq)))
    return new Set(plans.flatMap((p) => (p ? [p.lane] : [])))
  }

  #unclaimed(objects: readonly Found[]): readonly Found[] {
    const claimed = this.#claimed
    return claimed.size === 0 ? objects : objects.filter((o) => !claimed.has(idOf(o)))
  }

  async #claim(seq: number): Promise<void> {
    for (const object of (await this.#plans.read(seq))?.objects ?? [])
      this.#claimed.add(idOf(object))
  }
}

/** The objects that the ledger does not have; nothing of the lake changes. */
export async function notCollected(
  { lake, files, engine, scratch }: Pick<BatchTools, 'lake' | 'files' | 'engine' | 'scratch'>,
  found: readonly Found[],
): Promise<readonly Found[]> {
  const snapshot = await lake.table('ingest_objects').snapshot()
  const paths = await files.local('ingest_objects', (await snapshot?.files()) ?? [])
  return notInLedger(engine, paths, found, scratch)
}

/** Sources may overlap: each version of each object once. */
function once(found: readonly Found[]): readonly Found[] {
  const byUri = new Map<string, Found>()
  for (const object of found) {
    const same = byUri.get(object.uri)
    byUri.set(same && same.etag !== object.etag ? idOf(object) : object.uri, object)
  }
  return byUri.size === found.length ? found : [...byUri.values()]
}

function idOf(object: Found): string {
  return `${object.etag}\0${object.uri}`
}
