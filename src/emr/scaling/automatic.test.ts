import fc from 'fast-check'
import { expect, test } from 'vitest'
import { adjusted, applyRules, type ScalingRule } from './automatic.js'

const MINUTE = 60_000
const rule = (name: string, more: Partial<ScalingRule> = {}): ScalingRule => ({
  name,
  metric: 'YARNMemoryAvailablePercentage',
  when: {
    statistic: 'AVERAGE',
    comparison: 'LESS_THAN',
    threshold: 15,
    periodMs: 5 * MINUTE,
    evaluationPeriods: 1,
  },
  adjustmentType: 'CHANGE_IN_CAPACITY',
  adjustment: 1,
  coolDownMs: 5 * MINUTE,
  ...more,
})
const low = () => [{ time: 10 * MINUTE, value: 3 }]
const facts = { count: 2, samplesOf: low, quietUntil: 0, now: 11 * MINUTE }

test('a rule that fires acts once, then it is quiet', () => {
  const constraints = { least: 1, most: 5 }
  const action = applyRules([rule('out')], constraints, facts)
  expect(action).toEqual({ rule: 'out', count: 3, quietUntil: 16 * MINUTE })
  const { quietUntil } = action!
  expect(applyRules([rule('out')], constraints, { ...facts, quietUntil })).toBeUndefined()
  expect(
    applyRules([rule('out')], constraints, { ...facts, quietUntil, now: 16 * MINUTE - 1 }),
  ).toBeUndefined()
})

test('nothing happens without data, at the constraint, or for another metric', () => {
  const constraints = { least: 1, most: 5 }
  expect(applyRules([rule('a')], constraints, { ...facts, samplesOf: () => [] })).toBeUndefined()
  expect(applyRules([rule('a')], constraints, { ...facts, count: 5 })).toBeUndefined()
  expect(
    applyRules([rule('a', { metric: 'IsIdle' })], constraints, {
      ...facts,
      samplesOf: (metric) => (metric === 'IsIdle' ? [] : low()),
    }),
  ).toBeUndefined()
})

test('of rules that contradict each other, growth wins', () => {
  const rules = [rule('in', { adjustment: -1 }), rule('out', { adjustment: 2 })]
  expect(applyRules(rules, { least: 0, most: 9 }, facts)).toMatchObject({ rule: 'out', count: 4 })
})

test('percentages are rounded towards zero, but never to nothing', () => {
  const of = (adjustment: number, count: number): number =>
    adjusted(
      { adjustmentType: 'PERCENT_CHANGE_IN_CAPACITY', adjustment },
      { least: 0, most: 99 },
      count,
    )
  expect(of(1, 10)).toBe(11)
  expect(of(-1, 10)).toBe(9)
  expect(of(17, 10)).toBe(11)
  expect(of(-67, 10)).toBe(4)
  expect(of(100, 10)).toBe(20)
  expect(of(50, 0)).toBe(0)
})

test('no rule leads out of the constraints', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('CHANGE_IN_CAPACITY', 'PERCENT_CHANGE_IN_CAPACITY', 'EXACT_CAPACITY'),
      fc.integer({ min: -500, max: 500 }),
      fc.nat(50),
      fc.nat(50),
      fc.nat(200),
      (adjustmentType, adjustment, least, more, count) => {
        const constraints = { least, most: least + more }
        const result = adjusted({ adjustmentType, adjustment }, constraints, count)
        expect(Number.isInteger(result)).toBe(true)
        expect(result).toBeGreaterThanOrEqual(least)
        expect(result).toBeLessThanOrEqual(least + more)
      },
    ),
  )
})
