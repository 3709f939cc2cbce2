import { close, constants, fstat, open, read } from 'node:fs'
import { allocate } from '../bytes.js'
import type { GetOptions } from '../store.js'

// Opening a pipe that nobody writes to would wait for ever without O_NONBLOCK.
const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK

/**
 * Reads a regular file, or the part of a range that lies inside it, into memory of its own.
 * Callbacks cost a third of what promises cost here, which tells with 100,000 small files.
 * @throws Node's system errors; `EISDIR` and `ENXIO` for what is no regular file.
 */
export function readRegular(path: string, range: GetOptions['range']): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    open(path, FLAGS, (openError, fd) => {
      if (openError) return reject(openError)
      const finish = (error: Error | null, bytes?: Uint8Array): void =>
        close(fd, () => (bytes ? resolve(bytes) : reject(error ?? new Error('no bytes'))))
      fstat(fd, (error, stat) => {
        if (error) return finish(error)
        if (stat.isDirectory()) return finish(systemError('EISDIR', path))
        if (!stat.isFile()) return finish(systemError('ENXIO', path))
        const start = Math.min(range?.start ?? 0, stat.size)
        const end = Math.min(range?.end ?? stat.size, stat.size)
        try {
          fill(fd, allocate(end - start, path), 0, start, finish)
        } catch (thrown) {
          finish(thrown as Error)
        }
      })
    })
  })
}

function fill(
  fd: number,
  bytes: Uint8Array,
  done: number,
  start: number,
  finish: (error: Error | null, bytes?: Uint8Array) => void,
): void {
  if (done === bytes.length) return finish(null, bytes)
  read(fd, bytes, done, bytes.length - done, start + done, (error, count) => {
    if (error) return finish(error)
    if (count === 0) return finish(null, bytes.slice(0, done))
    fill(fd, bytes, done + count, start, finish)
  })
}

function systemError(code: string, path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${path}`), { code })
}
