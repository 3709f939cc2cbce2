import { randomUUID } from 'node:crypto'
import { copyFile, link, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { HeadrigError, isErrno } from '../../core/errors.js'
import { fileError } from './errors.js'
import { syncFolder } from './sync-folder.js'

const TEMP = '.headrig-tmp-'
const ATTEMPTS = 5

/** True for the name of a file that is still being written. */
export function isTempName(name: string): boolean {
  return name.startsWith(TEMP)
}

/** Writes the whole file under another name, makes it durable, then renames it. */
export async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  const temp = await writeTemp(path, bytes)
  await orRemove(temp, () => rename(temp, path))
  await syncNames(dirname(path))
}

/** As `replaceFile`, but only if nothing has that name; false when something has. */
export async function createFile(path: string, bytes: Uint8Array): Promise<boolean> {
  const temp = await writeTemp(path, bytes)
  try {
    await link(temp, path)
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false
    if (['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].some((code) => isErrno(error, code)))
      throw new HeadrigError(
        'invalid',
        `the file system of ${JSON.stringify(path)} has no hard links, so two writers could overwrite each other: keep the lake on another`,
        { cause: error },
      )
    throw error
  } finally {
    await rm(temp, { force: true })
  }
  await syncNames(dirname(path))
  return true
}

/** Moves a finished file here and makes it durable; across file systems it is copied first. */
export async function adoptFile(source: string, path: string): Promise<void> {
  await sync(source).catch((error: unknown) => {
    throw fileError(error, source)
  })
  try {
    await inFolder(path, () => rename(source, path))
  } catch (error) {
    if (!isErrno(error, 'EXDEV')) throw error
    await adoptCopy(source, path)
  }
  await syncNames(dirname(path))
}

/** The way of `adoptFile` across file systems: a reader still sees all of the file or none. */
export async function adoptCopy(source: string, path: string): Promise<void> {
  const temp = tempFor(path)
  await inFolder(path, () => orRemove(temp, () => copyFile(source, temp)))
  await orRemove(temp, async () => {
    await sync(temp)
    await rename(temp, path)
  })
  await rm(source)
}

async function writeTemp(path: string, bytes: Uint8Array): Promise<string> {
  const temp = tempFor(path)
  await inFolder(path, () =>
    orRemove(temp, async () => {
      const file = await open(temp, 'wx', 0o600)
      try {
        await file.writeFile(bytes)
        await file.sync()
      } finally {
        await file.close()
      }
    }),
  )
  return temp
}

function tempFor(path: string): string {
  return join(dirname(path), `${TEMP}${randomUUID()}`)
}

// Another process may remove a folder as empty between our making it and our writing to it.
async function inFolder(path: string, write: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await write()
    } catch (error) {
      if (!isErrno(error, 'ENOENT') || attempt === ATTEMPTS) throw error
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    }
  }
}

async function orRemove<T>(temp: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step()
  } catch (error) {
    await rm(temp, { force: true }).catch(() => undefined)
    throw error
  }
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.chmod(0o600)
    await file.sync()
  } finally {
    await file.close()
  }
}

// A name is durable once its folder is; some file systems cannot sync one, and then need not.
async function syncNames(path: string): Promise<void> {
  try {
    await syncFolder(path)
  } catch (error) {
    if (!['EINVAL', 'EISDIR', 'EACCES', 'EPERM', 'ENOENT'].some((code) => isErrno(error, code)))
      throw error
  }
}
