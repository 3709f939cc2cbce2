import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { HeadrigError, isErrno, messageOf } from '../../core/errors.js'
import { syncFolder } from '../../storage/file/sync-folder.js'
import { openStore } from '../../storage/open.js'
import type { LakeContext } from '../context.js'
import { manifestOf, SUCCESS } from './manifest.js'
import { type Place, placeOf } from './place.js'
import { isMarkAlive, startMark } from './write-mark.js'
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
  const mark = await startMark(store, (id) => names.mark(id))
  const staging = names.staging(mark.id)
  try {
    await mkdir(staging, { mode: 0o700 })
    const written = await write(placeOf(staging, context))
    await openStore(staging).put(SUCCESS, manifestOf(mark.id, '', written))
    for (const folder of await foldersOf(staging)) await syncFolder(folder)
    await swap(staging, path, (n) => names.old(mark.id, n))
    await syncFolder(names.parent)
    return written
  } catch (error) {
    await finish(names, mark.id)
    throw error
  } finally {
    await removeOf(names, mark.id)
    await mark.remove()
  }
}

/** Finishes or undoes what writers that are gone left beside a folder. */
export async function recoverLocalDirectory(path: string): Promise<void> {
  const names = new Names(path)
  const store = openStore(names.parent)
  for (const id of await names.ids()) {
    if ((await isMarkAlive(store, names.mark(id))) || (await isNew(names, id))) continue
    await finish(names, id)
    await removeOf(names, id)
  }
}

const STARTING_MS = 60_000

/** A writer that is just starting has no mark yet. */
async function isNew(names: Names, id: string): Promise<boolean> {
  if (await exists(join(names.parent, names.mark(id)))) return false
  const found = await stat(names.own(id)).catch(() => undefined)
  return found !== undefined && Date.now() - found.mtimeMs < STARTING_MS
}

/** A writer that ended between its two renames left no folder there at all. */
async function finish(names: Names, id: string): Promise<void> {
  if (await exists(names.path)) return
  const [old] = await names.olds(id)
  if (old === undefined) return
  const staging = names.staging(id)
  const whole = (await exists(join(staging, SUCCESS))) ? staging : old
  await rename(whole, names.path).catch((error: unknown) => {
    // Another writer's is there by now.
    if (!isErrno(error, 'ENOTEMPTY') && !isErrno(error, 'EEXIST')) throw error
  })
  await syncFolder(names.parent)
}

async function removeOf(names: Names, id: string): Promise<void> {
  // A folder that is half removed must not be taken for one to go back to.
  for (const [n, old] of (await names.olds(id)).entries()) {
    await rename(old, names.gone(id, n)).catch(() => undefined)
  }
  await rm(names.own(id), { recursive: true, force: true })
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
    this.prefix = `.${basename(path)}._headrig-`
  }

  /** The folder of a write; all that it makes is in there until it is done. */
  own(id: string): string {
    return join(this.parent, `${this.prefix}${id}`)
  }

  mark(id: string): string {
    return `${this.prefix}${id}/write.json`
  }

  staging(id: string): string {
    return join(this.own(id), 'new')
  }

  old(id: string, n: number): string {
    return join(this.own(id), `old${String(n).padStart(6, '0')}`)
  }

  gone(id: string, n: number): string {
    return join(this.own(id), `gone${n}`)
  }

  /** The newest first. */
  async olds(id: string): Promise<string[]> {
    const found = await readdir(this.own(id)).catch(() => [])
    const olds = found.filter((name) => name.startsWith('old'))
    return olds
      .toSorted()
      .toReversed()
      .map((name) => join(this.own(id), name))
  }

  /** Of every write that left something. */
  async ids(): Promise<string[]> {
    const found = await readdir(this.parent).catch(() => [])
    return found
      .filter((name) => name.startsWith(this.prefix))
      .map((name) => name.slice(this.prefix.length))
      .filter((id) => /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(id))
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
