import { basename, join } from 'node:path'
import { mapLimit } from '../../core/concurrency.js'
import { openDuckDb, type DuckDbEngine } from '../../engines/duckdb/open.js'
import { rewrite } from '../../engines/duckdb/rewrite.js'
import type { CompactionGroup } from '../../lake/compaction.js'
import { partitionFolder } from '../../lake/partition-path.js'
import type { LakeContext } from '../context.js'
import { localPaths, withFolder } from './local.js'
import type { Merge, Merger, MergeWork } from './merge.js'

const LANE_BYTES = 280 * 2 ** 20
/** Of the process's memory: what the engine does not count needs the rest. */
const SHARE = 0.55

/** Merges in this process. The engine is started when rows are to be sorted; close ends it. */
export function mergerHere(context: LakeContext): {
  readonly merge: Merger
  close(): Promise<void>
} {
  const { settings, spillFolder } = context
  let opened: Promise<DuckDbEngine> | undefined
  // Groups side by side beat threads on one.
  const engine = (): Promise<DuckDbEngine> =>
    (opened ??= openDuckDb({
      memoryLimitBytes: settings.memory * SHARE,
      threads: 1,
      tempFolder: join(spillFolder, 'compact'),
    }))
  const lanes = Math.min(settings.threads, Math.floor((settings.memory * SHARE) / LANE_BYTES))
  return {
    async merge(work, onMerge) {
      await mapLimit(work.groups, Math.max(1, lanes), async (group) =>
        onMerge(await mergeGroup(work, group, engine, context)),
      )
      return []
    },
    async close() {
      if (opened) (await opened).close()
    },
  }
}

async function mergeGroup(
  { snapshot, targetBytes }: MergeWork,
  group: CompactionGroup,
  engine: () => Promise<DuckDbEngine>,
  context: LakeContext,
): Promise<Merge> {
  const { store, signal } = context
  const { columns, partitionColumns } = snapshot.metadata
  return withFolder(context, async (folder) => {
    const paths = await localPaths(context, snapshot, group.files, folder)
    const made = await rewrite(engine, {
      files: paths.map((path, i) => ({ path, stats: group.files[i]?.stats })),
      columns: columns.filter((c) => !partitionColumns.includes(c.name)),
      eventDay: group.partitionValues['event_day'] ?? null,
      folder,
      targetBytes,
      signal,
    })
    const place = partitionFolder(partitionColumns, group.partitionValues)
    const files = made.map(({ path, size, stats }) => {
      return { local: path, path: `${place}${basename(path)}`, size, stats }
    })
    try {
      await mapLimit(files, 2, ({ path, local }) => store.putFile(snapshot.keyOf({ path }), local))
    } catch (error) {
      for (const file of files) await store.delete(snapshot.keyOf(file)).catch(() => undefined)
      throw error
    }
    return { group, files }
  })
}
