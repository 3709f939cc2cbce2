import { formatSize } from '../../core/size.js'
import { planCompaction, TARGET_BYTES, type CompactionGroup } from '../../lake/compaction.js'
import type { LakeContext } from '../context.js'
import { MergeCommits } from './commit-merges.js'
import type { Merger } from './merge.js'
import { mergerHere } from './merge-here.js'
import { SPARK_BYTES } from '../spark-bytes.js'
import { sparkPlace } from '../spark-place.js'
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

/**
 * Merges small data files into large ones, ordered by time. What is large already is copied, the rest is
 * sorted. Readers see the old files or the new ones; rows that arrive meanwhile are not touched. The old
 * files stay until a vacuum. With the setting `engine` executors of Spark do the work, with the same result.
 * @throws HeadrigError `internal` for files that are damaged; what else could be merged may be committed
 */
export async function compact(
  options: CompactOptions,
  context: LakeContext,
): Promise<CompactSummary> {
  const started = Date.now()
  const tables: CompactedTable[] = []
  const names = await chosenTables(context, options.tables)
  const here = mergerHere(context)
  try {
    for (const name of names) tables.push(await compactTable(name, options, here.merge, context))
  } finally {
    await here.close()
    context.progress.done()
  }
  return { tables, seconds: (Date.now() - started) / 1000 }
}

async function compactTable(
  table: string,
  options: CompactOptions,
  here: Merger,
  context: LakeContext,
): Promise<CompactedTable> {
  const snapshot = await context.lake.table(table).snapshot()
  const targetBytes = options.targetBytes ?? TARGET_BYTES
  const groups = snapshot ? await planCompaction(snapshot, { targetBytes }) : []
  const total = { table, filesBefore: 0, filesAfter: 0, bytesBefore: 0, bytesAfter: 0, skipped: 0 }
  if (!snapshot || groups.length === 0) return total
  if (options.dryRun) return groups.reduce((sum, g) => addUp(sum, g, []), total)
  const work = { table, snapshot, groups, targetBytes }
  const commits = new MergeCommits(work, context)
  let done = 0
  try {
    const merge = await chosen(table, groups, here, context)
    const [refused] = await merge(work, async (merged) => {
      context.progress.update({
        phase: `compacting ${table}`,
        objects: { done: ++done, total: groups.length },
      })
      await commits.add(merged)
    })
    await commits.flush()
    if (refused) throw refused
  } catch (error) {
    await commits.discard()
    throw error
  }
  const sum = commits.kept.reduce((all, merge) => addUp(all, merge.group, merge.files), total)
  return { ...sum, skipped: commits.skipped }
}

async function chosen(
  table: string,
  groups: readonly CompactionGroup[],
  here: Merger,
  context: LakeContext,
): Promise<Merger> {
  const { engine } = context.settings
  const place = await sparkPlace(engine, context)
  if (!place) return here
  const bytes = groups.reduce((sum, g) => sum + g.bytes, 0)
  const onSpark = engine === 'spark' || bytes >= SPARK_BYTES.compact
  context.logger.info(
    onSpark
      ? `compacting ${table} on spark: ${formatSize(bytes)} to merge`
      : `compacting ${table} in this process: ${formatSize(bytes)} to merge, spark takes over from ${formatSize(SPARK_BYTES.compact)}`,
  )
  if (!onSpark) return here
  const { mergerOnSpark } = await import('./merge-on-spark.js')
  return mergerOnSpark(place, context)
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
