import type { FrontBatch } from '../../duckdb/converter.js'
import type { ConvertedBatch, ObjectOutcome } from '../../engine.js'
import type { StagedFile, StoredFile, TaskResult } from './messages.js'

/** What the tasks of a batch did, put together; objects by their number in the batch. */
export class BatchResult {
  readonly outcomes: ObjectOutcome[] = []
  readonly files: StagedFile[] = []
  readonly rejects: StoredFile[] = []
  readonly #detected = new Map<string, ConvertedBatch['detected'][number]>()
  #suspects: FrontBatch['suspects'] = {}
  #tasks = 0

  /** @param from the first object of the task */
  add(from: number, result: TaskResult): void {
    for (const outcome of result.outcomes)
      this.outcomes.push({ ...outcome, index: outcome.index + from })
    this.files.push(...result.files)
    this.rejects.push(...result.rejects)
    for (const found of result.detected) {
      const key = `${found.format}\0${found.reason}`
      const objects = (this.#detected.get(key)?.objects ?? 0) + found.objects
      this.#detected.set(key, { ...found, objects })
    }
    this.#suspects = result.suspects
    this.#tasks++
  }

  /** An object that no task can read. */
  fail(index: number, error: string): void {
    const nothing = { format: null, rows: 0, repeats: 0, rejected: 0 }
    this.outcomes.push({ index, ...nothing, state: 'failed', error, failure: 'internal' })
  }

  get detected(): ConvertedBatch['detected'] {
    return [...this.#detected.values()]
  }

  /** A task knows its own records only: of several tasks, any record may repeat another's. */
  get suspects(): FrontBatch['suspects'] {
    return this.#tasks === 1 ? this.#suspects : {}
  }
}
