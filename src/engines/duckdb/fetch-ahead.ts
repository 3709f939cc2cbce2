import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { HeadrigError, isKind, messageOf } from '../../core/errors.js'
import type { ReadTask } from '../../front/reader.js'
import type { ConvertRequest, ObjectOutcome } from '../engine.js'
import type { Group, Ranges } from './ranges.js'

/** Objects that are fetched ahead from a store elsewhere, for all threads together. */
const FETCH_AHEAD = 48
const FETCH_AHEAD_BYTES = 64 << 20
/** What is larger is not held but put on disk, so many bytes at a time. */
const WHOLE_BYTES = 16 << 20

/** Objects for one reading thread, in order. */
export interface TaskGroup {
  readonly tasks: readonly ReadTask[]
  /** They do not follow what the same thread was given before. */
  readonly apart: boolean
}

interface Waiting {
  readonly size: number
  readonly apart: boolean
  /** It ends a group. */
  readonly last: boolean
  readonly reading: Promise<ReadTask | undefined>
}

/** Turns objects into tasks; those elsewhere are fetched ahead. */
export class FetchAhead {
  readonly #request: ConvertRequest
  readonly #outcomes: ObjectOutcome[]
  readonly #ranges: Ranges
  /** Objects that one thread may have under way. */
  readonly #most: number
  readonly #elsewhere: boolean
  #held = 0
  /** Nobody wants the rest. */
  #isOver = false

  /** @param outcomes gets the objects that cannot be fetched */
  constructor(request: ConvertRequest, outcomes: ObjectOutcome[], ranges: Ranges, threads: number) {
    this.#request = request
    this.#outcomes = outcomes
    this.#ranges = ranges
    this.#elsewhere = request.objects.some((o) => o.localPath === undefined)
    this.#most = this.#elsewhere ? Math.max(1, Math.floor(FETCH_AHEAD / threads)) : 1
  }

  /** What `thread` has to read. */
  groups(thread: number): Iterable<TaskGroup> | AsyncIterable<TaskGroup> {
    return this.#elsewhere ? this.#fetched(thread) : this.#inPlace(thread)
  }

  /** Nothing is to be waited for: a promise for each object would cost more than all else here. */
  *#inPlace(thread: number): Generator<TaskGroup> {
    const { objects } = this.#request
    for (let group = this.#ranges.take(thread); group; group = this.#ranges.take(thread)) {
      const { from, to, apart } = group
      const tasks = objects.slice(from, to).map(({ uri, key, size, localPath = '' }, i) => ({
        index: from + i,
        uri,
        key,
        size,
        path: localPath,
      }))
      yield { tasks, apart }
    }
  }

  async *#fetched(thread: number): AsyncGenerator<TaskGroup> {
    const waiting: Waiting[] = []
    let group: Group | undefined
    let next = 0
    const fill = (): void => {
      for (;;) {
        if (!group || next >= group.to) {
          if (waiting.length >= this.#most) return
          group = this.#ranges.take(thread)
          if (!group) return
          next = group.from
        }
        const { localPath, size = 0 } = this.#request.objects[next] ?? {}
        const full = waiting.length >= this.#most || this.#held >= FETCH_AHEAD_BYTES
        if (localPath === undefined && full && waiting.length > 0) return
        const reading = this.#start(next)
        // A failure is seen when its turn comes; until then it must not count as unhandled.
        reading.catch(() => undefined)
        const { to, apart } = group
        next++
        waiting.push({
          size: localPath === undefined ? cost(size) : 0,
          apart,
          last: next === to,
          reading,
        })
      }
    }
    let tasks: ReadTask[] = []
    let apart = false
    try {
      for (fill(); waiting.length > 0; fill()) {
        const object = waiting.shift() as Waiting
        const task = await object.reading
        this.#held -= object.size
        apart ||= object.apart
        if (task) tasks.push(task)
        if (!object.last || tasks.length === 0) continue
        yield { tasks, apart }
        tasks = []
        apart = false
      }
    } finally {
      // Given up: what is under way ends before the folder goes, or before the other front fetches it anew.
      if (waiting.length > 0) this.#isOver = true
      await Promise.allSettled(waiting.map((w) => w.reading))
    }
  }

  #start(index: number): Promise<ReadTask | undefined> {
    const request = this.#request
    const object = request.objects[index]
    if (!object) return Promise.resolve(undefined)
    const { uri, key, size } = object
    const task = { index, uri, key, size }
    if (object.localPath !== undefined) return Promise.resolve({ ...task, path: object.localPath })
    this.#held += cost(size)
    const reading: Promise<ReadTask> =
      size > WHOLE_BYTES
        ? download(request, index, size, () => this.#isOver).then((path) => ({ ...task, path }))
        : request.fetch(index).then((bytes) => ({ ...task, bytes }))
    return reading.catch((error: unknown) => {
      if (request.signal.aborted) throw error
      if (isKind(error, 'internal')) throw error
      // Without credentials every other object would fail as well: the batch is left for another time.
      if (isKind(error, 'unauthenticated')) throw error
      this.#outcomes.push({
        index,
        format: null,
        rows: 0,
        repeats: 0,
        rejected: 0,
        state: 'failed',
        error: messageOf(error),
        failure: error instanceof HeadrigError ? error.kind : 'unavailable',
      })
      return undefined
    })
  }
}

/** What fetching an object holds of memory at most. */
function cost(size: number): number {
  return Math.min(size, WHOLE_BYTES)
}

/** An object in the batch's folder, as a file; it may have been brought there to be read. */
export async function bringToDisk(
  request: ConvertRequest,
  index: number,
  size: number,
): Promise<string> {
  const path = pathOf(request, index)
  const there = await stat(path).catch(() => undefined)
  return there?.size === size ? path : download(request, index, size)
}

/** Brings an object into the batch's folder, piece by piece. */
async function download(
  request: ConvertRequest,
  index: number,
  size: number,
  isOver = () => false,
): Promise<string> {
  const path = pathOf(request, index)
  const file = await open(path, 'w', 0o600)
  try {
    for (let start = 0; start < size && !isOver(); start += WHOLE_BYTES) {
      const range = { start, end: Math.min(size, start + WHOLE_BYTES) }
      await file.writeFile(await request.fetch(index, range))
    }
  } finally {
    await file.close()
  }
  return path
}

function pathOf({ folder }: ConvertRequest, index: number): string {
  return join(folder, `object-${index}`)
}
