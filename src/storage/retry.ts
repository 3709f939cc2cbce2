import { sleep } from '../core/concurrency.js'
import { isKind } from '../core/errors.js'
import type { ByteStore, GetOptions, ListOptions, PutOptions, StoredObject } from './store.js'

export interface RetryOptions {
  /** Tries in all, 6 unless given; a listing that got further starts counting anew. */
  readonly attempts?: number
  /** The longest first wait in milliseconds, 100 unless given; it doubles with each try. */
  readonly baseMs?: number
  /** The longest wait in milliseconds, 10,000 unless given. */
  readonly maxMs?: number
  /** Ends waits and prevents further tries; its reason is thrown. */
  readonly signal?: AbortSignal
  /** Told before each wait. */
  readonly onRetry?: (retry: {
    operation: string
    key: string
    attempt: number
    error: Error
  }) => void
}

/**
 * Repeats what failed as `unavailable`, after a random wait of up to twice the last. A repeated
 * `putIfAbsent` that finds an object with its own bytes says `true`: the attempt whose answer was
 * lost had succeeded. So two writers' bytes must differ, by an id for one.
 */
export function withRetry(store: ByteStore, options: RetryOptions = {}): ByteStore {
  return new RetryStore(store, options)
}

class RetryStore implements ByteStore {
  readonly uri: string
  readonly #store: ByteStore
  readonly #options: RetryOptions

  constructor(store: ByteStore, options: RetryOptions) {
    this.uri = store.uri
    this.#store = store
    this.#options = options
  }

  get(key: string, options?: GetOptions): Promise<Uint8Array> {
    return this.#repeat('get', key, () => this.#store.get(key, options), options?.signal)
  }

  put(key: string, bytes: Uint8Array, options?: PutOptions): Promise<void> {
    return this.#repeat('put', key, () => this.#store.put(key, bytes, options))
  }

  putIfAbsent(key: string, bytes: Uint8Array): Promise<boolean> {
    let lostAnswer = false
    return this.#repeat('putIfAbsent', key, async () => {
      const tried = lostAnswer
      lostAnswer = true
      const created = await this.#store.putIfAbsent(key, bytes)
      return created || (tried && isSame(bytes, await this.#store.get(key)))
    })
  }

  putFile(key: string, localPath: string): Promise<void> {
    return this.#repeat('putFile', key, () => this.#store.putFile(key, localPath))
  }

  delete(key: string): Promise<void> {
    return this.#repeat('delete', key, () => this.#store.delete(key))
  }

  head(key: string): Promise<StoredObject | undefined> {
    return this.#repeat('head', key, () => this.#store.head(key))
  }

  async *list(prefix: string, options: ListOptions = {}): AsyncGenerator<StoredObject> {
    const start = (from: ListOptions): AsyncIterable<StoredObject> => this.#store.list(prefix, from)
    yield* this.#resume('list', prefix, options, start, (object) => object.key)
  }

  async *listFolders(prefix: string, options: ListOptions = {}): AsyncGenerator<string> {
    const start = (from: ListOptions): AsyncIterable<string> =>
      this.#store.listFolders(prefix, from)
    yield* this.#resume('listFolders', prefix, options, start, (folder) => folder)
  }

  localPath(key: string): string | undefined {
    return this.#store.localPath(key)
  }

  async #repeat<T>(
    operation: string,
    key: string,
    action: () => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await action()
      } catch (error) {
        await this.#pause(operation, key, attempt, error, signal)
      }
    }
  }

  async *#resume<T>(
    operation: string,
    prefix: string,
    options: ListOptions,
    start: (options: ListOptions) => AsyncIterable<T>,
    keyOf: (item: T) => string,
  ): AsyncGenerator<T> {
    let from = options
    for (let attempt = 1; ; attempt++) {
      try {
        for await (const item of start(from)) {
          yield item
          from = { ...options, startAfter: keyOf(item) }
          attempt = 1
        }
        return
      } catch (error) {
        await this.#pause(operation, prefix, attempt, error, options.signal)
      }
    }
  }

  /** Waits before another try, or throws when there is none. */
  async #pause(
    operation: string,
    key: string,
    attempt: number,
    error: unknown,
    callSignal?: AbortSignal,
  ): Promise<void> {
    const { attempts = 6, baseMs = 100, maxMs = 10_000, signal, onRetry } = this.#options
    if (!isKind(error, 'unavailable') || attempt >= attempts) throw error
    const signals = [signal, callSignal].filter((one) => one !== undefined)
    onRetry?.({ operation, key, attempt, error })
    const wait = Math.random() * Math.min(maxMs, baseMs * 2 ** (attempt - 1))
    await sleep(wait, signals.length > 0 ? AbortSignal.any(signals) : undefined)
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}
