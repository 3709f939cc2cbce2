import { isKind } from '../core/errors.js'
import type { ByteStore } from '../storage/store.js'
import { type Found, type FoundAs, foundAt } from './found.js'

const FOLDER = '_headrig/plans/'
/** What commits brought, by source object, for the ledger of a batch that is resumed. */
export const RECEIPTS = '_headrig/receipts/'

/** How the objects of a plan are to be read; a resumed plan is read as it was planned. */
export interface PlanOptions {
  readonly format: string
  readonly fields?: readonly string[]
  readonly keepDuplicates: boolean
}

/** What one batch is made of, written before any of it is read. */
export interface Plan {
  /** Number among all plans of the lake; within a lane they rise. */
  readonly seq: number
  readonly lane: string
  readonly options: PlanOptions
  readonly objects: readonly Found[]
}

/** A list for each field: a third of the bytes, and of the time, of an object for each. */
interface Columns {
  readonly uri: readonly string[]
  readonly etag: readonly string[]
  readonly size: readonly number[]
  readonly modified: readonly number[]
  readonly time: readonly number[]
}

/** As it lies in the store; earlier builds wrote the objects one by one. */
interface PlanFile extends Omit<Plan, 'objects'> {
  readonly objects: Columns | readonly FoundAs[]
}

/** What a look at the plans shows. */
export interface PlanListing {
  /** 0 when there is none yet. */
  readonly last: number
  /** Numbers of plans without a done mark, ascending. */
  readonly open: readonly number[]
}

/**
 * The plans of a lake, numbered without gaps by put-if-absent. Since a collector can only take the number
 * after the last plan it knows of, no two ever plan the same object.
 */
export class PlanLog {
  readonly #store: ByteStore

  constructor(store: ByteStore) {
    this.#store = store
  }

  async list(): Promise<PlanListing> {
    let last = 0
    const planned = new Set<number>()
    const done = new Set<number>()
    for await (const { key } of this.#store.list(FOLDER)) {
      const [, number, kind] = /(\d{12})\.(json|done)$/.exec(key) ?? []
      if (!number) continue
      last = Math.max(last, Number(number))
      ;(kind === 'json' ? planned : done).add(Number(number))
    }
    const open = [...planned].filter((seq) => !done.has(seq))
    return { last, open: open.toSorted((a, b) => a - b) }
  }

  /** False when another collector took the number. */
  add(plan: Plan): Promise<boolean> {
    const text = JSON.stringify({ ...plan, objects: inColumns(plan.objects) })
    return this.#store.putIfAbsent(nameOf(plan.seq, 'json'), Buffer.from(text))
  }

  /** Undefined when it is not there (any more). */
  async read(seq: number): Promise<Plan | undefined> {
    try {
      const bytes = await this.#store.get(nameOf(seq, 'json'))
      const plan = JSON.parse(Buffer.from(bytes).toString()) as PlanFile
      return { ...plan, objects: inRows(plan.objects) }
    } catch (error) {
      if (isKind(error, 'not-found')) return undefined
      throw error
    }
  }

  /**
   * Deletes plans that were done before `before` (milliseconds), and receipts of batches that are. The newest
   * plan stays: its number is what the next one follows. Nobody may still be at a plan that is as old.
   */
  async sweep(before: number): Promise<void> {
    const { last, open } = await this.list()
    const old: string[] = []
    for await (const { key, modified } of this.#store.list(FOLDER)) {
      const seq = Number(/(\d{12})\.(?:json|done)$/.exec(key)?.[1] ?? last)
      if (modified < before && seq !== last && !open.includes(seq)) old.push(key)
    }
    for await (const { key, modified } of this.#store.list(RECEIPTS)) {
      const seq = Number(/-(\d{12})-/.exec(key)?.[1] ?? Number.NaN)
      if (modified < before && seq <= last && !open.includes(seq)) old.push(key)
    }
    // A plan goes before the mark that it is done, or it would be taken up again.
    const order = old.toSorted((a, b) => Number(a.endsWith('.done')) - Number(b.endsWith('.done')))
    for (const key of order) await this.#store.delete(key)
  }

  /** Marks a plan whose objects are all in the ledger. */
  async close(seq: number): Promise<void> {
    await this.#store.put(nameOf(seq, 'done'), new Uint8Array(0))
  }
}

function nameOf(seq: number, kind: 'json' | 'done'): string {
  return `${FOLDER}${String(seq).padStart(12, '0')}.${kind}`
}

/** How the ledger names a batch. */
export function batchName(plan: Pick<Plan, 'lane' | 'seq'>): string {
  return `${plan.lane}/${plan.seq}`
}

function inColumns(objects: readonly Found[]): Columns {
  return {
    uri: objects.map((o) => o.uri),
    etag: objects.map((o) => o.etag),
    size: objects.map((o) => o.size),
    modified: objects.map((o) => o.modified),
    time: objects.map((o) => o.time),
  }
}

function inRows(objects: PlanFile['objects']): Found[] {
  if (!('uri' in objects)) return objects.map(foundAt)
  const { etag, size, modified, time } = objects
  return objects.uri.map((uri, i) =>
    foundAt({
      uri,
      etag: etag[i] ?? '',
      size: size[i] ?? 0,
      modified: modified[i] ?? 0,
      time: time[i] ?? 0,
    }),
  )
}
