import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { mapLimit } from '../../core/concurrency.js'
import type { AddFile } from '../../lake/add-file.js'
import type { Snapshot } from '../../lake/snapshot.js'
import { download } from '../../storage/download.js'
import type { LakeContext } from '../context.js'

/** Runs with a fresh folder on this machine, which is gone afterwards. */
export async function withFolder<T>(
  context: LakeContext,
  run: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = join(context.spillFolder, randomUUID())
  await mkdir(folder, { recursive: true, mode: 0o700 })
  try {
    return await run(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Local paths of a table's data files; those of a remote lake are copied into the folder. */
export async function localPaths(
  { store, signal }: LakeContext,
  snapshot: Snapshot,
  files: readonly AddFile[],
  folder: string,
): Promise<readonly string[]> {
  return mapLimit(files, 4, async (file) => {
    const key = snapshot.keyOf(file)
    const inPlace = store.localPath(key)
    if (inPlace !== undefined) return inPlace
    const path = join(folder, `${randomUUID()}.parquet`)
    await download(store, { key, size: file.size }, path, signal)
    return path
  })
}
