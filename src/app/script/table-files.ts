import { rm } from 'node:fs/promises'
import { openCatalog } from '../../catalog/catalog.js'
import type { ExternalTable, Partition } from '../../catalog/external-table.js'
import { findPartitions } from '../../catalog/hive-folders.js'
import { mapLimit } from '../../core/concurrency.js'
import { messageOf } from '../../core/errors.js'
import type { LakeContext } from '../context.js'
import { sourceOpener } from '../external/mount.js'
import { lakeLocation } from './guard-target.js'
import { below, folderOf, type Place, placeOf } from './place.js'
import { DEAD_MS, isMarkAlive, startMark, type WriteMark } from './write-mark.js'
import type { WrittenRows } from './written-rows.js'

/** Where a table that says no place of its own has its files. */
export function defaultLocation(name: string, context: LakeContext): string {
  return `${lakeLocation(context)}/_tables/${name}`
}

/** What a write adds to a table: its folder, or the folders of its partitions. */
export async function partsOf(
  table: ExternalTable,
  place: Place,
  { files }: WrittenRows,
  context: LakeContext,
): Promise<Partition[]> {
  if (files.length === 0) return []
  if (table.partitionedBy.length === 0) return [{ values: [], location: place.location }]
  return findPartitions({ ...table, location: place.location }, sourceOpener(context))
}

/** Ends a write, whether it was committed or not: what cannot be cleaned up now is left to the next one. */
export async function endTableWrite(
  mark: WriteMark,
  name: string,
  base: Place,
  context: LakeContext,
): Promise<void> {
  try {
    await mark.remove()
    await sweepTable(name, base, context)
  } catch (error) {
    context.logger.warn(`files that no table needs are left in ${base.location}`, {
      error: messageOf(error),
    })
  }
}

const markKey = (prefix: string, id: string): string => `${prefix}${id}/_headrig-write.json`
const retiredKey = (prefix: string, id: string): string => `${prefix}${id}/_headrig-retired.json`

/** Begins a write of a table: a folder of its own, named by the mark's id. */
export function startTableWrite({ store, prefix }: Place): Promise<WriteMark> {
  return startMark(store, (id) => markKey(prefix, id))
}

/**
 * Removes what writers that are gone left behind, and what was replaced a quarter of an hour ago: a query
 * that began before may read it still. What is found to be replaced is noted for a later call.
 */
async function sweepTable(name: string, base: Place, context: LakeContext): Promise<void> {
  const { store, prefix } = base
  const idle = await idleWrites(base)
  // Read after the marks: a write without one is in the catalog, or never will be.
  const entries = await openCatalog(context.store).entries()
  const parts = entries.flatMap((e) => (e.table.name === name ? e.partitions : []))
  for (const { id, isDead } of idle) {
    const own = below(base, id).location
    if (parts.some((p) => p.location === own || p.location.startsWith(`${own}/`))) {
      if (isDead) await store.delete(markKey(prefix, id))
      continue
    }
    const retired = await store.head(retiredKey(prefix, id))
    if (isDead || (retired && Date.now() - retired.modified > DEAD_MS)) await removeWrite(base, id)
    else if (!retired) await store.put(retiredKey(prefix, id), Buffer.from('{}\n'))
  }
}

/** Removes the files of a table that lay below the lake; false when it lay elsewhere. */
export async function removeDropped(table: ExternalTable, context: LakeContext): Promise<boolean> {
  if (table.location !== defaultLocation(table.name, context)) return false
  const base = placeOf(table.location, context)
  for (const { id } of await idleWrites(base)) await removeWrite(base, id)
  return true
}

/** The writes below a table's place that no living writer is at. */
async function idleWrites(base: Place): Promise<{ id: string; isDead: boolean }[]> {
  const { store, prefix } = base
  const idle: { id: string; isDead: boolean }[] = []
  for await (const folder of store.listFolders(prefix)) {
    const id = folder.slice(prefix.length, -1)
    if (!/^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(id)) continue
    const isMarked = (await store.head(markKey(prefix, id))) !== undefined
    if (isMarked && (await isMarkAlive(store, markKey(prefix, id)))) continue
    idle.push({ id, isDead: isMarked })
  }
  return idle
}

/** Removes all that a write made. */
export async function removeWrite(base: Place, id: string): Promise<void> {
  const { store } = base
  const place = below(base, id)
  const folder = folderOf(place)
  const keys: string[] = []
  if (folder !== undefined) await rm(folder, { recursive: true, force: true })
  else for await (const { key } of store.list(place.prefix)) keys.push(key)
  await mapLimit(keys, 16, (key) => store.delete(key))
}
