/**
 * Values by path, kept by folder: a copy shares every folder that it does not change, so that a
 * snapshot after a commit costs what the commit touched.
 */
export class FolderMap<V> {
  readonly #folders: Map<string, Map<string, V>>
  readonly #owned = new Set<string>()
  #size: number

  constructor(from?: FolderMap<V>) {
    this.#folders = new Map(from?.folders() ?? [])
    this.#size = from?.size ?? 0
  }

  get size(): number {
    return this.#size
  }

  get(path: string): V | undefined {
    return this.#folders.get(folderOf(path))?.get(path)
  }

  /** Returns what was there. */
  set(path: string, value: V): V | undefined {
    const folder = this.#own(folderOf(path))
    const before = folder.get(path)
    folder.set(path, value)
    if (before === undefined) this.#size++
    return before
  }

  /** Returns what was there. */
  delete(path: string): V | undefined {
    const before = this.get(path)
    if (before === undefined) return undefined
    const name = folderOf(path)
    const folder = this.#own(name)
    folder.delete(path)
    if (folder.size === 0) this.#folders.delete(name)
    this.#size--
    return before
  }

  *values(): IterableIterator<V> {
    for (const folder of this.#folders.values()) yield* folder.values()
  }

  *paths(): IterableIterator<string> {
    for (const folder of this.#folders.values()) yield* folder.keys()
  }

  folders(): IterableIterator<[string, Map<string, V>]> {
    return this.#folders.entries()
  }

  #own(name: string): Map<string, V> {
    let folder = this.#folders.get(name)
    if (folder && this.#owned.has(name)) return folder
    folder = new Map(folder)
    this.#folders.set(name, folder)
    this.#owned.add(name)
    return folder
  }
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1)
}
