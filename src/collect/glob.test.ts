import { describe, expect, test } from 'vitest'
import { globTest, hasGlob, splitGlob } from './glob.js'

describe('globs', () => {
  test.each([
    ['*.json', ['a.json', '.json'], ['a/b.json', 'a.jsonx', 'ajson']],
    ['**/*.gz', ['a.gz', 'x/y/a.gz'], ['a.gzip', 'x/y/a.gz/b']],
    ['a/**', ['a/b', 'a/b/c'], ['b/a/c', 'a']],
    ['2024/??/{01,15}/*', ['2024/01/15/x'], ['2024/1/15/x', '2024/01/16/x']],
    ['[x]*.log', ['[x]1.log'], ['x1.log']],
    ['a{b', ['a{b'], ['ab']],
    ['日?.log', ['日本.log', '日😀.log'], ['日.log']],
  ])('%s', (pattern, fits, differs) => {
    const matches = globTest(pattern)
    expect(fits.filter((key) => !matches(key))).toEqual([])
    expect(differs.filter((key) => matches(key))).toEqual([])
  })

  test('the folder before the first part that stands for many', () => {
    expect(splitGlob('/logs/2024/*/x.json')).toEqual({ base: '/logs/2024', pattern: '*/x.json' })
    expect(splitGlob('/*.json')).toEqual({ base: '/', pattern: '*.json' })
    expect(splitGlob('*.json')).toEqual({ base: '.', pattern: '*.json' })
    expect(hasGlob('/logs/a.json')).toBe(false)
  })
})
