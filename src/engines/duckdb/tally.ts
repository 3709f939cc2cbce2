import type { BatchHandlers } from '../../front/pool.js'
import type { ReadOutcome } from '../../front/reader.js'
import type { WrittenFile } from '../../front/parquet/data-file.js'
import type { ConvertedBatch, ConvertRequest, ObjectOutcome } from '../engine.js'

/** Ids that come with different contents; beyond, all of the batch is looked through. */
export const MOST_IDS = 10_000

/** What reading threads tell of a batch, added up. */
export class Tally {
  readonly #request: ConvertRequest
  readonly outcomes: ObjectOutcome[] = []
  readonly written: WrittenFile[] = []
  /** Objects that are Parquet. */
  #parquet: ReadOutcome[] = []
  readonly #counted = new Set<number>()
  /** Objects that the native front is not made for. */
  #odd: number[] = []
  /** Bugs of the native front that objects brought out. */
  readonly bugs: string[] = []
  /** Objects by log type and reason. */
  readonly #detected = new Map<string, Map<string, number>>()
  readonly #repeats = new Map<number, number>()
  /** Ids that came with different contents, by log type. */
  readonly #ids = new Map<string, Set<string>>()
  #told = { objects: 0, bytes: 0, rows: 0 }

  constructor(request: ConvertRequest) {
    this.#request = request
  }

  handlers(): BatchHandlers {
    return {
      onWritten: (file) => this.written.push(file),
      onSifted: (found) => {
        for (const [object, count] of found.repeats)
          this.#repeats.set(object, (this.#repeats.get(object) ?? 0) + count)
        this.suspect(found.formatId, found.ids)
      },
      onOutcomes: (list) => this.#add(list),
    }
  }

  /** Equal records of the batch may have these ids. */
  suspect(formatId: string, ids: Iterable<string>): void {
    const known = this.#ids.get(formatId) ?? new Set()
    for (const id of ids) if (known.size <= MOST_IDS) known.add(id)
    this.#ids.set(formatId, known)
  }

  takeParquet(): readonly ReadOutcome[] {
    const taken = this.#parquet
    this.#parquet = []
    return taken
  }

  takeOdd(): readonly number[] {
    const taken = this.#odd
    this.#odd = []
    return taken.toSorted((a, b) => a - b)
  }

  /** The only ids that equal records can have, by log type; one that is missing: any. */
  suspects(): Readonly<Record<string, readonly string[]>> {
    const suspects: Record<string, readonly string[]> = {}
    for (const { formatId } of this.written) {
      const known = this.#ids.get(formatId) ?? new Set()
      if (known.size <= MOST_IDS) suspects[formatId] = [...known]
    }
    return suspects
  }

  /** Takes back what was told of progress: the batch is read anew. */
  takeBack(): void {
    const { objects, bytes, rows } = this.#told
    this.#request.onProgress?.({ objects: -objects, bytes: -bytes, rows: -rows })
  }

  finish(): Pick<ConvertedBatch, 'outcomes' | 'detected'> {
    const ordered = this.outcomes.toSorted((a, b) => a.index - b.index)
    return {
      outcomes: this.#repeats.size === 0 ? ordered : ordered.map((o) => this.#withRepeats(o)),
      detected: [...this.#detected].flatMap(([format, reasons]) =>
        [...reasons].map(([reason, objects]) => ({ format, reason, objects })),
      ),
    }
  }

  #add(list: readonly ReadOutcome[]): void {
    const done = { objects: 0, bytes: 0, rows: 0 }
    for (const outcome of list) {
      const { index, format, state } = outcome
      if (state === 'portable') {
        this.#odd.push(index)
        if (outcome.error !== undefined) this.bugs.push(outcome.error)
        continue
      }
      this.#detect(format, outcome.reason)
      if (state === 'parquet') this.#parquet.push(outcome)
      else this.outcomes.push(outcomeOf(outcome, state))
      done.rows += outcome.rows
      // Of Parquet the text comes as well.
      if (this.#counted.has(index)) continue
      if (state === 'parquet') this.#counted.add(index)
      done.objects++
      done.bytes += this.#request.objects[index]?.size ?? 0
    }
    this.#told.objects += done.objects
    this.#told.bytes += done.bytes
    this.#told.rows += done.rows
    this.#request.onProgress?.(done)
  }

  #detect(format: string | null, reason: string | undefined): void {
    if (reason === undefined || format === null) return
    const reasons = this.#detected.get(format) ?? new Map<string, number>()
    this.#detected.set(format, reasons)
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  }

  /** What was left out while files were written is known only when all are. */
  #withRepeats(outcome: ObjectOutcome): ObjectOutcome {
    const repeats = this.#repeats.get(outcome.index) ?? 0
    // The rows of an object that failed are in no count.
    if (outcome.state !== 'done' || repeats === 0) return outcome
    return { ...outcome, rows: outcome.rows - repeats, repeats }
  }
}

/** Field by field: spreading the rest of each outcome takes ten times as long. */
function outcomeOf(read: ReadOutcome, state: ObjectOutcome['state']): ObjectOutcome {
  const { index, format, rows, rejected, error, failure } = read
  return {
    index,
    format,
    rows,
    repeats: 0,
    rejected,
    state,
    ...(error === undefined ? undefined : { error }),
    ...(failure === undefined ? undefined : { failure }),
  }
}
