import fc from 'fast-check'
import { expect, test } from 'vitest'
import { duplicateKey } from './duplicate-key.js'

test.each([
  ['{"a":1,"b":{"a":2},"c":[{"a":1},{"a":1}]}', undefined],
  ['{"a":1,"a":1}', 'a'],
  ['{"a":{"x":"{\\"b\\":1","b":2,"b":3}}', 'b'],
  ['{"a":1,"\\u0061":2}', 'a'],
  ['[{"x":["y","y"]},{"x":1 , "x":2}]', 'x'],
  ['{"a,":"\\\\","b":",a","a":":"}', undefined],
])('%s has %s twice', (json, name) => {
  expect(duplicateKey(json)).toBe(name)
})

test('what was made of an object has none, with a name more there is one', () => {
  fc.assert(
    fc.property(fc.json(), fc.string(), fc.json(), (json, name, value) => {
      expect(duplicateKey(json)).toBeUndefined()
      const key = JSON.stringify(name)
      expect(duplicateKey(`[${json},{${key}:${json},"x${key.slice(1)}:0,${key}:${value}}]`)).toBe(
        name,
      )
    }),
  )
})
