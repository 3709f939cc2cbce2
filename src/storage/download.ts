import { randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { HeadrigError, isErrno } from '../core/errors.js'
import type { ByteStore } from './store.js'

/** Held in memory at a time, bytes. */
const PART = 8 * 2 ** 20

/**
 * Brings an object of a known size onto this machine's disk, part by part; the file appears whole or
 * not at all, and for its owner alone. Folders on the way are made.
 * Throws `unavailable` when the object is shorter or the disk is full, else as `store.get` does.
 * @example await download(store, { key: 'tables/t/part-1.parquet', size: 4096 }, '/var/cache/part-1')
 */
export async function download(
  store: ByteStore,
  { key, size }: { readonly key: string; readonly size: number },
  path: string,
  signal?: AbortSignal,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const temp = join(dirname(path), `.${randomUUID()}.part`)
  const file = await open(temp, 'wx', 0o600)
  try {
    for (let start = 0; start < size; start += PART) {
      const end = Math.min(size, start + PART)
      const bytes = await store.get(key, { range: { start, end }, ...(signal ? { signal } : {}) })
      if (bytes.length !== end - start) {
        throw new HeadrigError(
          'unavailable',
          `${store.uri}/${key} has ${start + bytes.length} bytes, its table's log says ${size}: try again, or run headrig verify`,
        )
      }
      await file.writeFile(bytes)
    }
    await file.close()
    await rename(temp, path)
  } catch (error) {
    await file.close().catch(() => undefined)
    await rm(temp, { force: true })
    if (isErrno(error, 'ENOSPC')) {
      throw new HeadrigError(
        'unavailable',
        `no space left at ${dirname(path)}: free some, or name another folder (--cache for the cache, --temp for the rest)`,
        { cause: error },
      )
    }
    throw error
  }
}
