import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { mapLimit } from '../core/concurrency.js'
import { download } from '../storage/download.js'
import type { ByteStore } from '../storage/store.js'

/** Fetched files that stay for the next call, bytes: what batches that follow each other in time share. */
const KEPT_BYTES = 2 * 2 ** 30
const AT_ONCE = 8

/**
 * Data files of the lake as local paths: in place, or fetched. The paths of one call hold until the next:
 * then files that it does not ask for go, the longest unused first, as far as all would be too many.
 */
export class LakeFiles {
  readonly #store: ByteStore
  readonly #folder: string
  readonly #keptBytes: number
  /** Sizes of what is here, by key, the longest unused first. */
  readonly #here = new Map<string, number>()

  constructor(store: ByteStore, folder: string, keptBytes = KEPT_BYTES) {
    this.#store = store
    this.#folder = folder
    this.#keptBytes = keptBytes
  }

  /** @param files paths within the table, as the Delta log has them */
  async local(
    table: string,
    files: readonly { readonly path: string; readonly size: number }[],
  ): Promise<string[]> {
    const wanted = files.map(({ path, size }) => ({ key: `tables/${table}/${path}`, size }))
    const remote = wanted.filter(({ key }) => this.#store.localPath(key) === undefined)
    await this.#makeRoom(remote)
    await mapLimit(remote, AT_ONCE, async (file) => {
      const fetched = this.#here.delete(file.key)
      if (!fetched) await download(this.#store, file, this.#pathOf(file.key))
      this.#here.set(file.key, file.size)
    })
    return wanted.map(({ key }) => this.#store.localPath(key) ?? this.#pathOf(key))
  }

  async close(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true })
  }

  async #makeRoom(wanted: readonly { readonly key: string; readonly size: number }[]) {
    const asked = new Set(wanted.map((f) => f.key))
    const fresh = wanted.filter((f) => !this.#here.has(f.key))
    let total = [...this.#here.values(), ...fresh.map((f) => f.size)].reduce((a, b) => a + b, 0)
    for (const [key, size] of this.#here) {
      if (total <= this.#keptBytes) return
      if (asked.has(key)) continue
      this.#here.delete(key)
      await rm(this.#pathOf(key), { force: true })
      total -= size
    }
  }

  #pathOf(key: string): string {
    return join(this.#folder, key)
  }
}
