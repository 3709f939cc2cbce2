/** A value at a moment, in milliseconds since 1970. */
export interface Sample {
  readonly time: number
  readonly value: number
}

/** In the words of EMR's API. */
export const STATISTICS = ['SAMPLE_COUNT', 'AVERAGE', 'SUM', 'MINIMUM', 'MAXIMUM'] as const
export type Statistic = (typeof STATISTICS)[number]

const OF: Readonly<Record<Statistic, (values: readonly number[]) => number>> = {
  SAMPLE_COUNT: (values) => values.length,
  AVERAGE: (values) => sum(values) / values.length,
  SUM: sum,
  MINIMUM: (values) => values.reduce((least, value) => Math.min(least, value), Infinity),
  MAXIMUM: (values) => values.reduce((most, value) => Math.max(most, value), -Infinity),
}

/**
 * The statistic of each of the last `count` periods, the newest first; undefined for a period without samples.
 * The newest period ends now: nobody waits for a boundary.
 * @param periodMs how long a period is, in milliseconds
 * @example dataPoints(samples, 'AVERAGE', 300_000, 3, Date.now()) // [12, undefined, 7]
 */
export function dataPoints(
  samples: readonly Sample[],
  statistic: Statistic,
  periodMs: number,
  count: number,
  now: number,
): readonly (number | undefined)[] {
  const periods = Array.from({ length: count }, (): number[] => [])
  for (const { time, value } of samples)
    if (time <= now) periods[Math.floor((now - time) / periodMs)]?.push(value)
  return periods.map((values) => (values.length === 0 ? undefined : OF[statistic](values)))
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
