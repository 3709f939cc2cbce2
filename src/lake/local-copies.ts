import { link, open, rm } from 'node:fs/promises'
import { mapLimit } from '../core/concurrency.js'
import { HeadrigError } from '../core/errors.js'
import type { ByteStore, StoredObject } from '../storage/store.js'
import type { CheckpointIo } from './checkpoint-io.js'

const PIECE = 16 * 2 ** 20
const PARALLEL = 4
const KEPT = 4

/** Checkpoints of a store that is elsewhere, on this machine's disk: the few that were used last. */
export class LocalCopies {
  readonly #store: ByteStore
  readonly #io: CheckpointIo
  readonly #copies = new Map<string, { readonly path: Promise<string>; users: number }>()

  constructor(store: ByteStore, io: CheckpointIo) {
    this.#store = store
    this.#io = io
  }

  /** The file's path on this machine, good until `done` is called. Throws as `ByteStore.get` does. */
  async use(key: string): Promise<{ readonly path: string; readonly done: () => void }> {
    const local = this.#store.localPath(key)
    if (local !== undefined) return { path: local, done: () => undefined }
    const copy = this.#copies.get(key) ?? { path: this.#fetch(key), users: 0 }
    this.#copies.delete(key)
    this.#copies.set(key, copy)
    copy.users++
    const done = (): void => {
      copy.users--
      this.#forgetOld()
    }
    try {
      return { path: await copy.path, done }
    } catch (error) {
      this.#copies.delete(key)
      throw error
    }
  }

  /** Moves a finished local file into the store; a store that is elsewhere leaves a copy here. */
  async put(key: string, path: string): Promise<void> {
    if (this.#store.localPath(key) !== undefined) return this.#store.putFile(key, path)
    const copy = await this.#io.tempPath()
    await link(path, copy)
    try {
      await this.#store.putFile(key, path)
    } catch (error) {
      await rm(copy, { force: true })
      throw error
    }
    this.#copies.set(key, { path: Promise.resolve(copy), users: 0 })
    this.#forgetOld()
  }

  #forgetOld(): void {
    for (const [key, { path, users }] of this.#copies) {
      if (this.#copies.size <= KEPT) return
      if (users > 0) continue
      this.#copies.delete(key)
      void path.then((p) => rm(p, { force: true })).catch(() => undefined)
    }
  }

  async #fetch(key: string): Promise<string> {
    const path = await this.#io.tempPath()
    // Another writer may replace a checkpoint by one of the same version while it is read.
    for (let attempt = 0; attempt < 3; attempt++) {
      const before = await this.#head(key)
      await this.#pieces(before, path)
      if ((await this.#head(key)).etag === before.etag) return path
    }
    throw new HeadrigError('unavailable', `${key} changed while it was read: try again`)
  }

  async #head(key: string): Promise<StoredObject> {
    const object = await this.#store.head(key)
    if (object) return object
    throw new HeadrigError('not-found', `${key} is gone: read the table anew`)
  }

  async #pieces({ key, size }: StoredObject, path: string): Promise<void> {
    const file = await open(path, 'w', 0o600)
    try {
      const starts = Array.from({ length: Math.ceil(size / PIECE) }, (_, i) => i * PIECE)
      await mapLimit(starts, PARALLEL, async (start) => {
        const range = { start, end: Math.min(size, start + PIECE) }
        const bytes = await this.#store.get(key, { range })
        await file.write(bytes, 0, bytes.length, start)
      })
    } finally {
      await file.close()
    }
  }
}
