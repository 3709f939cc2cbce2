/** Time as a straight line over the bytes that are read. */
export interface Line {
  /** Seconds before the first byte. */
  readonly start: number
  /** Seconds for each byte. */
  readonly perByte: number
}

interface Point {
  readonly bytes: number
  readonly seconds: number
}

/** The line through two measured points. */
export function through(a: Point, b: Point): Line {
  const perByte = (b.seconds - a.seconds) / (b.bytes - a.bytes)
  return { start: a.seconds - perByte * a.bytes, perByte }
}

/**
 * From how many bytes on a cluster with `times` the cores is first, when all of its work is spread over
 * them; undefined when it never is.
 * @example breakEven({ start: 0, perByte: 1 }, { start: 10, perByte: 2 }, 4) // 20
 */
export function breakEven(one: Line, cluster: Line, times: number): number | undefined {
  const gain = one.perByte - cluster.perByte / times
  return gain > 0 ? Math.max(0, (cluster.start - one.start) / gain) : undefined
}
