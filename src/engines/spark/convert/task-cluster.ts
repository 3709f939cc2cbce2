import { randomUUID } from 'node:crypto'
import { mapLimit } from '../../../core/concurrency.js'
import { HeadrigError, messageOf } from '../../../core/errors.js'
import type { Logger } from '../../../core/logger.js'
import type { ByteStore } from '../../../storage/store.js'
import { type ConnectOptions, SparkConnectSession } from '../connect/session.js'
import type { TaskPointer, TaskStoreOptions } from './messages.js'
import { orderKey } from './order-key.js'
import { runTasks, type TaskRun } from './run-tasks.js'
import type { TaskProgram } from './statement.js'

export interface TaskClusterOptions {
  readonly connect: ConnectOptions
  readonly program: TaskProgram
  /** The lake's, which every executor reaches under the same URI. */
  readonly store: ByteStore
  readonly s3: TaskStoreOptions
  readonly logger: Logger
}

export interface TaskBatch<Order, Result> extends Pick<
  TaskRun<Result>,
  'signal' | 'onResult' | 'onRefused'
> {
  readonly work: TaskPointer['work']
  /** One for each task. */
  readonly orders: readonly Order[]
}

/** In the lake's store; vacuum clears what a killed driver left there. */
const STAGING = '_headrig/staging/'
const AT_ONCE = 16

/** Programs of ours, run by the executors of a Spark cluster over what lies in the lake's store. */
export class TaskCluster {
  readonly #options: TaskClusterOptions

  /** @throws HeadrigError `invalid` for a lake that executors cannot see */
  constructor(options: TaskClusterOptions) {
    if (options.store.uri.startsWith('memory:'))
      throw new HeadrigError(
        'invalid',
        `executors do not see the lake at ${options.store.uri}: use a bucket, or a folder that is mounted on every node`,
      )
    this.#options = options
  }

  get store(): ByteStore {
    return this.#options.store
  }

  /**
   * Runs a task for each order. What tasks were told is gone afterwards, so that those still at work end.
   * @throws HeadrigError what a task says; `unavailable` when Spark is or becomes unreachable, or gives up
   */
  async run<Order, Result>(batch: TaskBatch<Order, Result>): Promise<void> {
    const { connect, program, store, s3, logger } = this.#options
    const { work, orders, ...told } = batch
    const folder = `${STAGING}${randomUUID()}/`
    const pointer: TaskPointer = { work, lake: store.uri, s3, folder }
    const session = await SparkConnectSession.connect(connect)
    try {
      await mapLimit(orders, AT_ONCE, (order, task) =>
        store.put(orderKey(pointer, task), Buffer.from(JSON.stringify(order))),
      )
      const count = orders.length
      await runTasks({ session, program, pointer, count, ...told })
    } finally {
      await this.forget(orders.map((_, task) => orderKey(pointer, task)))
      await session
        .close()
        .catch((error: unknown) =>
          logger.debug('the spark session stays open', { why: messageOf(error) }),
        )
    }
  }

  /** Deletes files that tasks left; what cannot be deleted now is left to a vacuum. */
  async forget(keys: readonly string[]): Promise<void> {
    const { store, logger } = this.#options
    await mapLimit(keys, AT_ONCE, (key) => store.delete(key)).catch((error: unknown) =>
      logger.debug('some files stay until vacuum', { why: messageOf(error) }),
    )
  }
}
