import fc from 'fast-check'
import { expect, test } from 'vitest'
import { localPaths } from './streaming-paths.js'

const paths = (...args: string[]): readonly string[] => localPaths(args, '/data/my hdfs')
const ROOT = 'file:///data/my%20hdfs'

test.each([
  [
    ['-input', '/a'],
    ['-input', `${ROOT}/a`],
  ],
  [
    ['-output', 'a/b'],
    ['-output', `${ROOT}/user/hadoop/a/b`],
  ],
  [
    ['-input', 'hdfs:///a,/b/{c,d},s3://x/y'],
    ['-input', `${ROOT}/a,${ROOT}/b/{c,d},s3://x/y`],
  ],
  [
    ['-files', 'hdfs:///m.py#m', '-mapper', 'm /a'],
    ['-files', `${ROOT}/m.py#m`, '-mapper', 'm /a'],
  ],
  [
    ['-input', 'hdfs://name:8020/a'],
    ['-input', 'hdfs://name:8020/a'],
  ],
  [['-input'], ['-input']],
])('%j', (given, wanted) => {
  expect(paths(...given)).toEqual(wanted)
})

test('other arguments stay as they are', () => {
  const arg = fc
    .string()
    .filter((text) => !text.includes('hdfs:') && !/^-(?:in|out)put$/.test(text))
  fc.assert(
    fc.property(fc.array(arg), (args) => {
      expect(localPaths(args, '/x')).toEqual(args)
    }),
  )
})
