/** What one task reads at most; a single object may exceed it. */
export interface GroupLimits {
  /** Stored bytes; each object counts for 32 KiB more. */
  readonly bytes: number
  readonly objects: number
}

/** Objects from `from` up to, not including, `to`. */
export interface ObjectGroup {
  readonly from: number
  readonly to: number
}

/** What opening an object costs, in bytes read meanwhile. */
const OPEN_BYTES = 32 << 10

/**
 * Cuts objects into groups of neighbours, so that what a task writes is a contiguous stretch of time.
 * @param sizes stored bytes of each object, in the order in which they are read
 */
export function groupsOf(sizes: readonly number[], limits: GroupLimits): ObjectGroup[] {
  const groups: ObjectGroup[] = []
  let from = 0
  let bytes = 0
  for (const [at, size] of sizes.entries()) {
    const cost = size + OPEN_BYTES
    if (at > from && (bytes + cost > limits.bytes || at - from >= limits.objects)) {
      groups.push({ from, to: at })
      from = at
      bytes = 0
    }
    bytes += cost
  }
  if (sizes.length > from) groups.push({ from, to: sizes.length })
  return groups
}

const PARTS = 16

/** Cuts a group into at most sixteen of about the same number of objects. */
export function partsOf({ from, to }: ObjectGroup): ObjectGroup[] {
  const length = Math.ceil((to - from) / PARTS)
  const parts: ObjectGroup[] = []
  for (let at = from; at < to; at += length) parts.push({ from: at, to: Math.min(to, at + length) })
  return parts
}
