import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { isErrno } from '../../core/errors.js'
import type { PinnedFile } from './release.js'

/** The SHA-256 of a file, in hex. */
export async function sha256Of(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20, signal })) {
    hash.update(chunk as Buffer)
  }
  return hash.digest('hex')
}

/** Whether a file is there and is the one that is meant. */
export async function isPinned(
  path: string,
  pinned: PinnedFile,
  signal?: AbortSignal,
): Promise<boolean> {
  try {
    const { size } = await stat(path)
    return size === pinned.bytes && (await sha256Of(path, signal)) === pinned.sha256
  } catch (error) {
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR')) return false
    throw error
  }
}
