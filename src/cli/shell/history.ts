import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Environment } from '../../core/config-settings.js'

const MOST = 1000

/** Lines that were typed, on disk, readable by the user alone. */
export interface History {
  /** Newest first, as readline wants them. */
  readonly lines: readonly string[]
  /** Keeps a line; a disk that refuses is no reason to stop. */
  add(line: string): Promise<void>
}

/** Where the history of this user is. */
export function historyPath(env: Environment): string {
  const state = env['XDG_STATE_HOME'] || join(env['HOME'] || homedir(), '.local', 'state')
  return join(state, 'headrig', 'history')
}

/** Opens the history, cut to its newest lines. */
export async function openHistory(path: string): Promise<History> {
  const all = (await readFile(path, 'utf8').catch(() => '')).split('\n').filter(Boolean)
  if (all.length > 2 * MOST) {
    await writeFile(path, `${all.slice(-MOST).join('\n')}\n`, { mode: 0o600 }).catch(
      () => undefined,
    )
  }
  return {
    lines: all.slice(-MOST).reverse(),
    async add(line) {
      try {
        await mkdir(dirname(path), { recursive: true, mode: 0o700 })
        await appendFile(path, `${line}\n`, { mode: 0o600 })
      } catch {
        return
      }
    },
  }
}
