import { randomUUID } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { HeadrigError, isErrno, messageOf } from '../../core/errors.js'

/**
 * Writes a file that appears, readable by its owner only, once it is complete: `fill` gets the path of
 * a temporary file beside it. Nothing is left behind on failure.
 */
export async function writeWhole(
  path: string,
  fill: (temp: string) => Promise<void>,
): Promise<void> {
  const temp = join(dirname(path), `.${basename(path)}.${randomUUID()}.part`)
  try {
    await (await open(temp, 'wx', 0o600)).close()
    await fill(temp)
    await rename(temp, path)
  } catch (error) {
    await rm(temp, { force: true }).catch(() => undefined)
    if (error instanceof HeadrigError || !('code' in (error as object))) throw error
    const kind = isErrno(error, 'EACCES') || isErrno(error, 'EPERM') ? 'forbidden' : 'invalid'
    throw new HeadrigError(
      isErrno(error, 'ENOSPC') ? 'unavailable' : kind,
      `cannot write ${path}: ${messageOf(error)}`,
      { cause: error },
    )
  }
}

/** Writes text to a file as `writeWhole` does, piece by piece. */
export async function writeText(path: string, text: AsyncIterable<string>): Promise<void> {
  await writeWhole(path, async (temp) => {
    const file = await open(temp, 'w', 0o600)
    try {
      for await (const piece of text) await file.appendFile(piece)
      await file.sync()
    } finally {
      await file.close()
    }
  })
}
