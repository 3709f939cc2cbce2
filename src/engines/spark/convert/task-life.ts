import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const LOOK_MS = 500

/** What a program that an executor runs owns, for as long as the executor lives. */
export interface TaskLife {
  /** A folder of its own, which goes with it. */
  readonly scratch: string
  /** At once: an orderly exit would wait for a thread that hangs in a file system. */
  readonly die: () => void
}

/** Ends this process with the executor that started it, and its folder with this process. */
export function startTaskLife(prefix: string): TaskLife {
  const parent = process.ppid
  const scratch = mkdtempSync(join(process.cwd(), prefix))
  const clear = (): void => rmSync(scratch, { recursive: true, force: true })
  const die = (): void => {
    clear()
    process.kill(process.pid, 'SIGKILL')
  }
  process.on('exit', clear)
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, die)
  setInterval(() => {
    if (process.ppid !== parent) die()
  }, LOOK_MS).unref()
  return { scratch, die }
}
