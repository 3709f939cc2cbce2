import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isoTimeOf } from './values.js'

test('times of any year are written to the microsecond', () => {
  expect(isoTimeOf(20_576_871_326_727_001n)).toBe('2622-01-21T05:35:26.727001Z')
  expect(isoTimeOf(-62_198_755_200_000_001n)).toBe('-000002-12-31T23:59:59.999999Z')
  const date = fc.date({
    min: new Date('-002000-01-01'),
    max: new Date('+020000-01-01'),
    noInvalidDate: true,
  })
  fc.assert(
    fc.property(date, (time) => {
      const text = time.toISOString().replace(/\.?0*Z$/, 'Z')
      expect(isoTimeOf(BigInt(time.getTime()) * 1000n)).toBe(text)
    }),
  )
})
