import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { HeadrigError, isKind, messageOf } from '../../core/errors.js'
import type { ReadTask } from '../../front/reader.js'
import type { ConvertRequest, ObjectOutcome } from '../engine.js'

/** Objects that are fetched ahead from a store elsewhere. */
const FETCH_AHEAD = 48
const FETCH_AHEAD_BYTES = 64 << 20
/** What is larger is not held but put on disk, so many bytes at a time. */
const WHOLE_BYTES = 16 << 20

/** Objects as tasks, in order; those elsewhere are fetched ahead. */
export async function* fetched(
  request: ConvertRequest,
  outcomes: ObjectOutcome[],
): AsyncGenerator<ReadTask> {
  const ahead: Promise<ReadTask | undefined>[] = []
  let held = 0
  const start = (index: number): Promise<ReadTask | undefined> => {
    const object = request.objects[index]
    if (!object) return Promise.resolve(undefined)
    const task = { index, uri: object.uri, key: object.key, size: object.size }
    if (object.localPath !== undefined) return Promise.resolve({ ...task, path: object.localPath })
    held += cost(object.size)
    const reading: Promise<ReadTask> =
      object.size > WHOLE_BYTES
        ? download(request, index, object.size).then((path) => ({ ...task, path }))
        : request.fetch(index).then((bytes) => ({ ...task, bytes }))
    return reading.catch((error: unknown) => {
      held -= cost(object.size)
      if (request.signal.aborted) throw error
      if (isKind(error, 'internal')) throw error
      // Without credentials every other object would fail as well: the batch is left for another time.
      if (isKind(error, 'unauthenticated')) throw error
      outcomes.push({
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
  let next = 0
  const fill = (): void => {
    while (
      next < request.objects.length &&
      ahead.length < FETCH_AHEAD &&
      (held < FETCH_AHEAD_BYTES || ahead.length === 0)
    ) {
      const promise = start(next++)
      // A failure is seen when its turn comes; until then it must not count as unhandled.
      promise.catch(() => undefined)
      ahead.push(promise)
    }
  }
  for (fill(); ahead.length > 0; fill()) {
    const task = await (ahead.shift() as Promise<ReadTask | undefined>)
    if (!task) continue
    if (request.objects[task.index]?.localPath === undefined) held -= cost(task.size)
    yield task
  }
}

/** What fetching an object holds of memory at most. */
function cost(size: number): number {
  return Math.min(size, WHOLE_BYTES)
}

/** Brings an object into the batch's folder, piece by piece. */
async function download(request: ConvertRequest, index: number, size: number): Promise<string> {
  const path = join(request.folder, `object-${index}`)
  const file = await open(path, 'w', 0o600)
  try {
    for (let start = 0; start < size; start += WHOLE_BYTES) {
      const range = { start, end: Math.min(size, start + WHOLE_BYTES) }
      await file.writeFile(await request.fetch(index, range))
    }
  } finally {
    await file.close()
  }
  return path
}
