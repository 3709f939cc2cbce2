import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { HeadrigError, isErrno, messageOf } from '../../core/errors.js'
import { openStore } from '../../storage/open.js'
import type { LakeContext } from '../context.js'
import { manifestOf, SUCCESS } from './manifest.js'
import { type Place, placeOf } from './place.js'
import { isMarkAlive, markKey, startMark } from './write-mark.js'
import type { WrittenRows } from './written-rows.js'

/**
 * Puts a folder in place of another: it is written beside it, made durable, and renamed. A reader sees all
 * of the old folder or all of the new one, or for the moment between two renames none.
 */
export async function replaceLocalDirectory(
  path: string,
  write: (staging: Place) => Promise<WrittenRows>,
  context: LakeContext,
): Promise<WrittenRows> {
  const names = new Names(path)
  await mkdir(names.parent, { recursive: true, mode: 0o700 })
  const store = openStore(names.parent)
  await recoverLocalDirectory(path)
  const mark = await startMark(store, names.prefix)
  const staging = names.staging(mark.id)
  try {
    await mkdir(staging, { mode: 0o700 })
    const written = await write(placeOf(staging, context))
    await openStore(staging).put(SUCCESS, manifestOf(mark.id, '', written))
    for (const folder of await foldersOf(staging)) await syncFolder(folder)
    await swap(staging, path, (n) => names.old(mark.id, n))
    await syncFolder(names.parent)
    return written
  } finally {
    await finish(names, mark.id)
    await removeOf(names, mark.id)
    await mark.remove()
  }
}

/** Finishes or undoes what writers that are gone left beside a folder. */
export async function recoverLocalDirectory(path: string): Promise<void> {
  const names = new Names(path)
  const store = openStore(names.parent)
  for (const id of await names.ids()) {
    if (await isMarkAlive(store, markKey(names.prefix, id))) continue
    await finish(names, id)
    await removeOf(names, id)
    await store.delete(markKey(names.prefix, id))
  }
}

/** A writer that ended between its two renames left no folder there at all. */
async function finish(names: Names, id: string): Promise<void> {
  if (await exists(names.path)) return
  const [old] = await names.olds(id)
  if (old === undefined) return
  const staging = names.staging(id)
  await rename((await exists(join(staging, SUCCESS))) ? staging : old, names.path)
  await syncFolder(names.parent)
}

async function removeOf(names: Names, id: string): Promise<void> {
  for (const folder of [names.staging(id), ...(await names.olds(id))]) {
    await rm(folder, { recursive: true, force: true })
  }
}

async function swap(staging: string, path: string, old: (n: number) => string): Promise<void> {
  for (let n = 0; ; n++) {
    try {
      // Takes the place of an empty folder, too.
      await rename(staging, path)
      return
    } catch (error) {
      if (!isErrno(error, 'ENOTEMPTY') && !isErrno(error, 'EEXIST')) throw told(error, path)
    }
    await rename(path, old(n)).catch((error: unknown) => {
      if (!isErrno(error, 'ENOENT')) throw told(error, path)
    })
  }
}

function told(error: unknown, path: string): unknown {
  if (isErrno(error, 'ENOTDIR')) {
    return new HeadrigError('conflict', `${path} is a file: name a folder`, { cause: error })
  }
  if (!isErrno(error, 'EBUSY') && !isErrno(error, 'EXDEV')) return error
  return new HeadrigError(
    'invalid',
    `${path} cannot be replaced as a whole (${messageOf(error)}): name a folder below it`,
    { cause: error },
  )
}

/** What lies beside a folder while it is replaced. */
class Names {
  readonly path: string
  readonly parent: string
  readonly prefix: string

  constructor(path: string) {
    this.path = path
    this.parent = dirname(path)
    this.prefix = `.${basename(path)}.`
  }

  staging(id: string): string {
    return join(this.parent, `${this.prefix}_headrig-${id}.new`)
  }

  old(id: string, n: number): string {
    return join(this.parent, `${this.prefix}_headrig-${id}.old${n}`)
  }

  async olds(id: string): Promise<string[]> {
    const own = `${this.prefix}_headrig-${id}.old`
    const found = (await readdir(this.parent)).filter((name) => name.startsWith(own))
    // The last one is the newest.
    return found
      .toSorted()
      .toReversed()
      .map((name) => join(this.parent, name))
  }

  /** Of every write that left something. */
  async ids(): Promise<Set<string>> {
    const found = new Set<string>()
    for (const name of await readdir(this.parent).catch(() => [])) {
      if (!name.startsWith(this.prefix)) continue
      const [, id] =
        /^_headrig-(?:write-)?([0-9a-f-]{36})\.(?:json|new|old\d+)$/.exec(
          name.slice(this.prefix.length),
        ) ?? []
      if (id !== undefined) found.add(id)
    }
    return found
  }
}

async function foldersOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const inner = entries.filter((e) => e.isDirectory()).map((e) => join(e.parentPath, e.name))
  return [...inner, folder]
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
