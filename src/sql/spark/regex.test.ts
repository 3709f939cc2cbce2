import { expect, test } from 'vitest'
import { replacement } from './regex.js'

test.each([
  ['<\\0>', 0, '<$0>'],
  ['<\\0>', 2, '<$2>'],
  ['\\2\\1', 2, '$4$3'],
  ['\\10', 2, '$3\\0'],
  ['\\1\\2', 9, '$10$11'],
  ['$1 \\\\', 0, '\\$1 \\\\'],
  ['plain', 2, 'plain'],
])('the replacement %s with groups counted up by %i is %s in Java', (text, shift, java) => {
  expect(replacement(text, shift)).toBe(java)
})
