import fc from 'fast-check'
import { expect, test } from 'vitest'
import { withScheme } from './streaming-paths.js'

test.each([
  ['-input', '/a', 'hdfs:///a'],
  ['-output', 'a/b', 'hdfs:///user/hadoop/a/b'],
  ['-input', 'hdfs:///a,/b/{c,d},s3://x/y', 'hdfs:///a,hdfs:///b/{c,d},s3://x/y'],
  ['-input', 'hdfs://name:8020/a', 'hdfs://name:8020/a'],
  ['-input', '', ''],
  ['-mapper', '/a', '/a'],
])('%s %s', (option, given, wanted) => {
  expect(withScheme(['-D', 'a=b', option, given])).toEqual(['-D', 'a=b', option, wanted])
})

test('other arguments stay as they are', () => {
  const arg = fc.string().filter((text) => !/^-(?:in|out)put$/.test(text))
  fc.assert(
    fc.property(fc.array(arg), (args) => {
      expect(withScheme(args)).toEqual(args)
    }),
  )
})
