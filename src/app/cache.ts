import { randomUUID } from 'node:crypto'
import { copyFile, link, mkdir, rm, stat, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { sha256Hex } from '../core/sha256.js'
import { mapLimit } from '../core/concurrency.js'
import { isErrno } from '../core/errors.js'
import { download } from '../storage/download.js'
import { checkKey } from '../storage/key.js'
import { evict, IN_USE, keepAlive, sweep } from './cache-room.js'
import type { LakeContext } from './context.js'

/** An object of a remote lake, as its table's log has it. */
export interface RemoteFile {
  readonly key: string
  readonly size: number
  /** Tells contents apart that the key had one after the other; none: it never changes. */
  readonly etag?: string
}

/** Files that stay where they are until they are released, whoever else uses the cache. */
export interface CachedFiles {
  pathOf(key: string): string | undefined
  release(): Promise<void>
}

const AT_ONCE = 8

/**
 * Brings files of a remote lake onto this machine, those that are not in the cache yet. What the cache
 * holds beyond its size is dropped, least recently used first. Each caller reads through links of its
 * own, so that another process may drop a file while it is being read.
 * Throws `unavailable` when a file arrives short or the disk is full.
 */
export async function fetchCached(
  context: Pick<LakeContext, 'store' | 'settings' | 'signal' | 'progress'>,
  files: readonly RemoteFile[],
): Promise<CachedFiles> {
  const root = context.settings.cacheFolder
  const lake = hash(context.store.uri)
  const own = join(root, IN_USE, randomUUID())
  await mkdir(own, { recursive: true, mode: 0o700 })
  const stop = keepAlive(own)
  const release = async (): Promise<void> => {
    stop()
    await rm(own, { recursive: true, force: true })
  }
  try {
    await sweep(root)
    const total = { objects: files.length, bytes: files.reduce((sum, f) => sum + f.size, 0) }
    const done = { objects: 0, bytes: 0, fetched: 0 }
    await mapLimit(files, AT_ONCE, async (file) => {
      checkKey(file.key)
      const cached = join(
        root,
        lake,
        `${file.key}${file.etag === undefined ? '' : `@${hash(file.etag)}`}`,
      )
      const used = join(own, file.key)
      while (!(await takeLink(cached, used, file.size))) {
        await download(context.store, file, cached, context.signal)
        done.fetched++
      }
      done.objects++
      done.bytes += file.size
      if (done.fetched === 0) return
      context.progress.update({
        phase: 'fetching',
        objects: { done: done.objects, total: total.objects },
        bytes: { done: done.bytes, total: total.bytes },
      })
    })
    if (done.fetched > 0) {
      context.progress.done()
      await evict(root, context.settings.cacheSize)
    }
  } catch (error) {
    await release()
    throw error
  }
  return { pathOf: (key) => join(own, key), release }
}

const hash = (text: string): string => sha256Hex(text).slice(0, 16)

/** Links a cached file that is whole; false when it has to be fetched. */
async function takeLink(cached: string, used: string, size: number): Promise<boolean> {
  try {
    await mkdir(dirname(used), { recursive: true, mode: 0o700 })
    await linkOrCopy(cached, used)
    const whole = (await stat(used)).size === size
    if (whole) await utimes(used, new Date(), new Date())
    else await Promise.all([rm(used), rm(cached, { force: true })])
    return whole
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return false
    if (isErrno(error, 'EEXIST')) return true
    throw error
  }
}

/** Some file systems have no hard links. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to)
  } catch (error) {
    const without = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'EXDEV', 'ENOSYS']
    if (!without.some((code) => isErrno(error, code))) throw error
    await copyFile(from, to)
  }
}
