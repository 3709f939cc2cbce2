import { join } from 'node:path'
import { mapLimit } from '../../../core/concurrency.js'
import type { FrontName } from '../../../core/config-settings.js'
import type { Logger } from '../../../core/logger.js'
import { download } from '../../../storage/download.js'
import type { DuckDbEngine } from '../../duckdb/open.js'
import type { ConvertedBatch, Converter, ConvertRequest } from '../../engine.js'
import { BatchResult } from './batch-result.js'
import { groupsOf, type GroupLimits, type ObjectGroup } from './groups.js'
import type { TaskOrder, TaskResult } from './messages.js'
import { readGroups } from './read-groups.js'
import { stagedTables } from './staged-table.js'
import type { TaskCluster } from './task-cluster.js'

export interface SparkConverterOptions {
  readonly cluster: TaskCluster
  /** Looks for duplicates, on this machine. */
  readonly engine: DuckDbEngine
  /** What one task reads. */
  readonly group: GroupLimits
  readonly logger: Logger
  /** Which front executors read with; default: the native one where they have it. */
  readonly front?: FrontName
}

const ARENA_BYTES = 64 << 20
const AT_ONCE = 16

/**
 * Reads batches on a Spark cluster: each task runs the embedded reader over its share of the objects and
 * leaves data files in the lake's store; which of them count is settled here, by the caller's commit.
 * @example new SparkConverter({ cluster, engine, group: { bytes: 64 << 20, objects: 4000 }, logger })
 */
export class SparkConverter implements Converter {
  readonly #options: SparkConverterOptions

  constructor(options: SparkConverterOptions) {
    this.#options = options
  }

  /**
   * An object that ends its task again and again is an outcome, like one that cannot be had.
   * @throws HeadrigError `unavailable` when Spark is or becomes unreachable: the same batch may be tried again
   */
  async convert(request: ConvertRequest): Promise<ConvertedBatch> {
    const { cluster, engine, group, logger } = this.#options
    const sizes = request.objects.map((o) => o.size)
    const found = new BatchResult()
    const report = ({ from, to }: ObjectGroup, rows: number): void => {
      const bytes = sizes.slice(from, to).reduce((sum, size) => sum + size, 0)
      request.onProgress?.({ objects: to - from, bytes, rows })
    }
    try {
      await readGroups(groupsOf(sizes, group), {
        logger,
        read: (groups, onDone) =>
          this.#read(request, groups, (done, result) => {
            found.add(done.from, result)
            onDone(done)
            report(
              done,
              result.outcomes.reduce((sum, o) => sum + o.rows, 0),
            )
          }),
        probe: () => this.#read(request, [{ from: 0, to: 0 }], () => undefined),
        onPoison: (index, why) => {
          const { uri = '' } = request.objects[index] ?? {}
          logger.warn('an object ends the tasks that read it', { uri })
          found.fail(index, `reading it ends the task on spark: ${why}: try --engine duckdb`)
          report({ from: index, to: index + 1 }, 0)
          return uri
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

  #read(
    request: ConvertRequest,
    groups: readonly ObjectGroup[],
    onDone: (group: ObjectGroup, result: TaskResult) => void,
  ): Promise<void> {
    return this.#options.cluster.run<TaskOrder, TaskResult>({
      work: 'read',
      orders: groups.map((group) => orderOf(request, group, this.#options.front)),
      signal: request.signal,
      onResult: (task, result) => {
        const group = groups[task]
        if (group) onDone(group, result)
      },
    })
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

function orderOf(
  request: ConvertRequest,
  { from, to }: ObjectGroup,
  front: FrontName = 'auto',
): TaskOrder {
  return {
    objects: request.objects.slice(from, to).map(({ uri, key, size, localPath }) => {
      return { uri, key, size, ...(localPath === undefined ? {} : { localPath }) }
    }),
    format: request.format,
    ...(request.fields ? { fields: request.fields } : {}),
    ingestedAt: request.ingestedAt.toISOString(),
    keepDuplicates: request.keepDuplicates,
    arenaBytes: ARENA_BYTES,
    front,
  }
}
