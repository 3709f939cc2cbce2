import { dataPoints, type Sample, type Statistic } from '../metrics/statistic.js'

/** In CloudWatch's words. */
export const ALARM_STATES = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const
export type AlarmState = (typeof ALARM_STATES)[number]

/** In the words of EMR's API. */
export const COMPARISONS = {
  GREATER_THAN_OR_EQUAL: (value: number, threshold: number) => value >= threshold,
  GREATER_THAN: (value: number, threshold: number) => value > threshold,
  LESS_THAN: (value: number, threshold: number) => value < threshold,
  LESS_THAN_OR_EQUAL: (value: number, threshold: number) => value <= threshold,
} as const
export type Comparison = keyof typeof COMPARISONS

/** What a period without data counts as, in CloudWatch's words. */
export const MISSING_DATA = ['missing', 'ignore', 'breaching', 'notBreaching'] as const
export type MissingData = (typeof MISSING_DATA)[number]

/** When a metric is alarming. */
export interface AlarmCondition {
  readonly statistic: Statistic
  readonly comparison: Comparison
  readonly threshold: number
  /** In milliseconds. */
  readonly periodMs: number
  readonly evaluationPeriods: number
  /** How many of the periods must breach; default all. */
  readonly datapointsToAlarm?: number
  /** Default `missing`. */
  readonly missingData?: MissingData
}

/** CloudWatch looks a little further back than it must, for periods that came late. */
const FURTHER = 2

/**
 * The state of an alarm by its metric's samples, as CloudWatch decides it. `current`: the state it is in,
 * which `ignore` keeps when the data cannot tell.
 * @example evaluate(condition, samples, Date.now(), 'OK') // 'ALARM'
 */
export function evaluate(
  condition: AlarmCondition,
  samples: readonly Sample[],
  now: number,
  current: AlarmState,
): AlarmState {
  const { statistic, periodMs, evaluationPeriods } = condition
  const range = evaluationPeriods + FURTHER
  return judge(condition, dataPoints(samples, statistic, periodMs, range, now), current)
}

/** The state by data points, the newest first; undefined is a period without data. */
export function judge(
  { comparison, threshold, evaluationPeriods, ...rest }: AlarmCondition,
  points: readonly (number | undefined)[],
  current: AlarmState,
): AlarmState {
  const known = points.filter((point) => point !== undefined).slice(0, evaluationPeriods)
  const breaching = known.filter((point) => COMPARISONS[comparison](point, threshold)).length
  const missing = evaluationPeriods - known.length
  const enough = rest.datapointsToAlarm ?? evaluationPeriods
  if (breaching >= enough) return 'ALARM'
  if (missing === 0) return 'OK'
  const allBreach = breaching === known.length
  switch (rest.missingData ?? 'missing') {
    case 'breaching':
      return breaching + missing >= enough ? 'ALARM' : 'OK'
    case 'notBreaching':
      return 'OK'
    case 'ignore':
      return allBreach ? current : 'OK'
    case 'missing':
      if (known.length === 0) return 'INSUFFICIENT_DATA'
      return allBreach ? 'ALARM' : 'OK'
  }
}
