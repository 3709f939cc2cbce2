import { realpath, rmdir, stat, unlink } from 'node:fs/promises'
import { dirname, join, resolve, sep } from 'node:path'
import { HeadrigError, isErrno, isKind } from '../core/errors.js'
import { describeFile } from './file/describe.js'
import { fileError } from './file/errors.js'
import { listFiles, listSubfolders } from './file/list.js'
import { pathOf } from './file/path.js'
import { readRegular } from './file/read.js'
import { adoptFile, createFile, isTempName, replaceFile } from './file/write.js'
import { checkFolder, checkKey, checkPrefix } from './key.js'
import { checkRange } from './range.js'
import type { ByteStore, GetOptions, ListOptions, StoredObject } from './store.js'

/**
 * A folder as a store; it is made by the first write. Files are readable by their owner only and
 * durable when a write returns. Links are followed when reading; a write through a link that leaves
 * the folder is refused as `forbidden`.
 * @example const store = fileStore('/data/lake')
 */
export function fileStore(root: string): ByteStore {
  return new FileStore(resolve(root))
}

class FileStore implements ByteStore {
  readonly uri: string
  readonly #root: string

  constructor(root: string) {
    this.#root = root
    this.uri = `file://${root === '/' ? '' : root}`
  }

  async get(key: string, { range, signal }: GetOptions = {}): Promise<Uint8Array> {
    const path = this.localPath(key)
    if (range) checkRange(range)
    signal?.throwIfAborted()
    return this.#do(path, () => readRegular(path, range))
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    await this.#write(key, (path) => replaceFile(path, bytes))
  }

  async putIfAbsent(key: string, bytes: Uint8Array): Promise<boolean> {
    return this.#write(key, (path) => createFile(path, bytes))
  }

  async putFile(key: string, localPath: string): Promise<void> {
    await this.#write(key, (path) => adoptFile(localPath, path))
  }

  async delete(key: string): Promise<void> {
    await this.#write(key, async (path) => {
      try {
        await unlink(path)
      } catch (error) {
        if (['ENOENT', 'ENOTDIR', 'EISDIR'].some((code) => isErrno(error, code))) return
        if ((await stat(path)).isDirectory()) return
        throw error
      }
      await this.#removeEmpty(dirname(path))
    })
  }

  async head(key: string): Promise<StoredObject | undefined> {
    const path = this.localPath(key)
    try {
      const found = await this.#do(path, () => stat(path, { bigint: true }))
      return found.isFile() ? describeFile(key, found) : undefined
    } catch (error) {
      if (isKind(error, 'not-found')) return undefined
      throw error
    }
  }

  async *list(prefix: string, options: ListOptions = {}): AsyncGenerator<StoredObject> {
    checkPrefix(prefix)
    yield* this.#listing(prefix, listFiles({ ...options, root: this.#root, prefix }))
  }

  async *listFolders(prefix: string, options: ListOptions = {}): AsyncGenerator<string> {
    checkFolder(prefix)
    yield* this.#listing(prefix, listSubfolders({ ...options, root: this.#root, prefix }))
  }

  localPath(key: string): string {
    checkKey(key)
    if (key.split('/').some(isTempName))
      throw new HeadrigError('invalid', `key "${key}" has a name that is kept for unfinished files`)
    return pathOf(this.#root, key)
  }

  async #write<T>(key: string, action: (path: string) => Promise<T>): Promise<T> {
    const path = this.localPath(key)
    return this.#do(path, async () => {
      await this.#confine(dirname(path))
      return action(path)
    })
  }

  async #do<T>(path: string, action: () => Promise<T>): Promise<T> {
    try {
      return await action()
    } catch (error) {
      throw fileError(error, path)
    }
  }

  async *#listing<T>(prefix: string, items: AsyncGenerator<T>): AsyncGenerator<T> {
    try {
      yield* items
    } catch (error) {
      throw fileError(error, join(this.#root, prefix))
    }
  }

  async #confine(folder: string): Promise<void> {
    if (folder === this.#root || this.#root === '/') return
    const [root, real] = await Promise.all([realOf(this.#root), realOf(folder)])
    if (real === root || real.startsWith(root + sep)) return
    throw new HeadrigError(
      'forbidden',
      `${folder} is a link out of ${this.#root}: write to ${real} as a store of its own, or remove the link`,
    )
  }

  async #removeEmpty(folder: string): Promise<void> {
    if (!folder.startsWith(this.#root + sep)) return
    const removed = await rmdir(folder).then(
      () => true,
      () => false,
    )
    if (removed) await this.#removeEmpty(dirname(folder))
  }
}

/** The real path of a folder, or where it would be when it does not exist yet. */
async function realOf(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error
    const parent = dirname(path)
    return join(await realOf(parent), path.slice(parent.length))
  }
}
