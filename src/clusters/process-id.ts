import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { sleep } from '../core/concurrency.js'
import { isErrno } from '../core/errors.js'

/** A process that cannot be mistaken for a later one with the same number. */
export interface ProcessId {
  readonly pid: number
  /** When it started, in the machine's own words; with the boot where the words start anew at each. */
  readonly start: string
}

/** When a living process started, else undefined: also for one that is dead and not yet buried. */
export async function startOf(pid: number): Promise<string | undefined> {
  if (process.platform !== 'linux') return startByPs(pid)
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state, ticks] = [fields[0], fields[19]]
  return ticks === undefined || state === 'Z' || state === 'X'
    ? undefined
    : `${ticks}@${await bootId()}`
}

/** Whether that very process lives. */
export async function isAlive(id: ProcessId): Promise<boolean> {
  return (await startOf(id.pid)) === id.start
}

/** Sends a signal to that very process, or to its group. False when it is gone. */
export async function signalProcess(
  id: ProcessId,
  signal: NodeJS.Signals,
  group = false,
): Promise<boolean> {
  return (await isAlive(id)) && kill(group ? -id.pid : id.pid, signal)
}

/** Waits for the end of processes; gives those that still live when the time is up. */
export async function awaitEnd(
  ids: readonly ProcessId[],
  timeoutMs: number,
): Promise<readonly ProcessId[]> {
  const deadline = Date.now() + timeoutMs
  let left = ids
  for (;;) {
    const alive = await Promise.all(left.map(isAlive))
    left = left.filter((_, i) => alive[i])
    if (left.length === 0 || Date.now() >= deadline) return left
    await sleep(50)
  }
}

/**
 * The processes that were started with this variable: found even when their parent is gone. Linux only,
 * elsewhere none. Those of other users are not seen.
 */
export async function processesWith(variable: string, value: string): Promise<ProcessId[]> {
  if (process.platform !== 'linux') return []
  const wanted = `\0${variable}=${value}\0`
  const found: ProcessId[] = []
  for (const name of await readdir('/proc')) {
    const pid = Number(name)
    if (!Number.isSafeInteger(pid) || pid === process.pid) continue
    const environment = await readFile(`/proc/${name}/environ`, 'latin1').catch(() => '')
    if (!`\0${environment}`.includes(wanted)) continue
    const start = await startOf(pid)
    if (start !== undefined) found.push({ pid, start })
  }
  return found
}

/** A process, and the one that started it. */
export interface Member {
  readonly pid: number
  readonly parent: number
}

/** The processes of a group, its leader included. Linux only, elsewhere none. */
export async function processesOfGroup(leader: number): Promise<Member[]> {
  if (process.platform !== 'linux') return []
  const members: Member[] = []
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '')
    const [state, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (Number(group) === leader && state !== 'Z' && state !== 'X')
      members.push({ pid: Number(name), parent: Number(parent) })
  }
  return members
}

function kill(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal)
  } catch (error) {
    if (isErrno(error, 'ESRCH')) return false
    throw error
  }
}

let boot: Promise<string> | undefined

function bootId(): Promise<string> {
  boot ??= readFile('/proc/sys/kernel/random/boot_id', 'utf8').then(
    (text) => text.slice(0, 8),
    () => '',
  )
  return boot
}

async function startByPs(pid: number): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      env: { PATH: '/bin:/usr/bin', LC_ALL: 'C' },
    })
    const [, state = '', start = ''] = /^\s*(\S+)\s+(.+?)\s*$/.exec(stdout) ?? []
    return start === '' || state.startsWith('Z') ? undefined : start.replaceAll(/\s+/g, '_')
  } catch {
    return undefined
  }
}
