import { sleep } from '../core/concurrency.js'
import { HeadrigError } from '../core/errors.js'
import type { StoreOperation } from './count.js'
import type { ByteStore, GetOptions, ListOptions, PutOptions, StoredObject } from './store.js'

/** What goes wrong with one call. `lost-reply`: it is done, but the caller sees a reset. */
export type Fault =
  | { readonly kind: 'error-500' }
  | { readonly kind: 'slow-down' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'short-body' }
  | { readonly kind: 'lost-reply' }
  | { readonly kind: 'slow'; readonly ms: number }

export interface FaultyCall {
  readonly operation: StoreOperation
  readonly key: string
  /** How many calls of this operation for this key there were, this one included. */
  readonly nth: number
}

/** Decides per call what goes wrong; undefined: nothing. */
export type FaultRule = (call: FaultyCall) => Fault | undefined

/**
 * A store that fails on purpose, for tests of what must survive that.
 * @example withFaults(store, ({ operation, nth }) => operation === 'get' && nth <= 2 ? { kind: 'reset' } : undefined)
 */
export function withFaults(store: ByteStore, rule: FaultRule): ByteStore {
  return new FaultStore(store, rule)
}

class FaultStore implements ByteStore {
  readonly uri: string
  readonly #store: ByteStore
  readonly #rule: FaultRule
  readonly #seen = new Map<string, number>()

  constructor(store: ByteStore, rule: FaultRule) {
    this.uri = store.uri
    this.#store = store
    this.#rule = rule
  }

  get(key: string, options?: GetOptions): Promise<Uint8Array> {
    return this.#call('get', key, () => this.#store.get(key, options))
  }

  put(key: string, bytes: Uint8Array, options?: PutOptions): Promise<void> {
    return this.#call('put', key, () => this.#store.put(key, bytes, options))
  }

  putIfAbsent(key: string, bytes: Uint8Array): Promise<boolean> {
    return this.#call('putIfAbsent', key, () => this.#store.putIfAbsent(key, bytes))
  }

  putFile(key: string, localPath: string): Promise<void> {
    return this.#call('putFile', key, () => this.#store.putFile(key, localPath))
  }

  delete(key: string): Promise<void> {
    return this.#call('delete', key, () => this.#store.delete(key))
  }

  head(key: string): Promise<StoredObject | undefined> {
    return this.#call('head', key, () => this.#store.head(key))
  }

  list(prefix: string, options?: ListOptions): AsyncIterable<StoredObject> {
    return this.#listing('list', prefix, this.#store.list(prefix, options))
  }

  listFolders(prefix: string, options?: ListOptions): AsyncIterable<string> {
    return this.#listing('listFolders', prefix, this.#store.listFolders(prefix, options))
  }

  localPath(key: string): string | undefined {
    return this.#store.localPath(key)
  }

  async #call<T>(operation: StoreOperation, key: string, action: () => Promise<T>): Promise<T> {
    const fault = this.#next(operation, key)
    if (fault?.kind === 'slow') await sleep(fault.ms)
    else if (fault?.kind === 'lost-reply') await action()
    if (fault && fault.kind !== 'slow') throw failure(fault, key)
    return action()
  }

  /** A listing fails in its middle: after the first item. */
  async *#listing<T>(
    operation: StoreOperation,
    prefix: string,
    items: AsyncIterable<T>,
  ): AsyncGenerator<T> {
    const fault = this.#next(operation, prefix)
    for await (const item of items) {
      if (fault?.kind === 'slow') await sleep(fault.ms)
      yield item
      if (fault && fault.kind !== 'slow') throw failure(fault, prefix)
    }
  }

  #next(operation: StoreOperation, key: string): Fault | undefined {
    const name = `${operation} ${key}`
    const nth = (this.#seen.get(name) ?? 0) + 1
    this.#seen.set(name, nth)
    return this.#rule({ operation, key, nth })
  }
}

const REASONS = {
  'error-500': '500 InternalError',
  'slow-down': '503 SlowDown: reduce your request rate',
  reset: 'connection reset (ECONNRESET)',
  'lost-reply': 'connection reset (ECONNRESET) after the request was sent',
  'short-body': 'the body ended before its announced length',
} as const

function failure(fault: Exclude<Fault, { kind: 'slow' }>, key: string): HeadrigError {
  return new HeadrigError('unavailable', `${REASONS[fault.kind]} at "${key}" (injected)`)
}
