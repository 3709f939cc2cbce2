import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'

/** A log may lie where a step can put a link or a pipe in its place: neither is followed. */
export async function openLog(path: string): Promise<FileHandle | undefined> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants
  return open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(() => undefined)
}
