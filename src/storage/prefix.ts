import { checkFolder, checkKey, checkPrefix } from './key.js'
import type { ByteStore, GetOptions, ListOptions, PutOptions, StoredObject } from './store.js'

/**
 * The part of a store below a folder, as a store of its own.
 * @example withPrefix(store, 'tables/aws_cloudtrail/')
 */
export function withPrefix(store: ByteStore, prefix: string): ByteStore {
  checkFolder(prefix)
  return prefix === '' ? store : new PrefixStore(store, prefix)
}

class PrefixStore implements ByteStore {
  readonly uri: string
  readonly #store: ByteStore
  readonly #prefix: string

  constructor(store: ByteStore, prefix: string) {
    this.uri = `${store.uri}/${prefix.slice(0, -1)}`
    this.#store = store
    this.#prefix = prefix
  }

  get(key: string, options?: GetOptions): Promise<Uint8Array> {
    return this.#store.get(this.#prefix + key, options)
  }

  put(key: string, bytes: Uint8Array, options?: PutOptions): Promise<void> {
    return this.#store.put(this.#prefix + key, bytes, options)
  }

  putIfAbsent(key: string, bytes: Uint8Array): Promise<boolean> {
    return this.#store.putIfAbsent(this.#prefix + key, bytes)
  }

  putFile(key: string, localPath: string): Promise<void> {
    return this.#store.putFile(this.#prefix + key, localPath)
  }

  delete(key: string): Promise<void> {
    return this.#store.delete(this.#prefix + key)
  }

  async head(key: string): Promise<StoredObject | undefined> {
    const found = await this.#store.head(this.#prefix + key)
    return found && { ...found, key }
  }

  async *list(prefix: string, options: ListOptions = {}): AsyncGenerator<StoredObject> {
    checkPrefix(prefix)
    for await (const object of this.#store.list(this.#prefix + prefix, this.#below(options)))
      yield { ...object, key: object.key.slice(this.#prefix.length) }
  }

  async *listFolders(prefix: string, options: ListOptions = {}): AsyncGenerator<string> {
    checkFolder(prefix)
    for await (const folder of this.#store.listFolders(this.#prefix + prefix, this.#below(options)))
      yield folder.slice(this.#prefix.length)
  }

  localPath(key: string): string | undefined {
    checkKey(key)
    return this.#store.localPath(this.#prefix + key)
  }

  #below(options: ListOptions): ListOptions {
    const { startAfter, onObject } = options
    return {
      ...options,
      ...(startAfter !== undefined && { startAfter: this.#prefix + startAfter }),
      ...(onObject && {
        onObject: (object: StoredObject) =>
          onObject({ ...object, key: object.key.slice(this.#prefix.length) }),
      }),
    }
  }
}
