import { execFile } from 'node:child_process'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { HeadrigError, isErrno, messageOf } from '../../core/errors.js'

const PARTS = ['deps/jars', 'deps/bin', 'deps/sbin', 'deps/licenses', 'lib', 'LICENSE', 'NOTICE']

/**
 * Unpacks what runs Spark from the archive of `pyspark`, in the layout of a Spark of its own. The folder must
 * not be there yet.
 * @throws `unavailable` without a `tar` program, or when the archive is not as it was
 */
export async function unpackSpark(
  archive: string,
  folder: string,
  version: string,
  signal: AbortSignal,
): Promise<void> {
  const root = `pyspark-${version}`
  const raw = `${folder}.raw`
  await rm(raw, { recursive: true, force: true })
  await mkdir(raw, { recursive: true })
  const members = PARTS.map((part) => `${root}/${part}`)
  const flags = ['--exclude', 'connect-repl', '--no-same-owner']
  try {
    await promisify(execFile)('tar', ['-xzf', archive, '-C', raw, ...flags, ...members], { signal })
    await rename(join(raw, root, 'deps'), folder)
    await mkdir(join(folder, 'python'))
    await rename(join(raw, root, 'lib'), join(folder, 'python', 'lib'))
    for (const name of ['LICENSE', 'NOTICE'])
      await rename(join(raw, root, name), join(folder, name))
  } catch (error) {
    if (signal.aborted) throw signal.reason
    const what = isErrno(error, 'ENOENT') ? 'is there a tar program?' : messageOf(error)
    throw new HeadrigError('unavailable', `cannot unpack ${archive}: ${what}`, { cause: error })
  } finally {
    await rm(raw, { recursive: true, force: true })
  }
}
