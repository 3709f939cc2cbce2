import { readdirSync, readFileSync } from 'node:fs'

/** What a group of processes cost while something ran. */
export interface Metered<T> {
  readonly result: T
  readonly cpuSeconds: number
  /** The most that all of them held at one moment. */
  readonly peakRssBytes: number
}

const TICK = 100
const EVERY_MS = 100

/**
 * Watches processes and all their descendants while `work` runs. CPU time of a process that starts and
 * ends within 100 ms is not seen.
 */
export async function metered<T>(
  roots: readonly number[],
  work: () => Promise<T>,
): Promise<Metered<T>> {
  const before = new Map(tree(roots).map(({ pid, cpu }) => [pid, cpu]))
  const last = new Map<number, number>()
  let peakRssBytes = 0
  const sample = (): void => {
    const now = tree(roots)
    for (const { pid, cpu } of now) last.set(pid, cpu)
    peakRssBytes = Math.max(
      peakRssBytes,
      now.reduce((sum, p) => sum + p.rss, 0),
    )
  }
  const timer = setInterval(sample, EVERY_MS)
  try {
    const result = await work()
    sample()
    const cpuSeconds = [...last].reduce((sum, [pid, cpu]) => sum + cpu - (before.get(pid) ?? 0), 0)
    return { result, cpuSeconds, peakRssBytes }
  } finally {
    clearInterval(timer)
  }
}

interface Process {
  readonly pid: number
  readonly parent: number
  readonly rss: number
  readonly cpu: number
}

function tree(roots: readonly number[]): Process[] {
  const all = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? read(name) : []))
  const wanted = new Set(roots)
  for (let size = -1; size !== wanted.size;) {
    size = wanted.size
    for (const { pid, parent } of all) if (wanted.has(parent)) wanted.add(pid)
  }
  return all.filter(({ pid }) => wanted.has(pid))
}

function read(pid: string): Process[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    const [parent = 0, user = 0, system = 0] = [1, 11, 12].map((i) => fields[i])
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1])
    return [{ pid: Number(pid), parent, rss: pages * 4096, cpu: (user + system) / TICK }]
  } catch {
    return []
  }
}
