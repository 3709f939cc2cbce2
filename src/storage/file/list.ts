import { lstatSync, statSync, type BigIntStats, type Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { isErrno } from '../../core/errors.js'
import { compareKeys } from '../key.js'
import type { ListOptions, StoredObject } from '../store.js'
import { describeFile } from './describe.js'
import { pathOf } from './path.js'
import { isTempName } from './write.js'

const STATS_AT_ONCE = 64

interface Walk extends ListOptions {
  readonly root: string
  readonly prefix: string
}

/** A folder whose files are being listed. */
interface Level {
  /** What is in it, in order. */
  readonly keys: readonly string[]
  next: number
  readonly identity: string
}

/**
 * Lists the files below a prefix in the byte order of their keys, reading a folder when the listing
 * gets there. Links are followed. What cannot be read (a dangling link, a folder without permission)
 * is listed as an object of no bytes: reading it says why, so that nothing is passed over.
 */
export async function* listFiles(walk: Walk): AsyncGenerator<StoredObject> {
  const folder = walk.prefix.slice(0, walk.prefix.lastIndexOf('/') + 1)
  const top = await keysIn(walk, folder)
  const levels: Level[] = [{ keys: top, next: 0, identity: identityOf(pathOf(walk.root, folder)) }]
  let stats = 0
  // One generator for all levels: one for each would hand every object up through all of them.
  for (let level = levels.at(-1); level; level = levels.at(-1)) {
    walk.signal?.throwIfAborted()
    const key = level.keys[level.next++]
    if (key === undefined) levels.pop()
    else if (!isWanted(walk, key)) continue
    else if (key.endsWith('/')) {
      const below = await enter(walk, key, levels)
      if (below === 'unreadable') yield unreadable(pathOf(walk.root, key), key.slice(0, -1))
      else if (below) levels.push(below)
    } else {
      const object = describePath(walk.root, key)
      if (object) yield object
      // A stat in this thread costs 3 us, by a promise 15. Breathe now and then.
      if (++stats % STATS_AT_ONCE === 0) await setImmediate()
    }
  }
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

/** Undefined for a link to a folder above. */
async function enter(
  walk: Walk,
  key: string,
  above: readonly Level[],
): Promise<Level | 'unreadable' | undefined> {
  const identity = identityOf(pathOf(walk.root, key))
  if (above.some((level) => level.identity === identity)) return undefined
  try {
    return { keys: await keysIn(walk, key), next: 0, identity }
  } catch (error) {
    if (isErrno(error, 'EACCES')) return 'unreadable'
    throw error
  }
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
  const path = pathOf(walk.root, folder)
  try {
    const entries = await readdir(path, { withFileTypes: true })
    return entries
      .filter((entry) => !isTempName(entry.name))
      .map((entry) => entry.name + (isFolder(path, entry) ? '/' : ''))
      .toSorted(compareKeys)
      .map((name) => folder + name)
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
  const path = pathOf(root, key)
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
    return stat(path, { bigint: true, throwIfNoEntry: false })
  } catch {
    return undefined
  }
}
