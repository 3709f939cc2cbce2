import { mkdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { mapLimit } from '../../../core/concurrency.js'
import { download } from '../../../storage/download.js'
import { openStore } from '../../../storage/open.js'
import type { ByteStore } from '../../../storage/store.js'
import { type DuckDbEngine, openDuckDb } from '../../duckdb/open.js'
import { rewrite } from '../../duckdb/rewrite.js'
import { withOrder } from '../convert/order.js'
import type { TaskPointer } from '../convert/messages.js'
import type { RewriteOrder, RewriteResult, RewrittenFile } from './messages.js'

/** For rows that are sorted; what does not fit goes to the task's scratch. */
const ENGINE_BYTES = 256 << 20
const AT_ONCE = 4

/**
 * Merges a task's files with the embedded engine's code and leaves the new ones in the lake's store, under
 * names that no other attempt has. What is left there after a failure is nobody's, and goes at vacuum.
 * @param scratch an empty folder; the caller deletes it
 * @param onUnwanted called when the order is taken back
 * @throws HeadrigError `invalid` when this machine does not see the lake, else as `rewrite` and the stores do
 */
export async function runRewrite(
  pointer: TaskPointer,
  task: number,
  scratch: string,
  onUnwanted: () => void,
): Promise<RewriteResult> {
  const lake = openStore(pointer.lake, pointer.s3)
  return withOrder<RewriteOrder, RewriteResult>(lake, pointer, task, onUnwanted, async (order) => {
    const folder = join(scratch, 'merged')
    await mkdir(folder, { recursive: true, mode: 0o700 })
    let opened: Promise<DuckDbEngine> | undefined
    const engine = (): Promise<DuckDbEngine> =>
      (opened ??= openDuckDb({
        memoryLimitBytes: ENGINE_BYTES,
        threads: 1,
        tempFolder: join(scratch, 'spill'),
      }))
    try {
      const { columns, eventDay, targetBytes } = order
      const files = await sourcesOf(lake, order, join(scratch, 'sources'))
      const made = await rewrite(engine, { files, columns, eventDay, folder, targetBytes })
      const placed: RewrittenFile[] = []
      for (const { path, size, stats } of made) {
        const key = `${order.place}${basename(path)}`
        await lake.putFile(key, path)
        placed.push({ key, size, stats })
      }
      return { files: placed }
    } finally {
      if (opened) (await opened).close()
    }
  })
}

/** In place where the lake is on this machine. */
async function sourcesOf(
  lake: ByteStore,
  { files }: RewriteOrder,
  folder: string,
): Promise<Parameters<typeof rewrite>[1]['files']> {
  return mapLimit(files, AT_ONCE, async ({ key, size, stats }, number) => {
    const inPlace = lake.localPath(key)
    if (inPlace !== undefined) return { path: inPlace, stats }
    const path = join(folder, `${number}.parquet`)
    await download(lake, { key, size }, path)
    return { path, stats }
  })
}
