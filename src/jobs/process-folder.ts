import { chmod, lchown, mkdir, open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { SystemUser } from '../core/system-user.js'
import { workFolder } from './environment.js'

/** The logs of a step, in the folder of its attempt. */
export const LOGS = ['controller', 'syslog', 'stdout', 'stderr'] as const

/**
 * Makes the folder of an attempt: its logs, and the work folder that is the step's own. With a user of its own the
 * step can fill its work folder and its syslog, but put nothing in the place of a log.
 */
export async function makeAttemptFolder(folder: string, user?: SystemUser): Promise<void> {
  const work = workFolder(folder)
  const syslog = join(folder, 'syslog')
  await mkdir(join(work, 'tmp'), { recursive: true, mode: user ? 0o711 : 0o700 })
  await (await open(syslog, 'a', 0o600)).close()
  if (!user) return
  await chmod(folder, 0o711)
  await lchown(syslog, user.uid, user.gid)
}

/** Gives a user all that is in the work folder, before anything runs there. */
export async function handOver(folder: string, { uid, gid }: SystemUser): Promise<void> {
  const work = workFolder(folder)
  for (const entry of await readdir(work, { withFileTypes: true, recursive: true }))
    await lchown(join(entry.parentPath, entry.name), uid, gid)
  await lchown(work, uid, gid)
  await chmod(work, 0o700)
}

/** Removes the work folder; the logs stay. */
export function removeWork(folder: string): Promise<void> {
  return rm(workFolder(folder), { recursive: true, force: true, maxRetries: 3 })
}
