import { createWriteStream } from 'node:fs'
import { mkdtemp, rm, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { ByteStore } from '../storage/store.js'
import { openLog } from './open-log.js'
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
  /** Where logs are packed: only headrig may write there. Default: beside the folder. */
  readonly scratch?: string
  /** Further logs that are stored with these, such as those of executors. */
  readonly more?: () => Promise<readonly StepLogs[]>
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
    const { names = LOGS, more } = this.#options
    const results = await Promise.allSettled([
      ...names.map((name) => this.#storeOne(name)),
      more?.().then((logs) => Promise.all(logs.map((log) => log.store()))),
    ])
    for (const result of results) if (result.status === 'rejected') throw result.reason
  }

  async #storeOne(name: string): Promise<void> {
    const { folder, store } = this.#options
    if (store === undefined) return
    const file = await openLog(join(folder, name))
    if (file === undefined) return
    try {
      await this.#storeFile(name, file, store)
    } finally {
      await file.close()
    }
  }

  async #storeFile(name: string, file: FileHandle, store: ByteStore): Promise<void> {
    const { folder, prefix, scratch: root = join(folder, '..') } = this.#options
    const now = await file.stat()
    const mark = `${now.size} ${now.mtimeMs}`
    if (!now.isFile() || this.#stored.get(name) === mark) return
    // Not below the attempt's folder: the step could put something else in its place.
    const scratch = await mkdtemp(join(root, 'logs-'))
    try {
      const packed = join(scratch, `${name}.gz`)
      const target = createWriteStream(packed, { mode: 0o600 })
      const end = Math.max(now.size - 1, 0)
      const source = file.createReadStream({ start: 0, end, autoClose: false })
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
