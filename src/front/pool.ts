import { randomBytes } from 'node:crypto'
import { HeadrigError } from '../core/errors.js'
import type { BatchStart, FromWorker, SiftedRows } from './messages.js'
import type { BatchCopies, FrontPort, FrontThreads } from './port.js'
import type { ReadOutcome, ReadTask } from './reader.js'
import type { WrittenFile } from './parquet/data-file.js'

export interface BatchHandlers {
  readonly onWritten: (file: WrittenFile) => void
  readonly onSifted: (found: SiftedRows) => void
  readonly onOutcomes: (outcomes: readonly ReadOutcome[]) => void
}

export interface PoolBatch extends Omit<BatchStart, 'kind' | 'batch'> {
  /** Of all its objects; undefined: copies of records are kept. */
  readonly storedBytes: number | undefined
  /** Ends the waiting for threads; the pool is of no more use then. */
  readonly signal: AbortSignal
}

/** Tasks given to a worker ahead of the one it is at, so that it never waits. */
const AHEAD = 2

interface Member<Memory> {
  readonly port: FrontPort<Memory>
  /** Groups of tasks sent and not yet answered. */
  pending: number
}

/** Reading threads of either front. One batch at a time: `begin`, `read` as often as wanted, `flush`. */
export class FrontPool<Memory = unknown> {
  readonly #threads: FrontThreads<Memory>
  readonly #members: Member<Memory>[]
  #handlers: BatchHandlers | undefined
  #wake: (() => void)[] = []
  #rejects: string[] = []
  #flushed = 0
  #copies: BatchCopies<Memory> | undefined
  #broken: Error | undefined
  #signal: AbortSignal | undefined
  readonly #onAbort = (): void => this.#awaken()

  constructor(threads: FrontThreads<Memory>, count: number) {
    this.#threads = threads
    this.#members = Array.from({ length: count }, (_, i) => {
      const port = threads.start(i)
      const member = { port, pending: 0 }
      port.listen(
        (message) => this.#receive(member, message),
        (error) => this.#break(error),
      )
      port.unref()
      return member
    })
  }

  /** Starts a batch that knows nothing of the one before: that may not have been committed, and come again. */
  begin({ storedBytes, signal, ...start }: PoolBatch, handlers: BatchHandlers): void {
    this.#listenTo(signal)
    this.#handlers = handlers
    this.#rejects = []
    this.#flushed = 0
    this.#copies = storedBytes === undefined ? undefined : this.#threads.copies(storedBytes)
    const batch = this.#copies && { memory: this.#copies.memory, key: randomBytes(16) }
    for (const { port } of this.#members) port.post({ kind: 'begin', ...start, batch })
  }

  /** Whether this is why it failed: a thread that cannot go on, not an object or a caller. */
  brokenBy(error: unknown): boolean {
    return error !== undefined && error === this.#broken
  }

  /** Whether every record of the batch was held against every other; ask after `flush`. */
  get comparedAll(): boolean {
    return this.#copies?.complete ?? false
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
    member.port.post({ kind: 'read', tasks, apart })
  }

  /** Waits until everything that was handed out is written; the files that hold rejects. */
  async flush(): Promise<readonly string[]> {
    this.#flushed = 0
    this.#rejects = []
    for (const { port } of this.#members) port.post({ kind: 'flush' })
    while (this.#flushed < this.#members.length) {
      this.#check()
      await this.#change()
    }
    return this.#rejects
  }

  async close(): Promise<void> {
    this.#listenTo(undefined)
    // An idle thread does not keep the process alive, but the end of one must be waited for.
    for (const { port } of this.#members) port.ref()
    await Promise.all(this.#members.map(({ port }) => port.end()))
    this.#threads.release()
  }

  #listenTo(signal: AbortSignal | undefined): void {
    this.#signal?.removeEventListener('abort', this.#onAbort)
    this.#signal = signal
    signal?.addEventListener('abort', this.#onAbort)
  }

  #receive(member: Member<Memory>, message: FromWorker): void {
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
    this.#signal?.throwIfAborted()
  }

  #change(): Promise<void> {
    // A worker that is waited for must keep the process alive; an idle one must not.
    for (const { port } of this.#members) port.ref()
    return new Promise((resolve) => this.#wake.push(resolve))
  }

  #awaken(): void {
    if (this.#wake.length === 0) return
    for (const { port } of this.#members) port.unref()
    const wake = this.#wake
    this.#wake = []
    for (const resolve of wake) resolve()
  }
}
