import { createHash } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { HeadrigError } from '../core/errors.js'
import { fileError } from './file/errors.js'
import { checkFolder, checkKey, checkPrefix, compareKeys } from './key.js'
import { checkRange } from './range.js'
import type { ByteStore, GetOptions, ListOptions, StoredObject } from './store.js'

interface Entry {
  readonly bytes: Uint8Array
  readonly modified: number
}

const named = new Map<string, Map<string, Entry>>()

/**
 * A store in this process's memory. Two stores of one name share their objects; without a name the
 * store is alone.
 * @example const store = memoryStore()
 */
export function memoryStore(name?: string): ByteStore {
  const entries = (name === undefined ? undefined : named.get(name)) ?? new Map<string, Entry>()
  if (name !== undefined) named.set(name, entries)
  return new MemoryStore(`memory://${name ?? ''}`, entries)
}

class MemoryStore implements ByteStore {
  readonly uri: string
  readonly #entries: Map<string, Entry>

  constructor(uri: string, entries: Map<string, Entry>) {
    this.uri = uri
    this.#entries = entries
  }

  async get(key: string, { range, signal }: GetOptions = {}): Promise<Uint8Array> {
    checkKey(key)
    if (range) checkRange(range)
    signal?.throwIfAborted()
    const entry = this.#entries.get(key)
    if (!entry) throw new HeadrigError('not-found', `no object ${this.uri}/${key}`)
    return entry.bytes.slice(range?.start, range?.end)
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    checkKey(key)
    this.#entries.set(key, { bytes: new Uint8Array(bytes), modified: Date.now() })
  }

  async putIfAbsent(key: string, bytes: Uint8Array): Promise<boolean> {
    checkKey(key)
    if (this.#entries.has(key)) return false
    await this.put(key, bytes)
    return true
  }

  async putFile(key: string, localPath: string): Promise<void> {
    checkKey(key)
    try {
      await this.put(key, await readFile(localPath))
      await rm(localPath)
    } catch (error) {
      throw fileError(error, localPath)
    }
  }

  async delete(key: string): Promise<void> {
    checkKey(key)
    this.#entries.delete(key)
  }

  async head(key: string): Promise<StoredObject | undefined> {
    checkKey(key)
    const entry = this.#entries.get(key)
    return entry && describe(key, entry)
  }

  async *list(prefix: string, options: ListOptions = {}): AsyncGenerator<StoredObject> {
    checkPrefix(prefix)
    for (const key of this.#keys(prefix, options)) {
      options.signal?.throwIfAborted()
      const entry = this.#entries.get(key)
      if (entry) yield describe(key, entry)
    }
  }

  async *listFolders(prefix: string, options: ListOptions = {}): AsyncGenerator<string> {
    checkFolder(prefix)
    let last = options.startAfter ?? ''
    for (const key of this.#keys(prefix, { ...options, startAfter: '' })) {
      options.signal?.throwIfAborted()
      const slash = key.indexOf('/', prefix.length)
      const entry = slash < 0 ? this.#entries.get(key) : undefined
      if (entry && compareKeys(key, options.startAfter ?? '') > 0)
        options.onObject?.(describe(key, entry))
      const folder = key.slice(0, slash + 1)
      if (slash < 0 || compareKeys(folder, last) <= 0) continue
      last = folder
      yield folder
    }
  }

  localPath(): undefined {
    return undefined
  }

  #keys(prefix: string, { startAfter, onPage }: ListOptions): string[] {
    onPage?.()
    return [...this.#entries.keys()]
      .filter((key) => key.startsWith(prefix))
      .filter((key) => startAfter === undefined || compareKeys(key, startAfter) > 0)
      .toSorted(compareKeys)
  }
}

function describe(key: string, { bytes, modified }: Entry): StoredObject {
  const etag = createHash('md5').update(bytes).digest('hex')
  return { key, size: bytes.length, etag, modified }
}
