import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { dirname, join } from 'node:path'
import { mapLimit } from '../core/concurrency.js'
import type { ByteStore } from '../storage/store.js'

/** Data files of the lake as local paths: in place, or fetched once for this run. */
export class LakeFiles {
  readonly #store: ByteStore
  readonly #folder: string

  constructor(store: ByteStore, folder: string) {
    this.#store = store
    this.#folder = folder
  }

  /** @param files paths within the table, as the Delta log has them */
  local(
    table: string,
    files: readonly { readonly path: string; readonly size: number }[],
  ): Promise<string[]> {
    return mapLimit(files, 16, async ({ path, size }) => {
      const key = `tables/${table}/${path}`
      const inPlace = this.#store.localPath(key)
      if (inPlace !== undefined) return inPlace
      const target = join(this.#folder, key)
      const there = await stat(target).catch(() => undefined)
      if (there?.size === size) return target
      await mkdir(dirname(target), { recursive: true, mode: 0o700 })
      const temporary = `${target}.${randomUUID()}`
      await writeFile(temporary, await this.#store.get(key), { mode: 0o600 })
      await rename(temporary, target)
      return target
    })
  }

  async close(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true })
  }
}
