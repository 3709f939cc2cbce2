import { randomUUID } from 'node:crypto'
import { readlink } from 'node:fs/promises'
import { hostname } from 'node:os'
import { type ProcessId, isAlive, startOf } from '../../clusters/process-id.js'
import { isKind } from '../../core/errors.js'
import type { ByteStore } from '../../storage/store.js'

/** Shows that a writer lives, for as long as its files are not yet committed or cleaned up. */
export interface WriteMark {
  readonly id: string
  /** The last thing that a writer does. */
  remove(): Promise<void>
}

interface Marked extends ProcessId {
  readonly host: string
}

const BEAT_MS = 60_000
/** A writer of another machine that showed no life for this long is gone. */
export const DEAD_MS = 15 * 60_000

/** Marks a write before anything of it is there; `keyOf` says where, by its id. */
export async function startMark(
  store: ByteStore,
  keyOf: (id: string) => string,
): Promise<WriteMark> {
  const id = randomUUID()
  const key = keyOf(id)
  const start = (await startOf(process.pid)) ?? ''
  const own: Marked = { host: await thisHost(), pid: process.pid, start }
  const bytes = Buffer.from(`${JSON.stringify(own)}\n`)
  await store.put(key, bytes)
  let beat: Promise<unknown> = Promise.resolve()
  const timer = setInterval(() => {
    beat = store.put(key, bytes).catch(() => undefined)
  }, BEAT_MS)
  timer.unref()
  return {
    id,
    async remove() {
      clearInterval(timer)
      await beat
      await store.delete(key)
    },
  }
}

/** Whether the writer of this mark may still be at work. */
export async function isMarkAlive(store: ByteStore, key: string): Promise<boolean> {
  try {
    const found = await store.head(key)
    if (!found) return false
    const { host, ...id } = JSON.parse(Buffer.from(await store.get(key)).toString()) as Marked
    if (host === (await thisHost()) && id.start !== '') return await isAlive(id)
    return Date.now() - found.modified < DEAD_MS
  } catch (error) {
    if (isKind(error, 'not-found') || error instanceof SyntaxError) return false
    throw error
  }
}

/** Where process ids mean the same: containers may share a name. */
async function thisHost(): Promise<string> {
  const space = await readlink('/proc/self/ns/pid').catch(() => '')
  return `${hostname()} ${space}`.trim()
}
