import fc from 'fast-check'
import { expect, test } from 'vitest'
import { javaSize, propertiesText } from './properties.js'

/** What Java reads from one line, for what `propertiesText` may write. */
function javaReads(line: string): string {
  const [, value = ''] = /^[^=]+=(.*)\n$/s.exec(line) ?? []
  const letters: Record<string, string> = { n: '\n', r: '\r', t: '\t', f: '\f' }
  return value.replace(/^ +/, '').replace(/\\(.)/gs, (_, c: string) => letters[c] ?? c)
}

test('a value comes back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (value) => {
      const text = propertiesText({ 'spark.a': value })
      expect(text.trimEnd()).not.toMatch(/[\n\r]/)
      expect(javaReads(text)).toBe(value)
    }),
  )
})

test('only settings of Spark', () => {
  expect(propertiesText({ 'spark.a.b-c': '1', 'spark.d': '2' })).toBe('spark.a.b-c=1\nspark.d=2\n')
  for (const name of ['java.home', 'spark.', 'spark.a=b', 'spark.a\nspark.b'])
    expect(() => propertiesText({ [name]: '' })).toThrow('is no Spark setting')
})

test('sizes', () => expect(javaSize(1.5 * 2 ** 30)).toBe('1536m'))
