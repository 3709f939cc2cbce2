import type { FileStats } from '../core/file-stats.js'

/** Reads the `stats` text of an `add`; undefined when there is none or it is no object. */
export function parseStats(text: string | null | undefined): FileStats | undefined {
  if (!text) return undefined
  let stats: Partial<FileStats> | null
  try {
    stats = JSON.parse(text) as Partial<FileStats> | null
  } catch {
    return undefined
  }
  if (typeof stats !== 'object' || stats === null || typeof stats.numRecords !== 'number') {
    return undefined
  }
  const { numRecords, minValues, maxValues, nullCount } = stats
  return {
    numRecords,
    minValues: minValues ?? {},
    maxValues: maxValues ?? {},
    nullCount: nullCount ?? {},
  }
}
