import { readdir, readFile } from 'node:fs/promises'
import { sleep } from '../core/concurrency.js'
import { isErrno } from '../core/errors.js'
import { processesWith, signalProcess, startOf, type ProcessId } from '../clusters/process-id.js'
import { STEP_VARIABLE } from './environment.js'

const ROUNDS = 40

/**
 * Ends every process of a step by SIGKILL: its group, the children of its processes, and those that left both
 * but kept the step's variable. Linux; elsewhere the group only.
 * @param leader the process that leads the group, if it is known
 * @returns how many still live: those that the system does not let go, or that are started faster than they are killed
 */
export async function killTree(step: string, leader?: number): Promise<number> {
  for (let round = 0; round < ROUNDS; round++) {
    const found = await membersOf(step, leader)
    if (process.platform !== 'linux' && leader !== undefined && round === 0) signalGroup(leader)
    if (found.length === 0) return 0
    // One that took another user's rights (sudo) cannot be killed: it is counted in the end.
    await Promise.allSettled(found.map((id) => signalProcess(id, 'SIGKILL')))
    await sleep(25)
  }
  return (await membersOf(step, leader)).length
}

/** Sends a signal to a group of processes. False when none is left. */
export function signalGroup(leader: number, signal: NodeJS.Signals = 'SIGKILL'): boolean {
  try {
    return process.kill(-leader, signal)
  } catch (error) {
    // macOS answers EPERM for a group that has nobody but the dead.
    if (isErrno(error, 'ESRCH') || isErrno(error, 'EPERM')) return false
    throw error
  }
}

async function membersOf(step: string, leader: number | undefined): Promise<ProcessId[]> {
  const marked = await processesWith(STEP_VARIABLE, step)
  const found = new Map(marked.map((id) => [id.pid, id]))
  const all = await processTable()
  const wanted = new Set(found.keys())
  for (const { pid, group } of all) if (leader !== undefined && group === leader) wanted.add(pid)
  for (let before = -1; before !== wanted.size;) {
    before = wanted.size
    for (const { pid, parent } of all) if (wanted.has(parent)) wanted.add(pid)
  }
  for (const pid of wanted) {
    if (found.has(pid)) continue
    const start = await startOf(pid)
    if (start !== undefined) found.set(pid, { pid, start })
  }
  return [...found.values()]
}

interface Row {
  readonly pid: number
  readonly parent: number
  readonly group: number
}

async function processTable(): Promise<Row[]> {
  if (process.platform !== 'linux') return []
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const rows = await Promise.all(
    names.map(async (name): Promise<Row[]> => {
      const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '')
      const [state, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return stat === '' || state === 'Z' || state === 'X'
        ? []
        : [{ pid: Number(name), parent: Number(parent), group: Number(group) }]
    }),
  )
  return rows.flat()
}
