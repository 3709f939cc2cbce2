import { mapLimit } from '../../core/concurrency.js'
import type { ByteStore } from '../../storage/store.js'
import { manifestOf, readManifest, SUCCESS } from './manifest.js'
import type { Place } from './place.js'
import { isMarkAlive, startMark } from './write-mark.js'
import type { WrittenRows } from './written-rows.js'

const AT_ONCE = 16

/**
 * Puts objects in place of others below a prefix. New ones get names of their own; then `_SUCCESS`, which
 * lists them, is replaced: that is the commit. Only then are the old ones deleted. Of two writers the
 * one whose `_SUCCESS` is there in the end has its files there, and the other's go.
 */
export async function replaceStoreDirectory(
  place: Place,
  write: (place: Place, label: string) => Promise<WrittenRows>,
): Promise<WrittenRows> {
  const { store, prefix } = place
  const mark = await startMark(store, (id) => markOf(prefix, id))
  let own: readonly string[] | undefined
  try {
    const written = await write(place, mark.id)
    own = written.files.map((f) => f.key)
    await store.put(`${prefix}${SUCCESS}`, manifestOf(mark.id, prefix, written))
    await deleteOthers(place, mark.id, new Set(own))
    return written
  } catch (error) {
    // A failed request may have been carried out.
    const isThere = async (): Promise<boolean> =>
      (await readManifest(store, prefix))?.write === mark.id
    if (!(await isThere().catch(() => true))) await deleteOf(place, mark.id).catch(() => undefined)
    throw error
  } finally {
    await mark.remove()
    const winner = own && (await readManifest(store, prefix))
    if (own && winner && winner.write !== mark.id) await deleteAll(store, own)
  }
}

/** The names below a place that readers see, without what writers that are gone left there. */
export async function namesIn({ store, prefix }: Place): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of store.list(prefix)) keys.push(key.slice(prefix.length))
  const left = await idsLeft(store, prefix, keys)
  return keys.filter((key) => !left.has(idOf(key) ?? ''))
}

/** Writers that ended before they were done. */
async function idsLeft(
  store: ByteStore,
  prefix: string,
  keys: readonly string[],
): Promise<Set<string>> {
  const left = new Set<string>()
  const committed = (await readManifest(store, prefix))?.write
  for (const key of keys) {
    const id = idOfMark(key)
    if (id === undefined || id === committed) continue
    if (!(await isMarkAlive(store, `${prefix}${key}`))) left.add(id)
  }
  return left
}

function markOf(prefix: string, id: string): string {
  return `${prefix}_headrig-write-${id}.json`
}

/** The id in the key of a mark; undefined for other keys. */
function idOfMark(key: string): string | undefined {
  return /(?:^|\/)_headrig-write-([0-9a-f-]{36})\.json$/.exec(key)?.[1]
}

/** The write that a file is of. */
function idOf(key: string): string | undefined {
  return /(?:^|\/)part-([0-9a-f]{8}-[0-9a-f-]{27})-\d+\.[^/]*$/.exec(key)?.[1]
}

/**
 * Deletes what no write at work has below a prefix, and not what `_SUCCESS` names now: a writer may have
 * replaced ours and be gone, mark and all, between any two requests of this one.
 */
async function deleteOthers(
  { store, prefix }: Place,
  own: string,
  kept: ReadonlySet<string>,
): Promise<void> {
  const keys: string[] = []
  for await (const { key } of store.list(prefix)) if (!kept.has(key)) keys.push(key)
  const marks = new Map(keys.map((key) => [idOfMark(key), key]))
  const stagingOf = (key: string): string | undefined =>
    /^_headrig-staging-([0-9a-f-]{36})\//.exec(key.slice(prefix.length))?.[1]
  const alive = new Set<string>()
  for (const id of new Set(keys.map((key) => idOfMark(key) ?? stagingOf(key) ?? idOf(key)))) {
    if (id === undefined || id === own) continue
    // A listing takes its time: a file may be in it, and the older mark of its writer not.
    if (await isMarkAlive(store, marks.get(id) ?? markOf(prefix, id))) alive.add(id)
  }
  // After the marks: who removed one has put its `_SUCCESS` before.
  const committed = (await readManifest(store, prefix))?.write
  const old = keys.filter((key) => {
    const id = idOfMark(key) ?? stagingOf(key)
    if (id !== undefined) return id !== own && !alive.has(id)
    const isHidden = /(?:^|\/)[._]/.test(key.slice(prefix.length))
    const writer = idOf(key) ?? ''
    // What is ours and not told of goes as well.
    return !isHidden && (writer === own || (!alive.has(writer) && writer !== committed))
  })
  await deleteAll(store, old)
}

async function deleteOf({ store, prefix }: Place, id: string): Promise<void> {
  const keys: string[] = []
  for await (const { key } of store.list(prefix)) if (idOf(key) === id) keys.push(key)
  await deleteAll(store, keys)
}

async function deleteAll(store: ByteStore, keys: readonly string[]): Promise<void> {
  await mapLimit(keys, AT_ONCE, (key) => store.delete(key))
}
