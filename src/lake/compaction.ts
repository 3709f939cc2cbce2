import type { PartitionValues } from './actions.js'
import type { AddFile } from './add-file.js'
import type { Snapshot } from './snapshot.js'

/** How large a data file should become, bytes. */
export const TARGET_BYTES = 128 * 2 ** 20

/** Files of one partition that are to become fewer. */
export interface CompactionGroup {
  readonly partitionValues: PartitionValues
  /** Oldest rows first. */
  readonly files: readonly AddFile[]
  readonly bytes: number
}

/** A file is taken only with others that hold a share of its bytes: copying it for less is no gain. */
const WORTH_SHARE = 1 / 4

/**
 * Groups the small files (less than half of the target) of each partition, in order of time. A file is
 * left alone while all smaller ones together hold little next to it. Every group gives fewer files than it
 * has, so that planning again after the work comes to an end.
 * @example for (const group of await planCompaction(snapshot)) await rewriteAndCommit(group)
 */
export async function planCompaction(
  snapshot: Pick<Snapshot, 'eachFile'>,
  options: { readonly targetBytes?: number; readonly groupBytes?: number } = {},
): Promise<readonly CompactionGroup[]> {
  const targetBytes = options.targetBytes ?? TARGET_BYTES
  const groupBytes = options.groupBytes ?? 4 * targetBytes
  const partitions = new Map<string, AddFile[]>()
  for await (const file of snapshot.eachFile()) {
    if (file.size >= targetBytes / 2) continue
    const key = JSON.stringify(file.partitionValues)
    const files = partitions.get(key)
    if (files) files.push(file)
    else partitions.set(key, [file])
  }
  return [...partitions]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, files]) => split(byTime(worthwhile(files)), groupBytes))
    .filter((g) => g.files.length > 1)
}

/** The most files, smallest first, of which the largest is worth copying for the sake of the others. */
function worthwhile(files: readonly AddFile[]): readonly AddFile[] {
  const sorted = files.toSorted((a, b) => a.size - b.size)
  let count = 0
  let smaller = 0
  for (const [i, { size }] of sorted.entries()) {
    if (smaller >= size * WORTH_SHARE) count = i + 1
    smaller += size
  }
  return sorted.slice(0, count)
}

function byTime(files: readonly AddFile[]): readonly AddFile[] {
  const order = new Map(files.map((f) => [f, `${oldest(f)} ${f.path}`]))
  return files.toSorted((a, b) => ((order.get(a) ?? '') < (order.get(b) ?? '') ? -1 : 1))
}

function oldest(file: AddFile): string {
  const time = file.stats?.minValues['time']
  return typeof time === 'string' ? time : ''
}

function split(files: readonly AddFile[], groupBytes: number): readonly CompactionGroup[] {
  const groups: { partitionValues: PartitionValues; files: AddFile[]; bytes: number }[] = []
  for (const file of files) {
    let group = groups.at(-1)
    if (!group || group.bytes + file.size > groupBytes) {
      group = { partitionValues: file.partitionValues, files: [], bytes: 0 }
      groups.push(group)
    }
    group.files.push(file)
    group.bytes += file.size
  }
  return groups
}
