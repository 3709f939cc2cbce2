import { statSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { FrontPool } from '../../front/pool.js'
import type { ConvertRequest, ObjectOutcome, SourceObject } from '../engine.js'
import { FetchAhead } from './fetch-ahead.js'
import { Ranges } from './ranges.js'

const GROUP = { bytes: 2 << 20, objects: 64 }

/**
 * Gives every thread its range of the objects; those that cannot be fetched become outcomes.
 * @param numberOf an object's number in the batch
 */
export async function feed(
  pool: FrontPool,
  threads: number,
  request: ConvertRequest,
  outcomes: ObjectOutcome[],
  numberOf?: (index: number) => number,
): Promise<void> {
  const sizes = request.objects.map((o) => o.size)
  const unread: ObjectOutcome[] = []
  const ahead = new FetchAhead(request, unread, new Ranges(sizes, threads, GROUP), threads)
  let failed = false
  const give = async (thread: number): Promise<void> => {
    try {
      for await (const { tasks, apart } of ahead.groups(thread)) {
        request.signal.throwIfAborted()
        if (failed) return
        await pool.read(thread, numberOf ? renumbered(tasks, numberOf) : tasks, apart)
      }
    } catch (error) {
      failed = true
      throw error
    }
  }
  // All of them come to an end before the first failure is told: nothing is fetched any more by then.
  const ends = await Promise.allSettled(Array.from({ length: threads }, (_, i) => give(i)))
  for (const end of ends) if (end.status === 'rejected') throw end.reason
  outcomes.push(...(numberOf ? renumbered(unread, numberOf) : unread))
}

function renumbered<T extends { readonly index: number }>(
  items: readonly T[],
  numberOf: (index: number) => number,
): T[] {
  return items.map((item) => ({ ...item, index: numberOf(item.index) }))
}

/**
 * Gives some objects of a batch to the threads.
 * @param texts files to be read in the place of objects
 */
export async function feedSome(
  pool: FrontPool,
  threads: number,
  request: ConvertRequest,
  numbers: readonly number[],
  texts: ReadonlyMap<number, string>,
  outcomes: ObjectOutcome[],
): Promise<void> {
  const folder = join(request.folder, 'again')
  await mkdir(folder, { mode: 0o700 })
  const numberOf = (index: number): number => numbers[index] as number
  const objects = numbers.map((number): SourceObject => {
    const object = request.objects[number] as SourceObject
    const text = texts.get(number)
    if (text === undefined) return object
    return { ...object, localPath: text, size: statSync(text).size }
  })
  const { fetch, ...rest } = request
  const some = {
    ...rest,
    objects,
    folder,
    fetch: (index: number, range?: Parameters<typeof fetch>[1]) => fetch(numberOf(index), range),
  }
  await feed(pool, threads, some, outcomes, numberOf)
}
