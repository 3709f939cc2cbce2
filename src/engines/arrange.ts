/** Rows that lie together in a file: a row group, or a file that only an engine can read. */
export interface RowSet {
  readonly rows: number
  /** As stored. */
  readonly bytes: number
  /** From when to when they reach, µs; undefined when no row has a time, or that is not known. */
  readonly span: { readonly from: number; readonly to: number } | undefined
  /** Whether their bytes can be taken over as they are. */
  readonly copyable: boolean
}

/** What a full row group holds. */
export const FULL_ROWS = 131_072

/** Fewer rows, in fewer bytes, are worth merging with their neighbours. */
const SMALL_ROWS = 16_384
const SMALL_BYTES = 2 * 2 ** 20

/** A moment that more rows' row groups cover is deep: who asks for it reads as much as that. */
const DEEP_ROWS = 3 * FULL_ROWS

/**
 * Decides which rows are copied and which are sorted again, each inner list by itself. Sorted are:
 * row groups that lie for the most part where many overlap, neighbours in time that are small, and what
 * cannot be copied. Of the rest, row groups follow each other by time and may overlap at their edges; at
 * most every second one is small.
 */
export function arrange<T extends RowSet>(
  sets: readonly T[],
): { readonly copied: readonly T[]; readonly sorted: readonly (readonly T[])[] } {
  const ordered = sets.toSorted(byTime)
  const isLarge = (s: T): boolean => s.copyable && (s.rows >= SMALL_ROWS || s.bytes >= SMALL_BYTES)
  const deep = deepIntervals(ordered.filter(isLarge)).map((interval) => ({
    ...interval,
    sets: [] as T[],
  }))
  for (const set of ordered.filter(isLarge)) mostlyIn(set, deep)?.sets.push(set)
  const clusters = deep.filter((d) => d.sets.length > 1)
  const taken = new Set(clusters.flatMap((c) => c.sets))
  const copied: T[] = []
  const runs: T[][] = [[]]
  for (const set of ordered) {
    if (taken.has(set)) continue
    const at = set.span?.from
    const cluster = at === undefined ? undefined : clusters.find((c) => c.from <= at && at <= c.to)
    if (isLarge(set)) {
      copied.push(set)
      runs.push([])
    } else if (cluster) cluster.sets.push(set)
    else runs.at(-1)?.push(set)
  }
  const sorted = clusters.map((c) => c.sets)
  for (const run of runs) {
    if (run.length > 1 || run.some((s) => !s.copyable)) sorted.push(run)
    else copied.push(...run)
  }
  return { copied, sorted }
}

/** Orders by time; rows without one come last. */
export function byTime(a: RowSet, b: RowSet): number {
  if (!a.span || !b.span) return Number(!a.span) - Number(!b.span)
  return a.span.from - b.span.from || a.span.to - b.span.to
}

interface Interval {
  readonly from: number
  readonly to: number
}

/** The times, ends included, that row groups of too many rows cover. */
function deepIntervals(sets: readonly RowSet[]): readonly Interval[] {
  const edges = sets.flatMap(({ span, rows }) =>
    span
      ? [
          { at: span.from, rows },
          { at: span.to + 1, rows: -rows },
        ]
      : [],
  )
  edges.sort((a, b) => a.at - b.at || a.rows - b.rows)
  const intervals: Interval[] = []
  let from: number | undefined
  let depth = 0
  edges.forEach(({ at, rows }, i) => {
    depth += rows
    if (edges[i + 1]?.at === at) return
    if (depth > DEEP_ROWS) from ??= at
    else if (from !== undefined) {
      intervals.push({ from, to: at - 1 })
      from = undefined
    }
  })
  return intervals
}

/** The interval that most of a set's span lies in, if most of its span lies in any. */
function mostlyIn<I extends Interval>(set: RowSet, intervals: readonly I[]): I | undefined {
  const { span } = set
  if (!span) return undefined
  const shared = intervals.map((interval) => ({
    interval,
    length: Math.min(span.to, interval.to) - Math.max(span.from, interval.from) + 1,
  }))
  const most = shared.reduce<(typeof shared)[number] | undefined>(
    (best, s) => (s.length > (best?.length ?? 0) ? s : best),
    undefined,
  )
  const total = shared.reduce((sum, s) => sum + Math.max(0, s.length), 0)
  return most && total * 2 > span.to - span.from + 1 ? most.interval : undefined
}
