import { expect, test } from 'vitest'
import { detectBy } from './detect-by.js'
import type { Detection } from './format.js'
import { FORMATS } from './index.js'

const asked = (detection: Detection, head: string, key = '') =>
  detectBy(
    {
      columns: {
        a: { type: 'string', from: 'a-name', doc: '' },
        b: { type: 'int', from: 'b', doc: '' },
      },
      detection,
    },
    { key, head },
  )
const one = (rule: Omit<Detection['rules'][number], 'score' | 'reason'>): Detection => ({
  rules: [{ ...rule, score: 0.7, reason: 'because' }],
  otherwise: 'because not',
})

test('all that a rule gives must hold', () => {
  const detection = one({ key: /^k$/, head: [/x/, /y/] })
  expect(asked(detection, 'y x', 'k')).toEqual({ score: 0.7, reason: 'because' })
  for (const [head, key] of [
    ['x', 'k'],
    ['y', 'k'],
    ['y x', 'kk'],
  ] as const)
    expect(asked(detection, head, key)).toEqual({ score: 0, reason: 'because not' })
})

test('the first rule that holds decides', () => {
  const detection: Detection = {
    rules: [
      { head: [/no/], score: 1, reason: 'first' },
      { head: [/x/], score: 0.2, reason: 'second', skip: true },
      { head: [/x/], score: 0.9, reason: 'third' },
    ],
    otherwise: '',
  }
  expect(asked(detection, 'x')).toEqual({ score: 0.2, reason: 'second', skip: true })
})

test('a line is looked for without its end', () => {
  const detection = one({ line: /^b$/ })
  for (const head of ['b', 'a\nb\nc', 'a\r\nb\r\n']) expect(asked(detection, head).score).toBe(0.7)
  for (const head of ['', 'ab', 'b c\na']) expect(asked(detection, head).score).toBe(0)
})

test('a header has three tokens, and enough of them are names', () => {
  const detection: Detection = {
    rules: [{ header: { least: 2, share: 0.6 }, score: 0.9, reason: '{known} names' }],
    otherwise: 'none',
  }
  for (const head of ['a-name b c', ' b\ta-name c\r\nx', `b b b`])
    expect(asked(detection, head).score).toBe(0.9)
  expect(asked(detection, 'a-name b b x y').reason).toBe('3 names')
  for (const head of ['', 'a-name b', 'a-name x y', 'a-name b x y', `\na-name b x`])
    expect(asked(detection, head)).toEqual({ score: 0, reason: 'none' })
})

/** What Rust reads otherwise, or not at all; characters of a class are looked at as well. */
const FORBIDDEN = /\\[^dntr.\\"{}[\]()/^$*+?|-]|\(\?[=!]|\(\?<[=!]|&&|~~|--/

test.each(FORMATS)('$id: JavaScript and Rust read its expressions alike', (format) => {
  const { detection, keyLayout } = format
  const all = detection.rules.flatMap((r) => [r.key, r.line, ...(r.head ?? [])])
  for (const expression of [...all, keyLayout?.name]) {
    if (!expression) continue
    expect(expression.flags).toBe('')
    expect(expression.source).not.toMatch(FORBIDDEN)
    expect(withoutClasses(expression.source)).not.toMatch(/\./)
    expect(expression.source).toMatch(/^[\x20-\x7e]*$/)
  }
})

test.each([
  '\\s',
  '\\w',
  '\\b',
  '\\S',
  '\\D',
  '\\1',
  '\\k<a>',
  '\\u0041',
  '\\p{L}',
  '(?=a)',
  '(?!a)',
  '(?<=a)',
  '(?<!a)',
])('%s is not allowed', (source) => expect(source).toMatch(FORBIDDEN))

/** Without what is escaped or in a class. */
function withoutClasses(source: string): string {
  return source.replace(/\\./g, '').replace(/\[[^\]]*\]/g, '')
}
