/** How long calls took, milliseconds. */
export interface Latency {
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly max: number
}

/** @example latency([3, 1, 2]).p50 // 2 */
export function latency(milliseconds: readonly number[]): Latency {
  const sorted = milliseconds.toSorted((a, b) => a - b)
  const at = (share: number): number => {
    const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
    return Math.round(value * 10) / 10
  }
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) }
}

/** @example latencyText({ p50: 1, p95: 2, p99: 3, max: 4 }) // 'p50 1 ms, p95 2 ms, p99 3 ms, max 4 ms' */
export function latencyText(measured: Latency): string {
  return Object.entries(measured)
    .map(([name, ms]) => `${name} ${ms} ms`)
    .join(', ')
}
