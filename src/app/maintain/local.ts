import { randomUUID } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { mapLimit } from '../../core/concurrency.js'
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

/** Local paths of objects of the lake; those of a remote lake are copied into the folder. */
export async function localPaths(
  { store, signal }: LakeContext,
  keys: readonly string[],
  folder: string,
): Promise<readonly string[]> {
  return mapLimit(keys, 4, async (key) => {
    const inPlace = store.localPath(key)
    if (inPlace !== undefined) return inPlace
    const path = join(folder, `${randomUUID()}.parquet`)
    await writeFile(path, await store.get(key, { signal }), { mode: 0o600 })
    return path
  })
}
