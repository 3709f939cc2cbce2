import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'

/** What one run of a command cost. */
export interface Run {
  readonly seconds: number
  /** CPU time of the process and its threads. */
  readonly cpuSeconds: number
  /** The most resident memory, of the process itself. */
  readonly peakRssBytes: number
  readonly stdout: string
}

const TICK = 100

/**
 * Runs a command to its end. Memory is the kernel's own high-water mark, read every 15 ms; CPU time
 * is of the last reading. A shell pipeline's parts are added up. Throws when the command fails.
 */
export async function run(
  command: readonly string[],
  env: Record<string, string> = {},
): Promise<Run> {
  const [program = '', ...args] = command
  const started = performance.now()
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const usage = new Map<number, { rss: number; cpu: number }>()
  const sample = (): void => {
    for (const pid of family(child.pid ?? 0)) {
      const [now, before] = [read(pid), usage.get(pid)]
      // A process that has ended still tells its CPU time, but no memory.
      if (now) usage.set(pid, { cpu: now.cpu, rss: Math.max(now.rss, before?.rss ?? 0) })
    }
  }
  sample()
  const timer = setInterval(sample, 15)
  const [code] = (await once(child, 'close')) as [number | null]
  clearInterval(timer)
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}: ${stderr.slice(-2000)}`)
  const seconds = (performance.now() - started) / 1000
  const all = [...usage.values()]
  return {
    seconds,
    cpuSeconds: all.reduce((sum, u) => sum + u.cpu, 0),
    peakRssBytes: all.reduce((sum, u) => sum + u.rss, 0),
    stdout,
  }
}

function family(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
    return [pid, ...(children === '' ? [] : children.split(' ').flatMap((c) => family(Number(c))))]
  } catch {
    return [pid]
  }
}

function read(pid: number): { rss: number; cpu: number } | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const rss = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return { rss, cpu: (Number(fields[11]) + Number(fields[12])) / TICK }
  } catch {
    return undefined
  }
}

/** The middle value; of an even count the mean of the two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const low = sorted[Math.ceil(middle) - 1] ?? Number.NaN
  const high = sorted[Math.floor(middle)] ?? low
  return (low + high) / 2
}
