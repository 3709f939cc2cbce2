import { HeadrigError, type ErrorKind } from '../../core/errors.js'

const KINDS: Readonly<Record<string, readonly [ErrorKind, string]>> = {
  ENOENT: ['not-found', 'no file'],
  ENOTDIR: ['not-found', 'no file'],
  EISDIR: ['not-found', 'a folder, not a file:'],
  ENXIO: ['not-found', 'not a regular file:'],
  EACCES: ['forbidden', 'no permission (grant this user access) for'],
  EPERM: ['forbidden', 'no permission (grant this user access) for'],
  EROFS: ['forbidden', 'the file system is read-only (choose another place) for'],
  ENOSPC: ['unavailable', 'the disk is full (free some space, then repeat) for'],
  EDQUOT: ['unavailable', 'the disk quota is used up (free some space, then repeat) for'],
  EMFILE: ['unavailable', 'too many open files (raise "ulimit -n") for'],
  ENFILE: ['unavailable', 'too many open files on this machine (close some) for'],
  EIO: ['unavailable', 'the disk failed (check it) on'],
  ESTALE: ['unavailable', 'the network file system lost (repeat) the file'],
  ETIMEDOUT: ['unavailable', 'the file system did not answer (repeat) for'],
  EBUSY: ['unavailable', 'busy (repeat):'],
  ELOOP: ['invalid', 'links in a circle (remove one) at'],
  ENAMETOOLONG: ['invalid', 'the name is too long for this file system:'],
  EILSEQ: ['invalid', 'this file system cannot hold the name'],
  EINVAL: ['invalid', 'this file system refuses the name'],
}

/** Says what a system error means for a path; anything else is passed through. */
export function fileError(error: unknown, path: string): unknown {
  if (error instanceof HeadrigError || !(error instanceof Error)) return error
  const code = (error as NodeJS.ErrnoException).code
  if (code === undefined || error.name === 'AbortError') return error
  const [kind, what] = KINDS[code] ?? ['internal', `${code} on`]
  return new HeadrigError(kind, `${what} ${JSON.stringify(path)}`, {
    cause: error,
    details: { code, path },
  })
}
