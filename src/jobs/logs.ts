import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { ByteStore } from '../storage/store.js'
import { LOGS } from './process-folder.js'
import { sealInPlace } from './seal-log.js'

export interface LogsOptions {
  /** The attempt's folder, where the logs are written. */
  readonly folder: string
  /** What the logs' names are relative to; without one they stay on this machine. */
  readonly store?: ByteStore | undefined
  /** `j-1/steps/s-1`; each log becomes `<prefix>/<name>.gz`. */
  readonly prefix: string
  /** Which of the folder's files; default: those of a step. */
  readonly names?: readonly string[]
  /** Seals a log where it lies once nothing more is written to it, for a cluster with a key for its disks. */
  readonly seal?: ((name: string) => Promise<Transform>) | undefined
}

/** Copies a step's logs to where the user reads them. */
export class StepLogs {
  readonly #options: LogsOptions
  readonly #stored = new Map<string, string>()
  #last: Promise<void> = Promise.resolve()

  constructor(options: LogsOptions) {
    this.#options = options
  }

  /**
   * Stores the logs that changed since they were stored the last time; those that do not exist are left out.
   * @throws HeadrigError of the store, once the other logs were tried
   */
  store(): Promise<void> {
    const next = this.#last.catch(() => undefined).then(() => this.#storeAll())
    this.#last = next
    return next
  }

  /**
   * Stores what came last, then seals what lies here.
   * @throws HeadrigError of the store or of the key, once all was tried
   */
  async finish(): Promise<void> {
    const { folder, seal, names = LOGS } = this.#options
    const stored = await Promise.allSettled([this.store()])
    const sealed = await Promise.allSettled(
      seal ? names.map((name) => sealInPlace(join(folder, name), () => seal(name))) : [],
    )
    for (const result of [...stored, ...sealed])
      if (result.status === 'rejected') throw result.reason
  }

  async #storeAll(): Promise<void> {
    const { names = LOGS } = this.#options
    const results = await Promise.allSettled(names.map((name) => this.#storeOne(name)))
    for (const result of results) if (result.status === 'rejected') throw result.reason
  }

  async #storeOne(name: string): Promise<void> {
    const { folder, store, prefix } = this.#options
    if (!store) return
    const path = join(folder, name)
    const now = await stat(path).catch(() => undefined)
    if (now === undefined) return
    const mark = `${now.size} ${now.mtimeMs}`
    if (this.#stored.get(name) === mark) return
    // Not below the attempt's folder: the step could put something else in its place.
    const scratch = await mkdtemp(join(folder, '..', 'logs-'))
    try {
      const packed = join(scratch, `${name}.gz`)
      const target = createWriteStream(packed, { mode: 0o600 })
      const source = createReadStream(path, { end: Math.max(now.size - 1, 0) })
      await pipeline(source, createGzip(), target)
      await store.putFile(`${prefix}/${name}.gz`, packed)
      this.#stored.set(name, mark)
    } finally {
      await rm(scratch, { recursive: true, force: true })
    }
  }
}

/**
 * Stores logs again and again until it is stopped.
 * @param everyMs from the end of one to the start of the next
 * @param onError told when the store is out of reach; the next turn tries again
 * @returns ends it, stores what came since and seals it; never throws
 */
export function keepStoring(
  logs: StepLogs,
  everyMs: number,
  onError: (error: unknown) => void,
): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const turn = (): void => {
    timer = setTimeout(() => void logs.store().catch(onError).then(again), everyMs)
  }
  let over = false
  const again = (): void => {
    if (!over) turn()
  }
  turn()
  return async () => {
    over = true
    clearTimeout(timer)
    await logs.finish().catch(onError)
  }
}
