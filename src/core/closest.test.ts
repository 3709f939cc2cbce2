import fc from 'fast-check'
import { expect, test } from 'vitest'
import { closest, didYouMean } from './closest.js'

const COMMANDS = ['collect', 'compact', 'query', 'tables', 'describe']

test.each([
  ['colect', 'collect'],
  ['collcet', 'collect'],
  ['QUERY', 'query'],
  ['tabels', 'tables'],
  ['xyz', undefined],
  ['q', undefined],
])('%s means %s', (word, meant) => {
  expect(closest(word, COMMANDS)).toBe(meant)
})

test('a message ends with the suggestion or with nothing', () => {
  expect(didYouMean('colect', COMMANDS)).toBe(': did you mean "collect"?')
  expect(didYouMean('zzz', COMMANDS)).toBe('')
})

test('a word of the list is always its own closest', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1 }), (words) => {
      const word = words[0]!
      const found = closest(word, words)
      expect(found?.toLowerCase()).toBe(word.toLowerCase())
    }),
  )
})
