import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import type { BoundText } from './bind-text.js'
import { Channel } from './channel.js'
import { parseConnectionString } from './connection-string.js'
import { responses, type RetryPolicy } from './execution.js'
import { isBroken, readFailure } from './failure.js'
import type {
  AddArtifactsRequest,
  Calls,
  ExecutePlanResponse,
  ExecutionProgress,
  Plan,
  SessionPart,
} from './messages.js'
import { type ErrorContext, sparkError } from './spark-error.js'

export interface WireOptions {
  readonly url: string
  readonly token?: string
  readonly clientType?: string
  readonly timeoutMs?: number
  readonly maxMessageBytes?: number
  readonly keepaliveMs?: number
  readonly ca?: Uint8Array
  readonly retry?: Partial<RetryPolicy>
}

export interface RunPlan {
  readonly plan: Plan
  readonly operationId: string
  /** The text that runs, for errors. */
  readonly sql?: string
  /** That text as it was sent, when it differs. */
  readonly sent?: BoundText
  readonly tags?: readonly string[]
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: ExecutionProgress) => void
}

/** Calls that say which session they are of: the caller's part of a request. */
type Own<C extends keyof Calls> = Omit<Calls[C]['request'], keyof SessionPart>
type UnaryCall = Exclude<
  keyof Calls,
  'ExecutePlan' | 'ReattachExecute' | 'AddArtifacts' | 'FetchErrorDetails'
>

interface Text {
  readonly sql?: string | undefined
  readonly sent?: BoundText | undefined
}

const RETRY: RetryPolicy = { attempts: 10, firstMs: 100, maxMs: 10_000 }
const TIMEOUT_MS = 120_000
const LAST_WORDS_MS = 5000

/** A channel and the session that every request on it is of; failures come out as HeadrigErrors. */
export class Wire {
  readonly sessionId: string
  readonly #server: string
  readonly #channel: Channel
  readonly #retry: RetryPolicy
  readonly #user: SessionPart['userContext']
  readonly #clientType: string
  #observed: string | undefined
  /** What ended operations still say to the server. */
  readonly #aftermath = new Set<Promise<unknown>>()

  constructor(options: WireOptions) {
    const where = parseConnectionString(options.url, options.token)
    this.#clientType = where.userAgent ?? options.clientType ?? 'typescript'
    this.#server = `spark at ${where.host}:${where.port}`
    this.#channel = new Channel(where, this.#clientType, {
      timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
      maxMessageBytes: options.maxMessageBytes ?? 128 << 20,
      keepaliveMs: options.keepaliveMs ?? 300_000,
      ...(options.ca ? { ca: options.ca } : {}),
    })
    this.#retry = { ...RETRY, ...options.retry }
    this.sessionId = where.sessionId ?? randomUUID()
    const userId = where.userId ?? ''
    this.#user = { userId, userName: userId }
  }

  /** One call that may be repeated; it is, when the connection breaks, unless `attempts` says less. */
  async call<C extends UnaryCall>(
    name: C,
    own: Own<C>,
    { attempts = this.#retry.attempts, ...text }: Text & { attempts?: number } = {},
  ): Promise<Calls[C]['response']> {
    for (let failures = 0; ; failures++) {
      try {
        return this.#observe(
          await this.#channel.unary(name, { ...this.#part(), ...own } as Calls[C]['request']),
        )
      } catch (error) {
        if (failures >= attempts || !isBroken(readFailure(error))) {
          throw await sparkError(error, this.#context(text))
        }
        await setTimeout(Math.min(this.#retry.firstMs * 2 ** failures, this.#retry.maxMs))
      }
    }
  }

  /** What a plan answers, as `responses` has it. */
  async *run({ sql, sent, tags = [], ...plan }: RunPlan): AsyncGenerator<ExecutePlanResponse> {
    try {
      const session = (): SessionPart => this.#part()
      const onAftermath = (done: Promise<unknown>): void => {
        this.#aftermath.add(done)
        void done.catch(() => undefined).finally(() => this.#aftermath.delete(done))
      }
      const own = { channel: this.#channel, session, retry: this.#retry, onAftermath }
      const execution = { ...own, tags, ...plan }
      for await (const response of responses(execution)) {
        yield this.#observe(response)
      }
    } catch (error) {
      if (plan.signal?.aborted && error === plan.signal.reason) throw error
      throw await sparkError(error, this.#context({ sql, sent }))
    }
  }

  async upload(
    requests: Iterable<Own<'AddArtifacts'>> | AsyncIterable<Own<'AddArtifacts'>>,
  ): Promise<Calls['AddArtifacts']['response']> {
    const part = this.#part()
    async function* whole(): AsyncGenerator<AddArtifactsRequest> {
      for await (const own of requests) yield { ...part, ...own }
    }
    try {
      return this.#observe(await this.#channel.upload(whole()))
    } catch (error) {
      throw await sparkError(error, this.#context())
    }
  }

  /** Releases the session, when the server can be reached, and the connection. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#aftermath)
    const { sessionId, userContext, clientType } = this.#part()
    await this.#channel
      .unary('ReleaseSession', { sessionId, userContext, clientType }, LAST_WORDS_MS)
      .catch(() => undefined)
    this.#channel.close()
  }

  /** Closes the connection only. */
  disconnect(): void {
    this.#channel.close()
  }

  #part(): SessionPart {
    return {
      sessionId: this.sessionId,
      userContext: this.#user,
      clientType: this.#clientType,
      ...(this.#observed ? { clientObservedServerSideSessionId: this.#observed } : {}),
    }
  }

  #observe<R extends { readonly serverSideSessionId?: string }>(response: R): R {
    this.#observed ??= response.serverSideSessionId || undefined
    return response
  }

  #context({ sql, sent }: Text = {}): ErrorContext {
    return {
      server: this.#server,
      ...(sql === undefined ? {} : { sql }),
      ...(sent === undefined ? {} : { sent }),
      fetchDetails: (errorId) =>
        this.#channel.unary('FetchErrorDetails', { ...this.#part(), errorId }, LAST_WORDS_MS),
    }
  }
}
