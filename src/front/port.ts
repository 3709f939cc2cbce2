import type { FromWorker, ToWorker } from './messages.js'
import type { ScannerLimits } from './scanner.js'

/** A reading thread, as its pool sees it: a worker, or a thread of the native front. */
export interface FrontPort<Memory> {
  /** Never waits. Bytes of objects that come along belong to the thread from now on. */
  post(message: ToWorker<Memory>): void
  /** Called once, before anything is posted. */
  listen(onMessage: (message: FromWorker) => void, onError: (error: Error) => void): void
  /** From now on the process does not end while the thread is there. */
  ref(): void
  unref(): void
  /** Ends the thread, whatever it is at. */
  end(): Promise<void>
}

/** What the threads of a front may hold: each on its own, and all of them together. */
export interface FrontLimits extends ScannerLimits {
  /** For the records of a batch; an entry takes 16 bytes. */
  readonly copiesBytes: number
}

/** The records of one batch, shared by the threads that read it. */
export interface BatchCopies<Memory> {
  readonly memory: Memory
  /** False: some records found no place, so that copies of them may have been missed. */
  readonly complete: boolean
}

/** How a pool comes by its threads. */
export interface FrontThreads<Memory> {
  start(number: number): FrontPort<Memory>
  /** Of a new batch: what the last one held is forgotten. */
  copies(storedBytes: number): BatchCopies<Memory>
  /** Gives back the memory of the records: no thread is left. */
  release(): void
}
