import { stat } from 'node:fs/promises'
import type { ByteStore, GetOptions, ListOptions, PutOptions, StoredObject } from './store.js'

export interface Counted {
  /** Calls made; for `list` and `listFolders` the requests, so on S3 the LIST calls with all pages. */
  calls: number
  /** Bytes of the bodies that were read or written. */
  bytes: number
}

export type StoreOperation =
  | 'get'
  | 'put'
  | 'putIfAbsent'
  | 'putFile'
  | 'delete'
  | 'head'
  | 'list'
  | 'listFolders'

export type StoreCounts = Record<StoreOperation, Counted>

/** A store that counts what is asked of it; the counts grow while it works. */
export interface CountingStore extends ByteStore {
  readonly counts: Readonly<StoreCounts>
}

/**
 * Counts the calls and bytes of each operation.
 * @example
 * const store = withCounts(openStore('s3://logs'))
 * // … work …
 * store.counts.list.calls + store.counts.listFolders.calls // LIST requests
 */
export function withCounts(store: ByteStore): CountingStore {
  return new CountStore(store)
}

class CountStore implements CountingStore {
  readonly uri: string
  readonly counts: StoreCounts = {
    get: { calls: 0, bytes: 0 },
    put: { calls: 0, bytes: 0 },
    putIfAbsent: { calls: 0, bytes: 0 },
    putFile: { calls: 0, bytes: 0 },
    delete: { calls: 0, bytes: 0 },
    head: { calls: 0, bytes: 0 },
    list: { calls: 0, bytes: 0 },
    listFolders: { calls: 0, bytes: 0 },
  }
  readonly #store: ByteStore

  constructor(store: ByteStore) {
    this.uri = store.uri
    this.#store = store
  }

  async get(key: string, options?: GetOptions): Promise<Uint8Array> {
    this.counts.get.calls++
    const bytes = await this.#store.get(key, options)
    this.counts.get.bytes += bytes.length
    return bytes
  }

  put(key: string, bytes: Uint8Array, options?: PutOptions): Promise<void> {
    this.#count('put', bytes.length)
    return this.#store.put(key, bytes, options)
  }

  putIfAbsent(key: string, bytes: Uint8Array): Promise<boolean> {
    this.#count('putIfAbsent', bytes.length)
    return this.#store.putIfAbsent(key, bytes)
  }

  async putFile(key: string, localPath: string): Promise<void> {
    const size = await stat(localPath).then(
      (found) => found.size,
      () => 0,
    )
    this.#count('putFile', size)
    await this.#store.putFile(key, localPath)
  }

  delete(key: string): Promise<void> {
    this.#count('delete', 0)
    return this.#store.delete(key)
  }

  head(key: string): Promise<StoredObject | undefined> {
    this.#count('head', 0)
    return this.#store.head(key)
  }

  list(prefix: string, options?: ListOptions): AsyncIterable<StoredObject> {
    return this.#store.list(prefix, this.#pages('list', options))
  }

  listFolders(prefix: string, options?: ListOptions): AsyncIterable<string> {
    return this.#store.listFolders(prefix, this.#pages('listFolders', options))
  }

  localPath(key: string): string | undefined {
    return this.#store.localPath(key)
  }

  #count(operation: StoreOperation, bytes: number): void {
    this.counts[operation].calls++
    this.counts[operation].bytes += bytes
  }

  #pages(operation: StoreOperation, options: ListOptions = {}): ListOptions {
    const onPage = (): void => {
      this.#count(operation, 0)
      options.onPage?.()
    }
    return { ...options, onPage }
  }
}
