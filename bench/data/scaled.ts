import type { Dataset } from './datasets.js'

/** A smaller (or larger) set of the same shape. */
export function scaled(set: Dataset, scale: number): Dataset {
  const times = (n: number): number => Math.max(1, Math.round(n * scale))
  return { ...set, records: times(set.records), objects: times(set.objects) }
}
