import { evaluate, type AlarmCondition } from '../alarms/evaluate.js'
import type { Sample } from '../metrics/statistic.js'

export type AdjustmentType = 'CHANGE_IN_CAPACITY' | 'PERCENT_CHANGE_IN_CAPACITY' | 'EXACT_CAPACITY'

/** A rule of an automatic scaling policy. */
export interface ScalingRule {
  readonly name: string
  readonly metric: string
  readonly when: AlarmCondition
  readonly adjustmentType: AdjustmentType
  readonly adjustment: number
  /** In milliseconds: how long no rule acts after this one did. */
  readonly coolDownMs: number
}

export interface Constraints {
  readonly least: number
  readonly most: number
}

/** What a policy does now. */
export interface ScalingAction {
  readonly rule: string
  readonly count: number
  /** Until when no rule of the policy acts. */
  readonly quietUntil: number
}

export interface RuleFacts {
  /** How many instances the group is asked to have. */
  readonly count: number
  readonly samplesOf: (metric: string) => readonly Sample[]
  /** Of the last action. */
  readonly quietUntil: number
  readonly now: number
}

/**
 * What the rules of a group do now; undefined when nothing is to change. Of several that fire, the one that leaves the
 * most instances acts.
 */
export function applyRules(
  rules: readonly ScalingRule[],
  constraints: Constraints,
  { count, samplesOf, quietUntil, now }: RuleFacts,
): ScalingAction | undefined {
  if (now < quietUntil) return undefined
  const actions = rules
    .filter(({ metric, when }) => evaluate(when, samplesOf(metric), now, 'OK') === 'ALARM')
    .map((rule) => ({
      rule: rule.name,
      count: adjusted(rule, constraints, count),
      quietUntil: now + rule.coolDownMs,
    }))
    .filter((action) => action.count !== count)
    .toSorted((a, b) => b.count - a.count)
  return actions[0]
}

/** How many instances a rule asks for, within the constraints. */
export function adjusted(
  { adjustmentType, adjustment }: Pick<ScalingRule, 'adjustmentType' | 'adjustment'>,
  { least, most }: Constraints,
  count: number,
): number {
  const wanted =
    adjustmentType === 'EXACT_CAPACITY'
      ? adjustment
      : adjustmentType === 'CHANGE_IN_CAPACITY'
        ? count + adjustment
        : count + percent(count, adjustment)
  return Math.min(Math.max(wanted, least), most)
}

/** Rounded towards zero, but never to nothing: as Auto Scaling has it. */
function percent(count: number, adjustment: number): number {
  const exact = (count * adjustment) / 100
  return Math.abs(exact) < 1 ? Math.sign(exact) : Math.trunc(exact)
}
