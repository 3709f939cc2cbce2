import { randomUUID } from 'node:crypto'
import { mkdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { chooseFront } from '../../../front/native/choose.js'
import { openStore } from '../../../storage/open.js'
import type { ByteStore } from '../../../storage/store.js'
import { DuckDbConverter, type FrontBatch } from '../../duckdb/converter.js'
import { openDuckDb } from '../../duckdb/open.js'
import type { ByteRange } from '../../engine.js'
import type { StagedFile, StoredFile, TaskOrder, TaskPointer, TaskResult } from './messages.js'
import { withOrder } from './order.js'

/** For objects that are Parquet themselves; nothing else goes through DuckDB here. */
const ENGINE_BYTES = 256 << 20

/**
 * Reads a task's objects with the embedded reader and leaves its files in the lake's store, under names
 * that no other attempt has. What is left there after a failure is nobody's, and goes at vacuum.
 * @param scratch an empty folder; the caller deletes it
 * @param onUnwanted called when the order is taken back: Spark cannot end a task that is busy elsewhere
 * @throws HeadrigError `invalid` when this machine does not see the lake, else as the stores do
 */
export async function runTask(
  pointer: TaskPointer,
  task: number,
  scratch: string,
  onUnwanted: () => void,
): Promise<TaskResult> {
  const lake = openStore(pointer.lake, pointer.s3)
  return withOrder<TaskOrder, TaskResult>(lake, pointer, task, onUnwanted, async (order) => {
    const folder = join(scratch, 'batch')
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const engine = await openDuckDb({
      memoryLimitBytes: ENGINE_BYTES,
      threads: 1,
      tempFolder: join(scratch, 'spill'),
    })
    const { addon } = chooseFront(order.front ?? 'auto')
    const { arenaBytes } = order
    const converter = new DuckDbConverter(engine, { threads: 1, arenaBytes, addon })
    try {
      const read = fetcher(pointer)
      const batch = await converter.read({
        objects: order.objects,
        fetch: (index, range) => read(order.objects[index]?.uri ?? '', range),
        format: order.format,
        ...(order.fields ? { fields: order.fields } : {}),
        folder,
        ingestedAt: new Date(order.ingestedAt),
        keepDuplicates: order.keepDuplicates,
        signal: new AbortController().signal,
      })
      return await stage(lake, pointer, batch)
    } finally {
      await converter.close()
      engine.close()
    }
  })
}

function fetcher({ s3 }: TaskPointer): (uri: string, range?: ByteRange) => Promise<Uint8Array> {
  const stores = new Map<string, ByteStore>()
  return (uri, range) => {
    const [, root = '', key = ''] = /^([a-z0-9]+:\/\/[^/]+)\/(.*)$/is.exec(uri) ?? []
    let store = stores.get(root)
    if (!store) stores.set(root, (store = openStore(root, s3)))
    return store.get(key, range ? { range } : {})
  }
}

/** Data files go where their table will have them: a commit then only names them. */
async function stage(
  lake: ByteStore,
  pointer: TaskPointer,
  batch: FrontBatch,
): Promise<TaskResult> {
  const files: StagedFile[] = []
  for (const { path, ...file } of batch.written) {
    const key = `tables/${file.formatId}/event_day=${file.day}/${basename(path)}`
    await lake.putFile(key, path)
    files.push({ ...file, key })
  }
  const rejects: StoredFile[] = []
  for (const path of batch.rejects) {
    const key = `${pointer.folder}rejects-${randomUUID()}`
    const { size } = await stat(path)
    await lake.putFile(key, path)
    rejects.push({ key, size })
  }
  const { outcomes, detected, suspects } = batch
  return { outcomes, detected, suspects, files, rejects }
}
