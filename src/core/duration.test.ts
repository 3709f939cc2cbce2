import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatDuration, parseDuration } from './duration.js'

test.each([
  ['30s', 30_000],
  ['1h30m', 5_400_000],
  ['7d', 604_800_000],
  ['2w', 1_209_600_000],
  ['250ms', 250],
  [' 1.5H ', 5_400_000],
])('%s is %d ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms)
})

test.each(['', '5', 'm', '5 minutes', '-5m', '1y'])('%j is refused', (text) => {
  expect(() => parseDuration(text)).toThrow('is no span of time')
})

test.each([
  [90_000, '1m30s'],
  [3_600_000, '1h'],
  [90_061_000, '1d1h'],
  [12, '12ms'],
])('%d ms shows as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})

test('what is shown reads back within its two units', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10 ** 11 }), (ms) => {
      const back = parseDuration(formatDuration(ms))
      expect(Math.abs(back - ms)).toBeLessThanOrEqual(Math.max(500, ms * 0.05))
    }),
  )
})
