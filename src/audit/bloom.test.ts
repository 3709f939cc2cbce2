import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Bloom } from './bloom.js'

it('never says no for what it holds, and seldom yes for what it does not', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string(), { maxLength: 300 }), async (items) => {
      const kept = Bloom.parse((await Bloom.of(items)).toString())
      expect(items.every((item) => kept.mayHold(item))).toBe(true)
    }),
  )
  const some = await Bloom.of(Array.from({ length: 1000 }, (_, i) => `in ${i}`))
  const wrong = Array.from({ length: 10_000 }, (_, i) => some.mayHold(`out ${i}`)).filter(Boolean)
  expect(wrong.length).toBeLessThan(50)
})
