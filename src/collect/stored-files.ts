import { copyFile, link } from 'node:fs/promises'
import type { DataFile } from '../engines/engine.js'
import type { TableColumn } from '../formats/table-schema.js'
import type { Action } from '../lake/actions.js'
import { addAction } from '../lake/add-file.js'
import { createTableActions } from '../lake/create.js'
import { evolve } from '../lake/evolve.js'
import type { Snapshot } from '../lake/snapshot.js'
import type { ByteStore } from '../storage/store.js'

/**
 * Puts finished files into the table's folder, each once; those that were replaced are deleted. They stay
 * where they are as well: after a lost race they are looked through again.
 */
export async function storeFiles(
  store: ByteStore,
  table: string,
  data: readonly DataFile[],
  stored: Map<string, string>,
): Promise<Action[]> {
  const current = new Set(data.map((f) => f.path))
  for (const [path, key] of stored) {
    if (current.has(path)) continue
    await store.delete(key)
    stored.delete(path)
  }
  const actions: Action[] = []
  for (const file of data) {
    const path = `event_day=${file.eventDay}/${file.path.split('/').at(-1)}`
    const key = `tables/${table}/${path}`
    if (!stored.has(file.path)) {
      if (file.key !== key) await store.putFile(key, await secondName(file.path))
      stored.set(file.path, key)
    }
    actions.push(
      addAction({
        path,
        partitionValues: { event_day: file.eventDay },
        size: file.size,
        stats: file.stats,
      }),
    )
  }
  return actions
}

/** A store takes a file over, so it is given another name of it. */
async function secondName(path: string): Promise<string> {
  const name = `${path}.given`
  // Not every file system has links.
  await link(path, name).catch(() => copyFile(path, name))
  return name
}

/** What makes a table, or adds the columns that it does not have yet. */
export function schemaActions(
  snapshot: Snapshot | undefined,
  columns: readonly TableColumn[],
): readonly Action[] {
  if (!snapshot) return createTableActions(columns, ['event_day'])
  const evolved = evolve(snapshot, columns)
  return evolved ? [evolved] : []
}
