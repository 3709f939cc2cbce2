import fc from 'fast-check'
import { expect, test } from 'vitest'
import { planFleet, unitsOf, type FleetMember } from './capacity.js'

const types = fc.uniqueArray(
  fc.record({
    type: fc.constantFrom('m5.xlarge', 'm5.2xlarge', 'r5.xlarge', 'c5.large'),
    weight: fc.integer({ min: 1, max: 12 }),
    priority: fc.integer({ min: 0, max: 3 }),
  }),
  { selector: ({ type }) => type, minLength: 1 },
)
const members = fc
  .array(fc.integer({ min: 1, max: 12 }), { maxLength: 20 })
  .map((weights) =>
    weights.map((weight, i): FleetMember => ({ id: `i-${i}`, weight, market: 'SPOT' })),
  )
const allocation = fc.constantFrom('in-order', 'prioritized', 'diversified')

test('after its plan a fleet has its target, and at most one instance more', () => {
  fc.assert(
    fc.property(fc.record({ target: fc.nat(100), members, types, allocation }), (options) => {
      const { launch, terminate } = planFleet(options)
      const kept = options.members.filter(({ id }) => !terminate.includes(id))
      const units = unitsOf(kept) + unitsOf(launch)
      expect(launch.length === 0 || terminate.length === 0).toBe(true)
      expect(units).toBeGreaterThanOrEqual(options.target)
      const weights = [...kept, ...launch].map(({ weight }) => weight)
      if (weights.length > 0) expect(units - options.target).toBeLessThan(Math.max(...weights))
      if (launch.length > 0)
        expect(units - options.target).toBeLessThan(
          Math.min(...options.types.map(({ weight }) => weight)),
        )
    }),
  )
})

test('a plan that was carried out plans nothing more', () => {
  fc.assert(
    fc.property(fc.record({ target: fc.nat(60), members, types, allocation }), (options) => {
      const { launch, terminate } = planFleet(options)
      const after = [
        ...options.members.filter(({ id }) => !terminate.includes(id)),
        ...launch.map(({ weight }, i) => ({ id: `new-${i}`, weight, market: 'SPOT' as const })),
      ]
      expect(planFleet({ ...options, members: after })).toEqual({ launch: [], terminate: [] })
    }),
  )
})

test('types are taken in order, by priority, or by turns', () => {
  const plan = (how: 'in-order' | 'prioritized' | 'diversified') =>
    planFleet({
      target: 6,
      members: [],
      types: [
        { type: 'a', weight: 2, priority: 1 },
        { type: 'b', weight: 2, priority: 0 },
        { type: 'c', weight: 8 },
      ],
      allocation: how,
    }).launch.map(({ type }) => type)
  expect(plan('in-order')).toEqual(['a', 'a', 'a'])
  expect(plan('prioritized')).toEqual(['b', 'b', 'b'])
  expect(plan('diversified')).toEqual(['a', 'b', 'a'])
})

test('the newest go first, until one is too heavy', () => {
  const of = (id: string, weight: number): FleetMember => ({ id, weight, market: 'ON_DEMAND' })
  const { terminate } = planFleet({
    target: 4,
    members: [of('old', 3), of('light', 1), of('heavy', 4), of('new', 2)],
    types: [],
    allocation: 'in-order',
  })
  expect(terminate).toEqual(['new', 'heavy'])
})
