import { join } from 'node:path'
import { mapLimit } from '../../../core/concurrency.js'
import { download } from '../../../storage/download.js'
import type { DuckDbEngine } from '../../duckdb/open.js'
import type { ConvertedBatch, Converter, ConvertRequest } from '../../engine.js'
import { BatchResult } from './batch-result.js'
import { groupsOf, type GroupLimits, type ObjectGroup } from './groups.js'
import type { TaskOrder, TaskResult } from './messages.js'
import { stagedTables } from './staged-table.js'
import type { TaskCluster } from './task-cluster.js'

export interface SparkConverterOptions {
  readonly cluster: TaskCluster
  /** Looks for duplicates, on this machine. */
  readonly engine: DuckDbEngine
  /** What one task reads. */
  readonly group: GroupLimits
}

const ARENA_BYTES = 64 << 20
const AT_ONCE = 16

/**
 * Reads batches on a Spark cluster: each task runs the embedded reader over its share of the objects and
 * leaves data files in the lake's store; which of them count is settled here, by the caller's commit.
 * @example new SparkConverter({ cluster, engine, group: { bytes: 64 << 20, objects: 4000 } })
 */
export class SparkConverter implements Converter {
  readonly #options: SparkConverterOptions

  constructor(options: SparkConverterOptions) {
    this.#options = options
  }

  /** @throws HeadrigError `unavailable` when Spark is or becomes unreachable: the same batch may be tried again */
  async convert(request: ConvertRequest): Promise<ConvertedBatch> {
    const { cluster, engine } = this.#options
    const sizes = request.objects.map((o) => o.size)
    const groups = groupsOf(sizes, this.#options.group)
    const found = new BatchResult(groups)
    try {
      await cluster.run<TaskOrder, TaskResult>({
        work: 'read',
        orders: groups.map((group) => orderOf(request, group)),
        signal: request.signal,
        onResult: (task, result) => {
          found.add(task, result)
          const { from = 0, to = 0 } = groups[task] ?? {}
          const bytes = sizes.slice(from, to).reduce((sum, size) => sum + size, 0)
          const rows = result.outcomes.reduce((sum, o) => sum + o.rows, 0)
          request.onProgress?.({ objects: to - from, bytes, rows })
        },
      })
      const rejects = await this.#rejects(found, request.folder)
      const tables = await stagedTables({
        engine,
        store: cluster.store,
        files: found.files,
        suspects: found.suspects,
        folder: request.folder,
      })
      return { tables, outcomes: found.outcomes, detected: found.detected, rejects }
    } catch (error) {
      // Nobody was told of these files yet.
      await cluster.forget(found.files.map((f) => f.key))
      throw error
    } finally {
      await cluster.forget(found.rejects.map((f) => f.key))
    }
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  async #rejects(found: BatchResult, folder: string): Promise<string[]> {
    return mapLimit(found.rejects, AT_ONCE, async (file, number) => {
      const path = join(folder, `spark-${number}.rejects`)
      await download(this.#options.cluster.store, file, path)
      return path
    })
  }
}

function orderOf(request: ConvertRequest, { from, to }: ObjectGroup): TaskOrder {
  return {
    objects: request.objects.slice(from, to).map(({ uri, key, size, localPath }) => {
      return { uri, key, size, ...(localPath === undefined ? {} : { localPath }) }
    }),
    format: request.format,
    ...(request.fields ? { fields: request.fields } : {}),
    ingestedAt: request.ingestedAt.toISOString(),
    keepDuplicates: request.keepDuplicates,
    arenaBytes: ARENA_BYTES,
  }
}
