import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Group, Ranges } from './ranges.js'

const GROUP = { bytes: 1000, objects: 10 }

test('two threads get a half each, in order', () => {
  const ranges = new Ranges(
    Array.from({ length: 100 }, () => 100),
    2,
    GROUP,
  )
  const first = [ranges.take(0), ranges.take(1), ranges.take(0), ranges.take(1)]
  expect(first).toEqual([
    { from: 0, to: 5, apart: false },
    { from: 50, to: 55, apart: false },
    { from: 5, to: 10, apart: false },
    { from: 55, to: 60, apart: false },
  ])
})

test('whoever is done takes over the later half of the longest rest', () => {
  const ranges = new Ranges(
    Array.from({ length: 100 }, () => 100),
    2,
    GROUP,
  )
  while ((ranges.take(0)?.to ?? 100) < 50);
  expect(ranges.take(0)).toEqual({ from: 75, to: 80, apart: true })
  expect(ranges.take(0)).toEqual({ from: 80, to: 85, apart: false })
  expect(ranges.take(1)).toEqual({ from: 50, to: 55, apart: false })
})

test('little work stays in one hand', () => {
  const ranges = new Ranges([10, 10, 10], 2, GROUP)
  expect(ranges.take(1)).toBeUndefined()
  expect(ranges.take(0)).toEqual({ from: 0, to: 3, apart: false })
  expect(ranges.take(0)).toBeUndefined()
  expect(new Ranges([], 2, GROUP).take(0)).toBeUndefined()
})

test('every object goes out once, and only what is apart says so', () => {
  const sizes = fc.array(fc.oneof(fc.integer({ min: 0, max: 300 }), fc.constant(5000)), {
    maxLength: 300,
  })
  const turns = fc.infiniteStream(fc.nat())
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 5 }), turns, (bytes, threads, order) => {
      const ranges = new Ranges(bytes, threads, GROUP)
      const given = bytes.map(() => 0)
      const last: (Group | undefined)[] = []
      const open = new Set(Array.from({ length: threads }, (_, i) => i))
      while (open.size > 0) {
        const thread = [...open][(order.next().value as number) % open.size] as number
        const group = ranges.take(thread)
        if (!group) {
          open.delete(thread)
          continue
        }
        expect(group.to).toBeGreaterThan(group.from)
        for (let i = group.from; i < group.to; i++) given[i] = (given[i] ?? 0) + 1
        const before = last[thread]
        if (before) expect(group.apart).toBe(group.from !== before.to)
        last[thread] = group
      }
      expect(given.every((n) => n === 1)).toBe(true)
    }),
  )
})
