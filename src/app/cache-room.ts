import { opendir, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { isErrno } from '../core/errors.js'

/** The folder of links that running queries read through. */
export const IN_USE = 'in-use'

const BEAT_MS = 30_000
/** Links of a query that showed no life for this long are left over. */
const DEAD_MS = 15 * 60_000

/** Shows that the folder's owner lives, until stopped. */
export function keepAlive(folder: string): () => void {
  const timer = setInterval(() => {
    utimes(folder, new Date(), new Date()).catch(() => undefined)
  }, BEAT_MS)
  timer.unref()
  return () => clearInterval(timer)
}

/** Removes what queries that died left behind. */
export async function sweep(root: string, now = Date.now()): Promise<void> {
  for await (const entry of entriesOf(join(root, IN_USE))) {
    const { mtimeMs } = (await statOf(entry.path)) ?? { mtimeMs: now }
    if (now - mtimeMs > DEAD_MS) await rm(entry.path, { recursive: true, force: true })
  }
}

/** Drops files until the cache is within its size, least recently used first. */
export async function evict(root: string, limit: number, now = Date.now()): Promise<void> {
  const files: { path: string; size: number; used: number }[] = []
  let total = 0
  for await (const lake of entriesOf(root)) {
    if (!lake.folder || lake.path === join(root, IN_USE)) continue
    for await (const { path } of filesBelow(lake.path)) {
      const found = await statOf(path)
      if (!found) continue
      if (path.endsWith('.part')) {
        if (now - found.mtimeMs > DEAD_MS) await rm(path, { force: true })
        continue
      }
      files.push({ path, size: found.size, used: found.mtimeMs })
      total += found.size
    }
  }
  files.sort((a, b) => a.used - b.used)
  for (const file of files) {
    if (total <= limit) return
    await rm(file.path, { force: true })
    total -= file.size
  }
}

interface Entry {
  readonly path: string
  readonly folder: boolean
}

async function* entriesOf(folder: string): AsyncGenerator<Entry> {
  try {
    for await (const entry of await opendir(folder)) {
      yield { path: join(folder, entry.name), folder: entry.isDirectory() }
    }
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error
  }
}

async function* filesBelow(folder: string): AsyncGenerator<Entry> {
  for await (const entry of entriesOf(folder)) {
    if (entry.folder) yield* filesBelow(entry.path)
    else yield entry
  }
}

async function statOf(path: string): Promise<{ size: number; mtimeMs: number } | undefined> {
  try {
    return await stat(path)
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined
    throw error
  }
}
