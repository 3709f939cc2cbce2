import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatSize, parseSize } from './size.js'

test.each([
  ['1GiB', 2 ** 30],
  ['1.5 gib', 1.5 * 2 ** 30],
  ['512m', 512 * 2 ** 20],
  ['500MB', 5e8],
  ['1048576', 1048576],
  ['7b', 7],
])('%s is %d bytes', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes)
})

test.each(['', 'GiB', '1 parsec', '-1', '0', '1e9', '99999999TiB', 'NaN'])(
  '%j is refused',
  (text) => {
    expect(() => parseSize(text)).toThrow(`${JSON.stringify(text)} is no size`)
  },
)

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1536, '1.5 KiB'],
  [2 ** 30, '1 GiB'],
  [2 ** 20 - 1, '1 MiB'],
])('%d shows as %s', (bytes, text) => {
  expect(formatSize(bytes)).toBe(text)
})

test('what is shown reads back within its rounding', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 50 }), (bytes) => {
      const back = parseSize(formatSize(bytes))
      expect(Math.abs(back - bytes)).toBeLessThanOrEqual(bytes * 0.05 + 1)
    }),
  )
})
