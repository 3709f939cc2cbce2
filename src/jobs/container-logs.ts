import { open, readdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import type { ByteStore } from '../storage/store.js'
import { StepLogs } from './logs.js'

export interface ContainerLogsOptions {
  /** The step's stderr, where its driver says what it is called. */
  readonly stderr: string
  /** Where the cluster's workers keep what executors write: `<worker>/<application>/<executor>/`. */
  readonly work: string
  readonly store: ByteStore
  /** `j-1/containers`: each log becomes `<prefix>/<application>/container_<worker>_<executor>/<name>.gz`. */
  readonly prefix: string
  /** A folder of headrig's own, for what is being packed. */
  readonly scratch: string
}

const HEAD_BYTES = 4 << 20
const APPLICATION = /\bapp-\d{14}-\d{4,}\b/g
const MOST_LOGS = 1000

/**
 * The logs of the executors that a step had, for `StepLogs`: those that are there by now.
 * @example new StepLogs({ folder, store, prefix, more: containerLogs({ stderr, work, store, prefix, scratch }) })
 */
export function containerLogs(options: ContainerLogsOptions): () => Promise<readonly StepLogs[]> {
  const known = new Map<string, StepLogs>()
  return async () => {
    const { work, store, prefix, scratch } = options
    for (const application of await applicationsOf(options.stderr))
      for (const worker of await namesIn(work))
        for (const executor of await namesIn(join(work, worker, application))) {
          const name = `${application}/container_${worker}_${executor}`
          const folder = join(work, worker, application, executor)
          if (known.has(name) || known.size >= MOST_LOGS || !(await isBelow(folder, work))) continue
          const names = ['stdout', 'stderr']
          known.set(
            name,
            new StepLogs({ folder, store, prefix: `${prefix}/${name}`, names, scratch }),
          )
        }
    return [...known.values()]
  }
}

async function applicationsOf(path: string): Promise<ReadonlySet<string>> {
  const file = await open(path).catch(() => undefined)
  if (file === undefined) return new Set()
  try {
    const buffer = Buffer.alloc(Math.min((await file.stat()).size, HEAD_BYTES))
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0)
    return new Set(buffer.toString('latin1', 0, bytesRead).match(APPLICATION) ?? [])
  } finally {
    await file.close()
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
}

/** Executors run what a user wrote: a link of theirs must not make us read elsewhere. */
async function isBelow(folder: string, root: string): Promise<boolean> {
  const [real, base] = await Promise.all([realpath(folder), realpath(root)])
  return real.startsWith(`${base}/`)
}
