import { basename, join } from 'node:path'
import { mapLimit } from '../../core/concurrency.js'
import { openDuckDb, type DuckDbEngine } from '../../engines/duckdb/open.js'
import { rewrite } from '../../engines/duckdb/rewrite.js'
import type { DataFile } from '../../engines/engine.js'
import { addAction, removeAction } from '../../lake/add-file.js'
import { planCompaction, TARGET_BYTES, type CompactionGroup } from '../../lake/compaction.js'
import { partitionFolder } from '../../lake/partition-path.js'
import type { Snapshot } from '../../lake/snapshot.js'
import type { LakeContext } from '../context.js'
import { localPaths, withFolder } from './local.js'
import { chosenTables } from './tables.js'

export interface CompactOptions {
  /** Default: all. */
  readonly tables?: readonly string[]
  /** The most that a data file should have, bytes; default 128 MiB. */
  readonly targetBytes?: number
  /** Only say what would be done. */
  readonly dryRun?: boolean
}

export interface CompactedTable {
  readonly table: string
  /** Files that were (or would be) merged, and what they became; 0 in a dry run. */
  readonly filesBefore: number
  readonly filesAfter: number
  readonly bytesBefore: number
  readonly bytesAfter: number
  /** Groups of files that another writer removed meanwhile: left to the next run. */
  readonly skipped: number
}

export interface CompactSummary {
  readonly tables: readonly CompactedTable[]
  readonly seconds: number
}

/** Groups that share a commit. */
const AT_A_TIME = 16

/**
 * Merges small data files into large ones, ordered by time. What is large already is copied, the rest is
 * sorted. Readers see the old files or the new ones; rows that arrive meanwhile are not touched. The old
 * files stay until a vacuum.
 */
export async function compact(
  options: CompactOptions,
  context: LakeContext,
): Promise<CompactSummary> {
  const started = Date.now()
  const tables: CompactedTable[] = []
  const names = await chosenTables(context, options.tables)
  let opened: Promise<DuckDbEngine> | undefined
  const engine = (): Promise<DuckDbEngine> => (opened ??= openEngine(context))
  try {
    for (const name of names) tables.push(await compactTable(name, options, engine, context))
  } finally {
    if (opened) (await opened).close()
    context.progress.done()
  }
  return { tables, seconds: (Date.now() - started) / 1000 }
}

/** Groups side by side beat threads on one; what the engine does not count needs the rest of the memory. */
function openEngine({ settings, spillFolder }: LakeContext): Promise<DuckDbEngine> {
  return openDuckDb({
    memoryLimitBytes: settings.memory * 0.55,
    threads: 1,
    tempFolder: join(spillFolder, 'compact'),
  })
}

const LANE_BYTES = 280 * 2 ** 20

async function compactTable(
  table: string,
  options: CompactOptions,
  engine: () => Promise<DuckDbEngine>,
  context: LakeContext,
): Promise<CompactedTable> {
  const snapshot = await context.lake.table(table).snapshot()
  const targetBytes = options.targetBytes ?? TARGET_BYTES
  const groups = snapshot ? planCompaction(snapshot, { targetBytes }) : []
  const total = { table, filesBefore: 0, filesAfter: 0, bytesBefore: 0, bytesAfter: 0, skipped: 0 }
  if (!snapshot) return total
  if (options.dryRun) return groups.reduce((sum, g) => addUp(sum, g, []), total)
  const { memory, threads } = context.settings
  const lanes = Math.max(1, Math.min(threads, Math.floor((memory * 0.55) / LANE_BYTES)))
  let done = 0
  let result = total
  for (let i = 0; i < groups.length; i += AT_A_TIME) {
    const placed: string[] = []
    const merged = await mapLimit(groups.slice(i, i + AT_A_TIME), lanes, async (group) => {
      const merge = await mergeGroup(snapshot, group, targetBytes, engine, context, placed)
      context.progress.update({
        phase: `compacting ${table}`,
        objects: { done: ++done, total: groups.length },
      })
      return merge
    }).catch(async (error: unknown) => {
      // Whatever cannot be deleted now is left to a vacuum.
      for (const key of placed) await context.store.delete(key).catch(() => undefined)
      throw error
    })
    const kept = await commitMerges(table, merged, context)
    for (const merge of kept) result = addUp(result, merge.group, merge.files)
    result = { ...result, skipped: result.skipped + merged.length - kept.length }
  }
  return result
}

function addUp(
  sum: CompactedTable,
  group: CompactionGroup,
  files: readonly { readonly size: number }[],
): CompactedTable {
  return {
    ...sum,
    filesBefore: sum.filesBefore + group.files.length,
    filesAfter: sum.filesAfter + files.length,
    bytesBefore: sum.bytesBefore + group.bytes,
    bytesAfter: sum.bytesAfter + files.reduce((n, f) => n + f.size, 0),
  }
}

interface Merge {
  readonly group: CompactionGroup
  /** In the table's folder, by no version yet. */
  readonly files: readonly (DataFile & { readonly placed: string })[]
}

async function mergeGroup(
  snapshot: Snapshot,
  group: CompactionGroup,
  targetBytes: number,
  engine: () => Promise<DuckDbEngine>,
  context: LakeContext,
  placed: string[],
): Promise<Merge> {
  const { columns, partitionColumns } = snapshot.metadata
  return withFolder(context, async (folder) => {
    const paths = await localPaths(context, snapshot, group.files, folder)
    const made = await rewrite(engine, {
      files: paths.map((path, i) => ({ path, stats: group.files[i]?.stats })),
      columns: columns.filter((c) => !partitionColumns.includes(c.name)),
      eventDay: group.partitionValues['event_day'] ?? null,
      folder,
      targetBytes,
      signal: context.signal,
    })
    const place = partitionFolder(partitionColumns, group.partitionValues)
    return {
      group,
      files: await mapLimit(made, 2, async (file) => {
        const path = `${place}${basename(file.path)}`
        const key = snapshot.keyOf({ path })
        placed.push(key)
        await context.store.putFile(key, file.path)
        return { ...file, placed: path }
      }),
    }
  })
}

/** Commits the groups whose files are all still there; the new files of the others are deleted again. */
async function commitMerges(
  table: string,
  merges: readonly Merge[],
  context: LakeContext,
): Promise<readonly Merge[]> {
  let kept: readonly Merge[] = []
  const outcome = await context.lake.table(table).commit({
    operation: 'OPTIMIZE',
    info: { compaction: true },
    build: async (snapshot) => {
      kept = merges.filter((m) => m.group.files.every((f) => snapshot?.file(f.path)))
      if (kept.length === 0) return undefined
      return kept.flatMap(({ group, files }) => [
        ...group.files.map((f) => removeAction(f, false)),
        ...files.map((f) =>
          addAction({
            path: f.placed,
            partitionValues: group.partitionValues,
            size: f.size,
            stats: f.stats,
            dataChange: false,
          }),
        ),
      ])
    },
  })
  const made = outcome.committed ? kept : []
  for (const merge of merges) {
    if (made.includes(merge)) continue
    for (const f of merge.files) await context.store.delete(`tables/${table}/${f.placed}`)
  }
  return made
}
