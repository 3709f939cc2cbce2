import { setTimeout } from 'node:timers/promises'
import { HeadrigError } from '../../../core/errors.js'
import type { Channel } from './channel.js'
import { isBroken, readFailure } from './failure.js'
import type { ExecutePlanResponse, ExecutionProgress, Plan, SessionPart } from './messages.js'
import type { ResponseStream } from './response-stream.js'

/** When to try again after a connection broke, and when to give up. */
export interface RetryPolicy {
  /** Without any answer in between. */
  readonly attempts: number
  /** Doubles with every attempt. */
  readonly firstMs: number
  readonly maxMs: number
}

export interface Execution {
  readonly channel: Channel
  /** What requests of the session say, now. */
  readonly session: () => SessionPart
  readonly operationId: string
  readonly plan: Plan
  readonly tags: readonly string[]
  readonly retry: RetryPolicy
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: ExecutionProgress) => void
  /** Told of what is still said to the server when the reader has left. */
  readonly onAftermath?: (done: Promise<unknown>) => void
}

const CHUNK_BYTES = 4 << 20
const LAST_WORDS_MS = 2000
const PATIENCE_MS = 500
const BY_OPERATION_ID = 3
/** By then the server has told of tasks, if there are any. */
const YOUNG_MS = 4000

/**
 * Runs a plan and yields what it answers, each answer once. A broken connection, or a server that
 * ends the stream early, is attached to again behind the last answer that was taken. Returning early
 * or the signal ends the operation on the server. Throws gRPC's errors, or the signal's reason.
 */
export async function* responses(execution: Execution): AsyncGenerator<ExecutePlanResponse> {
  const { signal, onProgress } = execution
  signal?.throwIfAborted()
  const run = new Run(execution)
  const abort = (): void => void run.interrupt()
  signal?.addEventListener('abort', abort, { once: true })
  try {
    for (;;) {
      const response = await run.take()
      signal?.throwIfAborted()
      if (response === undefined) continue
      if (response.resultComplete) return
      if (response.executionProgress) onProgress?.(response.executionProgress)
      else yield response
      run.release()
    }
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  } finally {
    signal?.removeEventListener('abort', abort)
    await run.end()
  }
}

class Run {
  readonly #execution: Execution
  #stream: ResponseStream
  #last: string | undefined
  #failures = 0
  #releasing = false
  #interrupted: Promise<unknown> | undefined
  #leave = (): void => undefined
  #pending: Promise<ExecutePlanResponse | undefined> | undefined
  readonly #startedAt = performance.now()
  /** Whether tasks of it were seen. */
  #running = false

  constructor(execution: Execution) {
    this.#execution = execution
    this.#stream = this.#start()
  }

  /** As `next`, but does not wait on when the operation is interrupted. */
  take(): Promise<ExecutePlanResponse | undefined> {
    return new Promise((resolve, reject) => {
      this.#leave = () => resolve(undefined)
      this.next().then(resolve, reject)
    })
  }

  /** Undefined: attached again, ask once more. */
  next(): Promise<ExecutePlanResponse | undefined> {
    this.#pending ??= this.#next().finally(() => {
      this.#pending = undefined
    })
    return this.#pending
  }

  async #next(): Promise<ExecutePlanResponse | undefined> {
    let response: ExecutePlanResponse | undefined
    try {
      response = await this.#stream.next()
    } catch (error) {
      await this.#recover(error)
      return undefined
    }
    if (response) this.#running ||= hasTasks(response)
    if (response === undefined) {
      if (this.#failures > 0) await this.#pause(new Error('the server ended the stream early'))
      this.#failures += 1
      this.#attach()
      return undefined
    }
    this.#failures = 0
    this.#last = response.responseId ?? this.#last
    return response
  }

  /** Lets the server forget what was taken; one such call at a time. */
  release(): void {
    if (this.#releasing || this.#last === undefined) return
    const { channel, session, operationId } = this.#execution
    this.#releasing = true
    void channel
      .unary('ReleaseExecute', {
        ...session(),
        operationId,
        releaseUntil: { responseId: this.#last },
      })
      .catch(() => undefined)
      .finally(() => {
        this.#releasing = false
      })
  }

  interrupt(): Promise<unknown> {
    this.#leave()
    this.#interrupted ??= this.#untilRunning().then(() => {
      this.#stream.cancel()
      return this.#interruptUntilHeard()
    })
    return this.#interrupted
  }

  /**
   * Stages are submitted by threads of their own. An interrupt before that ends their query without them: they
   * run to their end, and nobody can interrupt them any more.
   */
  async #untilRunning(): Promise<void> {
    const stop = new AbortController()
    const age = performance.now() - this.#startedAt
    const late = setTimeout(YOUNG_MS - age, 'late' as const, { signal: stop.signal })
    late.catch(() => undefined)
    for (let isOver = age > YOUNG_MS; !isOver && !this.#running;) {
      const told = await Promise.race([this.next().catch(() => 'over' as const), late])
      isOver = told === 'late' || told === 'over' || Boolean(told?.resultComplete)
    }
    stop.abort()
  }

  /** What takes longer goes on by itself: whoever stopped reading need not wait for a slow server. */
  async end(): Promise<void> {
    if (!this.#interrupted) this.#stream.cancel()
    const released = (this.#interrupted ?? Promise.resolve())
      .then(() => this.#releaseAll())
      .catch(() => undefined)
    if (this.#interrupted) this.#execution.onAftermath?.(released)
    const late = new AbortController()
    const patience = this.#interrupted ? PATIENCE_MS : LAST_WORDS_MS
    await Promise.race([
      released,
      setTimeout(patience, undefined, { signal: late.signal }).catch(() => undefined),
    ])
    late.abort()
  }

  /** The plan may still be on its way: an operation that the server does not know cannot be ended. */
  async #interruptUntilHeard(): Promise<void> {
    const { channel, session, operationId } = this.#execution
    for (let wait = 20; wait < LAST_WORDS_MS * 2; wait *= 2) {
      const request = { ...session(), interruptType: BY_OPERATION_ID, operationId }
      const told = await channel.unary('Interrupt', request, LAST_WORDS_MS).catch(() => undefined)
      if (told?.interruptedIds.includes(operationId)) return
      await setTimeout(wait, undefined, { ref: false })
    }
  }

  async #releaseAll(): Promise<void> {
    const { channel, session, operationId } = this.#execution
    const request = { ...session(), operationId, releaseAll: {} }
    await channel.unary('ReleaseExecute', request, LAST_WORDS_MS)
  }

  async #recover(error: unknown): Promise<void> {
    this.#execution.signal?.throwIfAborted()
    const failure = readFailure(error)
    if (/^INVALID_HANDLE\.(OPERATION|SESSION)_NOT_FOUND$/.test(failure.errorClass ?? '')) {
      if (this.#last !== undefined) {
        throw new HeadrigError(
          'unavailable',
          `spark no longer has operation ${this.#execution.operationId}, whose answer was read in part: run it again`,
          { cause: error, details: { type: failure.errorClass } },
        )
      }
      await this.#pause(error)
      this.#stream = this.#start()
    } else if (isBroken(failure)) {
      await this.#pause(error, failure.retryMs)
      this.#attach()
    } else {
      throw error
    }
  }

  async #pause(error: unknown, atLeastMs = 0): Promise<void> {
    const { retry, signal } = this.#execution
    if (this.#failures >= retry.attempts) throw error
    const wait = Math.min(retry.firstMs * 2 ** this.#failures, retry.maxMs)
    this.#failures += 1
    await setTimeout(
      Math.max(atLeastMs, wait * (0.75 + Math.random() / 2)),
      undefined,
      signal && { signal },
    ).catch(() => signal?.throwIfAborted())
  }

  #start(): ResponseStream {
    const { channel, session, operationId, plan, tags } = this.#execution
    return channel.stream('ExecutePlan', {
      ...session(),
      operationId,
      plan,
      tags,
      requestOptions: [
        { reattachOptions: { reattachable: true } },
        {
          resultChunkingOptions: {
            allowArrowBatchChunking: true,
            preferredArrowChunkSize: CHUNK_BYTES,
          },
        },
      ],
    })
  }

  #attach(): void {
    const { channel, session, operationId } = this.#execution
    this.#stream.cancel()
    this.#stream = channel.stream('ReattachExecute', {
      ...session(),
      operationId,
      ...(this.#last === undefined ? {} : { lastResponseId: this.#last }),
    })
  }
}

function hasTasks({ arrowBatch, executionProgress }: ExecutePlanResponse): boolean {
  if (arrowBatch) return true
  return executionProgress?.stages.some((stage) => (stage.numTasks ?? 0) > 0) ?? false
}
