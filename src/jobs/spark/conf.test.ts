import fc from 'fast-check'
import { expect, test } from 'vitest'
import { propertiesText } from '../../clusters/local/properties.js'
import type { JobMaster } from '../../clusters/submit/master.js'
import { executorConf } from './executor-conf.js'
import { parseProperties } from './parse-properties.js'

const MASTER: JobMaster = {
  url: 'spark://127.0.0.1:7077',
  driverHost: '127.0.0.1',
  isHere: true,
  conf: { 'spark.executor.memory': '1024m', 'spark.executor.cores': '1' },
}

test.each([
  ['8g', '1024m', 1],
  ['1g', '1g', 0],
  ['900', '900', 0],
  ['512m', '512m', 0],
  ['2048', '1024m', 1],
  ['much', 'much', 0],
])('an executor that asks for %s gets %s', (asked, given, notes) => {
  const found = executorConf({ 'spark.executor.memory': asked }, MASTER)
  expect(found.settings).toEqual({ 'spark.executor.memory': given })
  expect(found.notes).toHaveLength(notes)
})

test('an executor has no more cores than a worker, and any on this machine alone', () => {
  const asked = { 'spark.executor.cores': '4', 'spark.x': 'y' }
  expect(executorConf(asked, MASTER)).toEqual({
    settings: { 'spark.executor.cores': '1', 'spark.x': 'y' },
    notes: ['spark.executor.cores=4 is more than a worker of this cluster has: 1 is used'],
  })
  expect(executorConf(asked, { ...MASTER, conf: {} }).notes).toEqual([])
})

test('settings are read as they were written', () => {
  const name = fc.stringMatching(/^[a-z][a-zA-Z.]{0,20}$/).map((text) => `spark.${text}`)
  const value = fc.string({ unit: 'grapheme' }).filter((text) => text === text.trimEnd())
  fc.assert(
    fc.property(fc.dictionary(name, value, { noNullPrototype: true }), (conf) => {
      expect(parseProperties(propertiesText(conf))).toEqual(conf)
    }),
  )
})

test('a file as people write it', () => {
  const text = `# of the cluster
spark.executor.memory  2g
spark.a = b=c
spark.long one, \\
   two
! no
spark.path: C:\\\\x \\u0041

spark.empty
`
  expect(parseProperties(text)).toEqual({
    'spark.executor.memory': '2g',
    'spark.a': 'b=c',
    'spark.long': 'one, two',
    'spark.path': 'C:\\x A',
    'spark.empty': '',
  })
})
