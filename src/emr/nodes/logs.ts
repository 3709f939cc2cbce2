import { readdir } from 'node:fs/promises'
import { messageOf } from '../../core/errors.js'
import type { Logger } from '../../core/logger.js'
import { StepLogs } from '../../jobs/logs.js'
import type { ByteStore } from '../../storage/store.js'
import type { ClusterDocument } from '../cluster/documents.js'
import type { Documents } from '../cluster/documents-store.js'
import type { NodeProvider } from './provider.js'

export interface NodeLogsOptions {
  readonly documents: Documents
  readonly nodes: NodeProvider
  readonly open: (uri: string, cluster: string) => ByteStore
  readonly logger: Logger
}

const EVERY_MS = 30_000

/** Stores what Spark's processes log, by the node that each is: `<cluster>/node/<instance>/applications/spark/`. */
export class NodeLogs {
  readonly #options: NodeLogsOptions
  readonly #stored = new Map<string, Map<string, StepLogs>>()
  readonly #timer: NodeJS.Timeout
  #last: Promise<void> = Promise.resolve()

  constructor(options: NodeLogsOptions) {
    this.#options = options
    this.#timer = setInterval(() => {
      for (const cluster of options.documents.liveClusters()) void this.store(cluster)
    }, EVERY_MS)
    this.#timer.unref()
  }

  /** Stores what changed since the last time. What cannot be stored is told to the logger, and tried the next time. */
  store(cluster: ClusterDocument): Promise<void> {
    const next = this.#last.then(() =>
      this.#store(cluster).catch((error: unknown) => {
        const { id } = cluster
        this.#options.logger.warn('logs not stored', { cluster: id, cause: messageOf(error) })
      }),
    )
    this.#last = next
    return next
  }

  /** Stores the last, and forgets what was stored of a cluster that ends. */
  async finish(cluster: ClusterDocument): Promise<void> {
    await this.store(cluster)
    this.#stored.delete(cluster.id)
  }

  /** Waits for what is being stored; nothing is stored any more. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#last
  }

  async #store({ id, logUri }: ClusterDocument): Promise<void> {
    const { documents, nodes, open } = this.#options
    if (logUri === undefined) return
    const all = documents.instances.of(id)
    const { folder, ownerOf } = await nodes.logs(id, all)
    const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.log'))
    if (names.length === 0) return
    const known = this.#stored.get(id) ?? new Map<string, StepLogs>()
    this.#stored.set(id, known)
    const store = open(logUri, id)
    for (const name of names) {
      // Of a worker that was gone before its log was seen only the master knows.
      const owner =
        all.find((one) => one.id === ownerOf(name.slice(0, -'.log'.length))) ??
        all.find(({ role }) => role === 'MASTER')
      const prefix = `${id}/node/${owner?.ec2Id ?? 'unknown'}/applications/spark`
      const logs = known.get(name) ?? new StepLogs({ folder, store, prefix, names: [name] })
      known.set(name, logs)
      await logs.store()
    }
  }
}
