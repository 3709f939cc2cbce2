import fc from 'fast-check'
import { expect, test } from 'vitest'
import { groupsOf, partsOf } from './groups.js'

test('groups are neighbours, cover every object once and keep to the limits', () => {
  const sizes = fc.array(fc.nat(100_000))
  const limits = fc.record({
    bytes: fc.integer({ min: 1, max: 500_000 }),
    objects: fc.integer({ min: 1, max: 9 }),
  })
  fc.assert(
    fc.property(sizes, limits, (of, limit) => {
      const groups = groupsOf(of, limit)
      expect(groups.flatMap(({ from, to }) => of.slice(from, to))).toEqual(of)
      for (const { from, to } of groups) {
        expect(to).toBeGreaterThan(from)
        expect(to - from).toBeLessThanOrEqual(limit.objects)
        const bytes = of.slice(from, to).reduce((sum, size) => sum + size, 0)
        if (to - from > 1) expect(bytes).toBeLessThanOrEqual(limit.bytes)
      }
    }),
  )
})

test('many small objects are spread, for opening them takes time too', () => {
  const groups = groupsOf(
    Array.from({ length: 1000 }, () => 10),
    {
      bytes: 1 << 20,
      objects: 4000,
    },
  )
  expect(groups.length).toBeGreaterThan(20)
  expect(groupsOf([], { bytes: 1, objects: 1 })).toEqual([])
})

test('parts of a group hold each of its objects once, and end with single ones', () => {
  fc.assert(
    fc.property(fc.nat(9000), fc.integer({ min: 1, max: 9000 }), (from, count) => {
      const parts = partsOf({ from, to: from + count })
      expect(parts.length).toBeLessThanOrEqual(16)
      expect(parts[0]?.from).toBe(from)
      expect(parts.at(-1)?.to).toBe(from + count)
      for (const [i, part] of parts.entries()) {
        expect(part.to).toBeGreaterThan(part.from)
        if (i > 0) expect(part.from).toBe(parts[i - 1]?.to)
        expect(part.to - part.from).toBeLessThan(Math.max(2, count))
      }
    }),
  )
})
