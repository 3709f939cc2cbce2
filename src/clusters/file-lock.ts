import { open, readFile, rm } from 'node:fs/promises'
import { sleep } from '../core/concurrency.js'
import { HeadrigError, isErrno } from '../core/errors.js'
import { isAlive, startOf, type ProcessId } from './process-id.js'

/**
 * Makes a file that only one process has at a time; the returned function gives it back. That of a process
 * that is gone is taken over.
 * @throws `conflict` when another process keeps it longer than `waitMs`; `ENOENT` without its folder
 */
export async function lockFile(path: string, waitMs = 10_000): Promise<() => Promise<void>> {
  const deadline = Date.now() + waitMs
  const me = JSON.stringify({ pid: process.pid, start: (await startOf(process.pid)) ?? '' })
  for (;;) {
    try {
      const file = await open(path, 'wx', 0o600)
      await file.writeFile(me)
      await file.close()
      return () => rm(path, { force: true })
    } catch (error) {
      if (!isErrno(error, 'EEXIST')) throw error
    }
    const holder = await holderOf(path)
    if (holder && !(await isAlive(holder))) await rm(path, { force: true })
    else if (Date.now() > deadline)
      throw new HeadrigError(
        'conflict',
        `${path} is held by process ${holder?.pid ?? 'unknown'}: try again when it is done`,
      )
    else await sleep(20)
  }
}

async function holderOf(path: string): Promise<ProcessId | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as ProcessId
  } catch {
    return undefined
  }
}
