import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeText, encodeText } from './task-text.js'

test('any value comes back, and its text means nothing to SQL, a shell or lines of fields', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = encodeText(value)
      expect(text).toMatch(/^[A-Za-z0-9+/]+={0,2}$/)
      expect(decodeText(text)).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
  const hostile = { key: 'a\tb\n\r\u2028"\'\\`$(x);--\0\ud800😀', null: null }
  expect(decodeText(encodeText(hostile))).toEqual(hostile)
})

test.each(['', '\\N', 'null', 'e30=', `${encodeText(1)} `, encodeText(1).slice(0, -3)])(
  'other text is refused: %j',
  (text) => {
    expect(() => decodeText(text)).toThrow('do not understand each other')
  },
)
