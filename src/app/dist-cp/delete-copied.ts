import { rm } from 'node:fs/promises'
import { mapLimit } from '../../core/concurrency.js'
import { isKind } from '../../core/errors.js'
import { sha256Hex } from '../../core/sha256.js'
import type { CopySource } from './list-sources.js'
import type { DistCpOptions } from './options.js'
import type { Place } from './place.js'

type Copied = Pick<CopySource, 'uri' | 'etag'>

const LANES = 8

/**
 * Deletes what was copied, also after a kill in the middle: what is to go is written down beside the copies first.
 * Else a second run would see some files of a group only, and replace the whole by a part.
 */
export class CopiedFiles {
  readonly #dest: Place
  readonly #key: string
  readonly #place: (uri: string) => Place

  constructor(options: DistCpOptions, dest: Place, place: (uri: string) => Place) {
    const { src, groupBy = '', srcPattern = '' } = options
    const id = sha256Hex(JSON.stringify([src, groupBy, srcPattern])).slice(0, 16)
    this.#dest = dest
    this.#key = `${dest.key === '' ? '' : `${dest.key}/`}_headrig-dist-cp-${id}.json`
    this.#place = place
  }

  /** Goes on with what a run before this one left. Gives how many it deleted. */
  async goOn(signal: AbortSignal): Promise<number> {
    const left = await this.#dest.store.get(this.#key, { signal }).catch((error: unknown) => {
      if (isKind(error, 'not-found')) return undefined
      throw error
    })
    if (left === undefined) return 0
    return this.#deleteAll(JSON.parse(Buffer.from(left).toString()) as Copied[], signal)
  }

  /** Deletes files that are still as they were when they were listed. Gives their number. */
  async delete(sources: readonly Copied[], signal: AbortSignal): Promise<number> {
    const list = sources.map(({ uri, etag }) => ({ uri, etag }))
    await this.#dest.store.put(this.#key, Buffer.from(JSON.stringify(list)))
    return this.#deleteAll(list, signal)
  }

  async #deleteAll(list: readonly Copied[], signal: AbortSignal): Promise<number> {
    const done = await mapLimit(list, LANES, async ({ uri, etag }) => {
      signal.throwIfAborted()
      const { store, key } = this.#place(uri)
      const isSame = (await store.head(key))?.etag === etag
      const path = store.localPath(key)
      // The store would also remove folders that become empty.
      if (isSame) await (path === undefined ? store.delete(key) : rm(path, { force: true }))
      return isSame
    })
    await this.#dest.store.delete(this.#key)
    return done.filter(Boolean).length
  }
}
