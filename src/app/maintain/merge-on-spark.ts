import { rewriteOnSpark } from '../../engines/spark/rewrite/rewrite-on-spark.js'
import type { RewriteOrder } from '../../engines/spark/rewrite/messages.js'
import type { CompactionGroup } from '../../lake/compaction.js'
import { partitionFolder } from '../../lake/partition-path.js'
import type { LakeContext } from '../context.js'
import type { SparkPlace } from '../spark-place.js'
import { sparkTasks } from '../spark-tasks.js'
import type { Merger, MergeWork } from './merge.js'

/**
 * Merges on Spark's executors, a task for each group.
 * @throws HeadrigError `unavailable` when Spark cannot be reached or gives up
 */
export async function mergerOnSpark(place: SparkPlace, context: LakeContext): Promise<Merger> {
  const cluster = await sparkTasks(place, context)
  return async (work, onMerge) => {
    const { groups, snapshot } = work
    const prefix = snapshot.keyOf({ path: '' })
    return rewriteOnSpark(cluster, {
      orders: groups.map((group) => orderOf(work, group, prefix)),
      signal: context.signal,
      onRewritten: async (number, files) => {
        const group = groups[number]
        if (!group) return
        await onMerge({
          group,
          files: files.map(({ key, size, stats }) => {
            return { path: key.slice(prefix.length), size, stats }
          }),
        })
      },
    })
  }
}

function orderOf(
  { snapshot, targetBytes }: MergeWork,
  { files, partitionValues }: CompactionGroup,
  prefix: string,
): RewriteOrder {
  const { columns, partitionColumns } = snapshot.metadata
  return {
    files: files.map((file) => {
      const { size, stats } = file
      return { key: snapshot.keyOf(file), size, ...(stats ? { stats } : {}) }
    }),
    columns: columns.filter((c) => !partitionColumns.includes(c.name)),
    eventDay: partitionValues['event_day'] ?? null,
    targetBytes,
    place: `${prefix}${partitionFolder(partitionColumns, partitionValues)}`,
  }
}
