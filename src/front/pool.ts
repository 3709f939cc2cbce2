import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { HeadrigError } from '../core/errors.js'
import { Fingerprints, fingerprintBytes } from './fingerprints.js'
import type { BatchStart, FromWorker, SiftedRows, ToWorker } from './messages.js'
import type { ReadOutcome, ReadTask } from './reader.js'
import type { ScannerLimits } from './scanner.js'
import type { WrittenFile } from './parquet/data-file.js'

export interface PoolOptions {
  readonly threads: number
  readonly limits: ScannerLimits
}

export interface BatchHandlers {
  readonly onWritten: (file: WrittenFile) => void
  readonly onSifted: (found: SiftedRows) => void
  readonly onOutcomes: (outcomes: readonly ReadOutcome[]) => void
}

export interface PoolBatch extends Omit<BatchStart, 'kind' | 'batch'> {
  /** Of all its objects; undefined: copies of records are kept. */
  readonly storedBytes: number | undefined
}

/** Tasks given to a worker ahead of the one it is at, so that it never waits. */
const AHEAD = 2

interface Member {
  readonly worker: Worker
  /** Groups of tasks sent and not yet answered. */
  pending: number
}

/** Reading threads. One batch at a time: `begin`, `read` as often as wanted, `flush`. */
export class FrontPool {
  readonly #members: Member[]
  #handlers: BatchHandlers | undefined
  #wake: (() => void)[] = []
  #rejects: string[] = []
  #flushed = 0
  #fingerprints: Fingerprints | undefined
  #memory: SharedArrayBuffer | undefined
  #broken: Error | undefined

  constructor(options: PoolOptions) {
    this.#members = Array.from({ length: options.threads }, (_, i) => {
      const worker = new Worker(workerUrl(), {
        workerData: { name: `w${i}`, limits: options.limits },
        resourceLimits: { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 16 },
      })
      const member: Member = { worker, pending: 0 }
      worker.on('message', (message: FromWorker) => this.#receive(member, message))
      worker.on('error', (error) => this.#break(error))
      worker.unref()
      return member
    })
  }

  /** Starts a batch that knows nothing of the one before: that may not have been committed, and come again. */
  begin({ storedBytes, ...start }: PoolBatch, handlers: BatchHandlers): void {
    this.#handlers = handlers
    this.#rejects = []
    this.#flushed = 0
    this.#fingerprints = undefined
    let batch: BatchStart['batch']
    if (storedBytes !== undefined) {
      batch = { memory: this.#memoryFor(storedBytes), key: randomBytes(16) }
      this.#fingerprints = new Fingerprints(batch.memory)
    }
    for (const { worker } of this.#members)
      worker.postMessage({ kind: 'begin', ...start, batch } satisfies ToWorker)
  }

  /** Whether every record of the batch was held against every other; ask after `flush`. */
  get comparedAll(): boolean {
    return this.#fingerprints?.complete ?? false
  }

  /**
   * Hands a group of objects to a thread; waits while it has enough to do.
   * @param apart they do not follow what it read before: that goes to files of its own
   */
  async read(thread: number, tasks: readonly ReadTask[], apart: boolean): Promise<void> {
    const member = this.#members[thread]
    if (!member) throw new HeadrigError('internal', `there is no reading thread ${thread}`)
    for (this.#check(); member.pending >= AHEAD; this.#check()) await this.#change()
    member.pending++
    const transfer = tasks.flatMap((t) =>
      t.bytes && ownsBuffer(t.bytes) ? [t.bytes.buffer as ArrayBuffer] : [],
    )
    member.worker.postMessage({ kind: 'read', tasks, apart } satisfies ToWorker, transfer)
  }

  /** Waits until everything that was handed out is written; the files that hold rejects. */
  async flush(): Promise<readonly string[]> {
    this.#flushed = 0
    this.#rejects = []
    for (const { worker } of this.#members) worker.postMessage({ kind: 'flush' } satisfies ToWorker)
    while (this.#flushed < this.#members.length) {
      this.#check()
      await this.#change()
    }
    return this.#rejects
  }

  async close(): Promise<void> {
    // An idle thread does not keep the process alive, but the end of one must be waited for.
    for (const { worker } of this.#members) worker.ref()
    await Promise.all(this.#members.map(({ worker }) => worker.terminate()))
  }

  /** Cleared memory; what the last batch had, if that is neither too small nor far too large. */
  #memoryFor(storedBytes: number): SharedArrayBuffer {
    const bytes = fingerprintBytes(storedBytes)
    const held = this.#memory
    if (!held || held.byteLength < bytes || held.byteLength > bytes * 4)
      return (this.#memory = new SharedArrayBuffer(bytes))
    new Uint8Array(held).fill(0)
    return held
  }

  #receive(member: Member, message: FromWorker): void {
    switch (message.kind) {
      case 'outcomes':
        member.pending--
        this.#handlers?.onOutcomes(message.outcomes)
        break
      case 'written':
        this.#handlers?.onWritten(message.file)
        break
      case 'sifted':
        this.#handlers?.onSifted(message.found)
        break
      case 'flushed':
        this.#flushed++
        if (message.rejects) this.#rejects.push(message.rejects)
        break
      case 'broken': {
        const error = new HeadrigError('internal', `a reading thread failed: ${message.message}`)
        if (message.stack) error.stack = message.stack
        this.#break(error)
        return
      }
    }
    this.#awaken()
  }

  #break(error: Error): void {
    this.#broken ??= error
    this.#awaken()
  }

  #check(): void {
    if (this.#broken) throw this.#broken
  }

  #change(): Promise<void> {
    // A worker that is waited for must keep the process alive; an idle one must not.
    for (const { worker } of this.#members) worker.ref()
    return new Promise((resolve) => this.#wake.push(resolve))
  }

  #awaken(): void {
    if (this.#wake.length === 0) return
    for (const { worker } of this.#members) worker.unref()
    const wake = this.#wake
    this.#wake = []
    for (const resolve of wake) resolve()
  }
}

/** A buffer that nobody else has a view of may move to the worker instead of being copied. */
function ownsBuffer(bytes: Uint8Array): boolean {
  return bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength
}

/** Beside this file in a build; sources that run as they are use the build's. */
function workerUrl(): URL {
  const built = new URL('./worker.js', import.meta.url)
  return existsSync(built) ? built : new URL('../../dist/front/worker.js', import.meta.url)
}
