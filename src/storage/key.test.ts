import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isKind } from '../core/errors.js'
import { checkKey, checkPrefix, checkReadable, compareKeys } from './key.js'

function isAccepted(key: string): boolean {
  try {
    checkKey(key)
    return true
  } catch (error) {
    if (isKind(error, 'invalid')) return false
    throw error
  }
}

const anyKey = fc.string({ unit: 'binary' })

test('orders keys by their UTF-8 bytes', () => {
  fc.assert(
    fc.property(anyKey, anyKey, (a, b) => {
      const expected = Buffer.compare(Buffer.from(a), Buffer.from(b))
      expect(Math.sign(compareKeys(a, b))).toBe(expected)
    }),
  )
  expect(compareKeys('\uffff', '😀')).toBeLessThan(0)
})

test('accepts a key only if it stays where it is when resolved', () => {
  const part = fc.constantFrom('a', '..', '.', '', '...', 'b c', '\0', '..a')
  fc.assert(
    fc.property(fc.array(part, { maxLength: 5 }), (parts) => {
      const key = parts.join('/')
      const resolved = new URL(`file:///root/${encodeURI(key)}`).pathname
      const stays = resolved === `/root/${encodeURI(key)}` && !/^\/|\/$|\/\/|\0|^$/.test(key)
      expect(isAccepted(key)).toBe(stays)
    }),
  )
})

test('takes a prefix cut anywhere, and refuses one that climbs', () => {
  for (const prefix of ['', 'a', 'a/', 'a/.', 'a/..', 'a/b'])
    expect(() => checkPrefix(prefix)).not.toThrow()
  for (const prefix of ['/', 'a//', '../', 'a/../b', '\0'])
    expect(() => checkPrefix(prefix)).toThrow(/^key "/)
})

test('reads the odd keys that buckets hold', () => {
  for (const key of ['a/', '/a', 'a//b']) expect(() => checkReadable(key)).not.toThrow()
  for (const key of ['', 'a/../b', './a']) expect(() => checkReadable(key)).toThrow(/^key "/)
})
