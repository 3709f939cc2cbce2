import { execFile } from 'node:child_process'
import { chmod, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { HeadrigError } from '../core/errors.js'
import type { SystemUser } from '../core/system-user.js'

const run = promisify(execFile)
const ID = '/usr/bin/id'

/** Folders of the data folder that lead to what steps need; their other contents stay the owner's. */
const WAYS = ['.', 'emr', 'emr/steps', 'emr/nodes', 'emr/hdfs', 'clusters', 'engines']

/**
 * The account that steps run as, with ways to their folders.
 * @param name of an account of the system
 * @param dataFolder of the server
 * @throws HeadrigError `invalid` when there is no such account, when it is root, when only root could change to it,
 * and when it cannot get to the data folder
 */
export async function stepUser(name: string, dataFolder: string): Promise<SystemUser> {
  if (process.getuid?.() !== 0)
    throw new HeadrigError(
      'invalid',
      `only root can run steps as ${name}: leave server.step_user out, or start headrig as root`,
    )
  const number = async (option: string): Promise<number> =>
    Number((await run(ID, [option, '--', name])).stdout)
  const [uid, gid] = await Promise.all([number('-u'), number('-g')]).catch((error: unknown) => {
    throw new HeadrigError(
      'invalid',
      `there is no account ${name} for steps: make it, or set server.step_user`,
      { cause: error },
    )
  })
  if (uid === 0)
    throw new HeadrigError(
      'invalid',
      `steps must not run as ${name}, who is root: set server.step_user to another account`,
    )
  for (const way of WAYS) {
    const folder = join(dataFolder, way)
    await mkdir(folder, { recursive: true, mode: 0o711 })
    await chmod(folder, 0o711)
  }
  const steps = join(dataFolder, 'emr', 'steps')
  await run('/bin/sh', ['-c', 'cd "$0"', steps], { uid, gid, cwd: '/' }).catch((error: unknown) => {
    throw new HeadrigError(
      'invalid',
      `${name} cannot get to ${steps}: put the data folder where others may enter (--data)`,
      { cause: error },
    )
  })
  return { uid, gid }
}
