import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { mapLimit } from '../../../core/concurrency.js'
import { HeadrigError, messageOf } from '../../../core/errors.js'
import type { Logger } from '../../../core/logger.js'
import { download } from '../../../storage/download.js'
import type { ByteStore } from '../../../storage/store.js'
import type { DuckDbEngine } from '../../duckdb/open.js'
import type { ConvertedBatch, Converter, ConvertRequest } from '../../engine.js'
import { type ConnectOptions, SparkConnectSession } from '../connect/session.js'
import { BatchResult } from './batch-result.js'
import { groupsOf, type GroupLimits, type ObjectGroup } from './groups.js'
import type { TaskOrder, TaskPointer, TaskStoreOptions } from './messages.js'
import { orderKey } from './order-key.js'
import { runTasks } from './run-tasks.js'
import { stagedTables } from './staged-table.js'
import type { TaskProgram } from './statement.js'

export interface SparkConverterOptions {
  readonly connect: ConnectOptions
  readonly program: TaskProgram
  /** The lake's, which every executor reaches under the same URI. */
  readonly store: ByteStore
  readonly s3: TaskStoreOptions
  /** Looks for duplicates, on this machine. */
  readonly engine: DuckDbEngine
  readonly logger: Logger
  /** What one task reads. */
  readonly group: GroupLimits
}

/** In the lake's store; vacuum clears what a killed driver left there. */
export const STAGING = '_headrig/staging/'

const ARENA_BYTES = 64 << 20
const AT_ONCE = 16

/**
 * Reads batches on a Spark cluster: each task runs the embedded reader over its share of the objects and
 * leaves data files in the lake's store; which of them count is settled here, by the caller's commit.
 * @example new SparkConverter({ connect: { url: 'sc://127.0.0.1:15002' }, program, store, s3: {}, engine, logger, group })
 */
export class SparkConverter implements Converter {
  readonly #options: SparkConverterOptions

  constructor(options: SparkConverterOptions) {
    if (options.store.uri.startsWith('memory:'))
      throw new HeadrigError(
        'invalid',
        `executors do not see the lake at ${options.store.uri}: use a bucket, or a folder that is mounted on every node`,
      )
    this.#options = options
  }

  /** @throws HeadrigError `unavailable` when Spark is or becomes unreachable: the same batch may be tried again */
  async convert(request: ConvertRequest): Promise<ConvertedBatch> {
    const { connect, program, store, engine, s3, logger } = this.#options
    const sizes = request.objects.map((o) => o.size)
    const groups = groupsOf(sizes, this.#options.group)
    const pointer: TaskPointer = { lake: store.uri, s3, folder: `${STAGING}${randomUUID()}/` }
    const found = new BatchResult(groups)
    const session = await SparkConnectSession.connect(connect)
    try {
      await this.#order(request, groups, pointer)
      await runTasks({
        session,
        program,
        pointer,
        count: groups.length,
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
        store,
        files: found.files,
        suspects: found.suspects,
        folder: request.folder,
      })
      return { tables, outcomes: found.outcomes, detected: found.detected, rejects }
    } catch (error) {
      // Nobody was told of these files yet.
      await this.#forget(found.files.map((f) => f.key))
      throw error
    } finally {
      const orders = groups.map((_, task) => orderKey(pointer, task))
      await this.#forget([...orders, ...found.rejects.map((f) => f.key)])
      await session
        .close()
        .catch((error: unknown) =>
          logger.debug('the spark session stays open', { why: messageOf(error) }),
        )
    }
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  async #order(
    request: ConvertRequest,
    groups: readonly ObjectGroup[],
    pointer: TaskPointer,
  ): Promise<void> {
    await mapLimit(groups, AT_ONCE, async ({ from, to }, task) => {
      const order: TaskOrder = {
        objects: request.objects.slice(from, to).map(({ uri, key, size, localPath }) => {
          return { uri, key, size, ...(localPath === undefined ? {} : { localPath }) }
        }),
        format: request.format,
        ...(request.fields ? { fields: request.fields } : {}),
        ingestedAt: request.ingestedAt.toISOString(),
        keepDuplicates: request.keepDuplicates,
        arenaBytes: ARENA_BYTES,
      }
      await this.#options.store.put(orderKey(pointer, task), Buffer.from(JSON.stringify(order)))
    })
  }

  async #rejects(found: BatchResult, folder: string): Promise<string[]> {
    const { store } = this.#options
    return mapLimit(found.rejects, AT_ONCE, async (file, number) => {
      const path = join(folder, `spark-${number}.rejects`)
      await download(store, file, path)
      return path
    })
  }

  async #forget(keys: readonly string[]): Promise<void> {
    const { store, logger } = this.#options
    await mapLimit(keys, AT_ONCE, (key) => store.delete(key)).catch((error: unknown) =>
      logger.debug('some files stay until vacuum', { why: messageOf(error) }),
    )
  }
}
