import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { silentLogger } from '../../src/core/logger.js'
import type { DuckDbEngine } from '../../src/engines/duckdb/open.js'
import type { ConvertedBatch, ConvertRequest, SourceObject } from '../../src/engines/engine.js'
import { SparkConverter } from '../../src/engines/spark/convert/converter.js'
import { TaskCluster } from '../../src/engines/spark/convert/task-cluster.js'
import { taskProgram } from '../../src/engines/spark/convert/task-program.js'
import { openStore } from '../../src/storage/open.js'
import { trailBytes, trailRecord } from './collect-logs.js'

/** Files, lakes and requests of a test below one folder. */
export class TaskPlace {
  readonly root: string
  #folders = 0

  constructor(root: string) {
    this.root = root
  }

  /** An object by its path, whatever is there. */
  object(name: string, size: number): SourceObject {
    const localPath = join(this.root, name)
    return { uri: `file://${localPath}`, key: name, size, localPath }
  }

  /** Three records. */
  async trail(name: string, from: number): Promise<SourceObject> {
    const bytes = trailBytes([1, 2, 3].map((n) => trailRecord(from + n)))
    await writeFile(join(this.root, name), bytes)
    return this.object(name, bytes.length)
  }

  async request(
    objects: readonly SourceObject[],
    more: Partial<ConvertRequest> = {},
  ): Promise<ConvertRequest> {
    const folder = join(this.root, `batch-${this.#folders++}`)
    await mkdir(folder)
    return {
      objects,
      fetch: () => Promise.reject(new Error('objects lie here')),
      format: 'auto',
      folder,
      ingestedAt: new Date('2024-01-16T00:00:00Z'),
      keepDuplicates: false,
      signal: new AbortController().signal,
      ...more,
    }
  }

  /** With a task for each object, or so many. */
  converter(
    url: string,
    lake: string,
    engine: DuckDbEngine,
    { node, objects = 1 }: { node?: string; objects?: number } = {},
  ): SparkConverter {
    const cluster = new TaskCluster({
      connect: { url },
      program: taskProgram(node, undefined),
      store: openStore(join(this.root, lake)),
      s3: {},
      logger: silentLogger,
    })
    return new SparkConverter({
      cluster,
      engine,
      logger: silentLogger,
      group: { bytes: 1 << 20, objects },
    })
  }
}

/** Rows that a commit of the batch would bring. */
export async function committedRows(batch: ConvertedBatch): Promise<number> {
  let rows = 0
  for (const table of batch.tables) {
    await table.dropDuplicates([])
    for (const { stats } of await table.encode()) rows += stats.numRecords
  }
  return rows
}

/** Waits until one task is left for a second: the one that hangs at its pipe. */
export async function hangingTask(ancestors: readonly number[]): Promise<number> {
  let [last, since] = [0, Date.now()]
  for (let i = 0; i < 300; i++) {
    const [pid = 0, ...others] = taskProcesses(ancestors)
    if (others.length > 0 || pid !== last || pid === 0) [last, since] = [pid, Date.now()]
    else if (Date.now() - since > 1000) return pid
    await setTimeout(200)
  }
  throw new Error('no task hangs')
}

/** Processes that run a task's program, below these. */
export function taskProcesses(ancestors: readonly number[]): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
        return /convert\/task\.js\0?$/.test(command) && isBelow(pid, ancestors)
      } catch {
        return false
      }
    })
}

export function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
}

function isBelow(pid: number, ancestors: readonly number[]): boolean {
  for (let at = pid; at > 1; at = parentOf(at)) if (ancestors.includes(at)) return true
  return false
}
