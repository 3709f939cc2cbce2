import { lstatSync, statSync, type BigIntStats, type Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { isErrno } from '../../core/errors.js'
import { compareKeys } from '../key.js'
import type { ListOptions, StoredObject } from '../store.js'
import { describeFile } from './describe.js'
import { isTempName } from './write.js'

const STATS_AT_ONCE = 64

interface Walk extends ListOptions {
  readonly root: string
  readonly prefix: string
}

/**
 * Lists the files below a prefix in the byte order of their keys, reading a folder when the listing
 * gets there. Links are followed. What cannot be read (a dangling link, a folder without permission)
 * is listed as an object of no bytes: reading it says why, so that nothing is passed over.
 */
export async function* listFiles(walk: Walk): AsyncGenerator<StoredObject> {
  const folder = walk.prefix.slice(0, walk.prefix.lastIndexOf('/') + 1)
  const keys = await keysIn(walk, folder)
  yield* listKeys(walk, keys, [identityOf(join(walk.root, folder))])
}

/** The folders directly in the folder that the prefix names, in byte order; its files go to `onObject`. */
export async function* listSubfolders(walk: Walk): AsyncGenerator<string> {
  for (const key of await keysIn(walk, walk.prefix)) {
    walk.signal?.throwIfAborted()
    if (compareKeys(key, walk.startAfter ?? '') <= 0) continue
    if (key.endsWith('/')) yield key
    else if (walk.onObject) {
      const object = describePath(walk.root, key)
      if (object) walk.onObject(object)
    }
  }
}

async function* listKeys(
  walk: Walk,
  keys: readonly string[],
  above: readonly string[],
): AsyncGenerator<StoredObject> {
  let stats = 0
  for (const key of keys) {
    walk.signal?.throwIfAborted()
    if (!isWanted(walk, key)) continue
    if (key.endsWith('/')) {
      yield* listFolder(walk, key, above)
      continue
    }
    const object = describePath(walk.root, key)
    if (object) yield object
    // A stat in this thread costs 3 us, by a promise 15. Breathe now and then.
    if (++stats % STATS_AT_ONCE === 0) await setImmediate()
  }
}

async function* listFolder(
  walk: Walk,
  key: string,
  above: readonly string[],
): AsyncGenerator<StoredObject> {
  const path = join(walk.root, key)
  const identity = identityOf(path)
  if (above.includes(identity)) return
  const keys = await keysIn(walk, key).catch((error: unknown) => {
    if (isErrno(error, 'EACCES')) return undefined
    throw error
  })
  if (keys) yield* listKeys(walk, keys, [...above, identity])
  else yield unreadable(path, key.slice(0, -1))
}

/** What a folder is, under whatever name: a link to one above is not followed. */
function identityOf(path: string): string {
  const stat = statOf(path)
  return `${stat?.dev}:${stat?.ino}`
}

/** A folder's key ends in `/`, which is where its objects sort: `a-b` < `a.b` < `a/`. */
async function keysIn(walk: Walk, folder: string): Promise<string[]> {
  walk.signal?.throwIfAborted()
  walk.onPage?.()
  const path = join(walk.root, folder)
  try {
    const entries = await readdir(path, { withFileTypes: true })
    return entries
      .filter((entry) => !isTempName(entry.name))
      .map((entry) => folder + entry.name + (isFolder(path, entry) ? '/' : ''))
      .toSorted(compareKeys)
  } catch (error) {
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR')) return []
    throw error
  }
}

function isFolder(path: string, entry: Dirent): boolean {
  if (!entry.isSymbolicLink()) return entry.isDirectory()
  return statOf(join(path, entry.name))?.isDirectory() ?? false
}

function isWanted({ prefix, startAfter }: Walk, key: string): boolean {
  const folder = key.endsWith('/')
  const inPrefix = key.startsWith(prefix) || (folder && prefix.startsWith(key))
  if (!inPrefix || startAfter === undefined) return inPrefix
  return (folder && startAfter.startsWith(key)) || compareKeys(key, startAfter) > 0
}

function describePath(root: string, key: string): StoredObject | undefined {
  const path = join(root, key)
  const stat = statOf(path)
  if (stat) return stat.isFile() ? describeFile(key, stat) : undefined
  return isGone(path) ? undefined : unreadable(path, key)
}

function unreadable(path: string, key: string): StoredObject {
  const stat = statOf(path, lstatSync)
  return { key, size: 0, etag: '', modified: stat ? Number(stat.mtimeMs) : 0 }
}

function isGone(path: string): boolean {
  try {
    lstatSync(path)
    return false
  } catch (error) {
    return isErrno(error, 'ENOENT')
  }
}

function statOf(path: string, stat: typeof statSync = statSync): BigIntStats | undefined {
  try {
    return stat(path, { bigint: true })
  } catch {
    return undefined
  }
}
