import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CALM_MS, distribute, managedTarget, type ComputeLimits, type Pool } from './managed.js'

/** Every limit is large enough for one core node. */
const HEAVIEST = 8
const pool = fc.record({
  id: fc.uuid(),
  role: fc.constantFrom('CORE', 'TASK'),
  market: fc.constantFrom('ON_DEMAND', 'SPOT'),
  weight: fc.integer({ min: 1, max: HEAVIEST }),
  count: fc.integer({ min: 0, max: 12 }),
})
/** One core group, or the two markets of one core fleet, which have one weight. */
const pools = fc
  .tuple(
    pool.map((p): Pool => ({ ...p, role: 'CORE', count: Math.max(1, p.count) })),
    fc.uniqueArray(pool, { maxLength: 3, selector: ({ id }) => id }),
  )
  .filter(([core, others]) => others.every(({ id }) => id !== core.id))
  .map(([core, others]): readonly Pool[] => [
    core,
    ...others.map((p) => (p.role === 'CORE' ? { ...p, weight: core.weight } : p)),
  ])
const limits = fc
  .tuple(fc.nat(40), fc.nat(60), fc.nat(100), fc.nat(100))
  .map(([minimum, more, onDemand, core]): ComputeLimits => ({
    minimum,
    maximum: HEAVIEST + minimum + more,
    maximumOnDemand: HEAVIEST + onDemand,
    maximumCore: HEAVIEST + core,
  }))

function units(of: readonly Pool[], counts: ReadonlyMap<string, number>): number {
  return of.reduce((sum, { id, weight }) => sum + (counts.get(id) ?? 0) * weight, 0)
}

test('no limit is exceeded, and one core node stays', () => {
  fc.assert(
    fc.property(pools, limits, fc.nat(100), (all, limit, target) => {
      const counts = distribute(target, all, limit)
      const core = all.filter(({ role }) => role === 'CORE')
      const onDemand = all.filter(({ market }) => market === 'ON_DEMAND')
      expect(units(all, counts)).toBeLessThanOrEqual(limit.maximum)
      expect(units(core, counts)).toBeLessThanOrEqual(limit.maximumCore!)
      expect(units(onDemand, counts)).toBeLessThanOrEqual(limit.maximumOnDemand!)
      expect(core.some(({ id }) => (counts.get(id) ?? 0) > 0)).toBe(true)
    }),
  )
})

test('what was spread once stays as it is', () => {
  fc.assert(
    fc.property(pools, limits, fc.nat(100), (all, limit, target) => {
      const counts = distribute(target, all, limit)
      const after = all.map((p) => ({ ...p, count: counts.get(p.id)! }))
      expect(distribute(target, after, limit)).toEqual(counts)
    }),
  )
})

test('the target is in the limits, grows at once and shrinks when it was calm', () => {
  fc.assert(
    fc.property(limits, fc.array(fc.tuple(fc.nat(2 * CALM_MS), fc.nat(120))), (limit, past) => {
      const now = 2 * CALM_MS
      const needs = past.map(([time, amount]) => ({ time, units: amount }))
      const target = managedTarget(limit, needs, now)
      expect(target).toBeGreaterThanOrEqual(limit.minimum)
      expect(target).toBeLessThanOrEqual(limit.maximum)
      const more = managedTarget(limit, [...needs, { time: now, units: 80 }], now)
      expect(more).toBeGreaterThanOrEqual(Math.min(80, limit.maximum))
      expect(managedTarget(limit, needs, now + 3 * CALM_MS)).toBe(limit.minimum)
    }),
  )
})

test('core grows to its limit, then On-Demand, then Spot; Spot goes first', () => {
  const of = (id: string, role: 'CORE' | 'TASK', market: 'ON_DEMAND' | 'SPOT', count: number) => ({
    id,
    role,
    market,
    count,
    weight: 1,
  })
  const limit = { minimum: 1, maximum: 10, maximumCore: 3, maximumOnDemand: 5 }
  const start = [
    of('spot', 'TASK', 'SPOT', 0),
    of('core', 'CORE', 'ON_DEMAND', 1),
    of('task', 'TASK', 'ON_DEMAND', 0),
  ]
  const grown = distribute(8, start, limit)
  expect(Object.fromEntries(grown)).toEqual({ core: 3, task: 2, spot: 3 })
  const full = start.map((p) => ({ ...p, count: grown.get(p.id)! }))
  expect(Object.fromEntries(distribute(4, full, limit))).toEqual({ core: 3, task: 1, spot: 0 })
  expect(Object.fromEntries(distribute(0, full, limit))).toEqual({ core: 1, task: 0, spot: 0 })
})
