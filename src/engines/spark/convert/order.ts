import { hostname } from 'node:os'
import { HeadrigError, isKind } from '../../../core/errors.js'
import type { ByteStore } from '../../../storage/store.js'
import type { TaskPointer } from './messages.js'
import { orderKey } from './order-key.js'

const LOOK_MS = 5000

/**
 * Does what a task's order says, and looks from time to time whether the order is still there.
 * @param onUnwanted called when the order is taken back: Spark cannot end a task that is busy elsewhere
 * @throws HeadrigError `invalid` when this machine does not see the lake
 */
export async function withOrder<Order, T>(
  lake: ByteStore,
  pointer: TaskPointer,
  task: number,
  onUnwanted: () => void,
  run: (order: Order) => Promise<T>,
): Promise<T> {
  const order = await read<Order>(lake, pointer, task)
  const watch = setInterval(() => {
    const look = lake.head(orderKey(pointer, task)).then((there) => there ?? onUnwanted())
    look.catch(() => undefined)
  }, LOOK_MS)
  try {
    return await run(order)
  } finally {
    clearInterval(watch)
  }
}

async function read<Order>(lake: ByteStore, pointer: TaskPointer, task: number): Promise<Order> {
  try {
    return JSON.parse(Buffer.from(await lake.get(orderKey(pointer, task))).toString()) as Order
  } catch (error) {
    if (!isKind(error, 'not-found')) throw error
    throw new HeadrigError(
      'invalid',
      `the executor on ${hostname()} does not see the lake at ${pointer.lake}: use a bucket, or a folder that is mounted on every node`,
      { cause: error },
    )
  }
}
