import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { HeadrigError, isErrno, messageOf } from '../../core/errors.js'

/**
 * The 32 bytes that all secrets are sealed with, from a file of 64 hex digits that only its owner
 * may read; made when it is not there.
 * @throws HeadrigError `unavailable` for a file that is something else, or that others can read
 */
export function loadMasterKey(path: string): Buffer {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  try {
    const made = randomBytes(32)
    writeFileSync(path, `${made.toString('hex')}\n`, { mode: 0o600, flag: 'wx' })
    return made
  } catch (error) {
    if (!isErrno(error, 'EEXIST'))
      throw new HeadrigError(
        'unavailable',
        `cannot make the master key ${path}: ${messageOf(error)}; set HEADRIG_MASTER_KEY_FILE`,
        { cause: error },
      )
  }
  const mode = statSync(path).mode & 0o777
  if ((mode & 0o077) !== 0)
    throw new HeadrigError(
      'unavailable',
      `the master key ${path} has mode ${mode.toString(8)}: others can use it, chmod it to 600`,
    )
  const text = readFileSync(path, 'utf8').trim()
  if (!/^[0-9a-f]{64}$/i.test(text))
    throw new HeadrigError(
      'unavailable',
      `the master key ${path} is not 64 hex digits: give the file that the keys were made with`,
    )
  return Buffer.from(text, 'hex')
}
