import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readCases, splitWords } from './support/cases.js'
import { BINARY, launchBinary, launchHere } from './support/launch.js'
import { runCase } from './support/run-cases.js'

const CASES = readCases('test/cases')

test('a command line splits as in a shell', () => {
  expect(splitWords(`query "select 'a  b'" --x='1 2' \\"q 'it''s'`)).toEqual([
    'query',
    "select 'a  b'",
    '--x=1 2',
    '"q',
    'its',
  ])
  expect(splitWords('query ""')).toEqual(['query', ''])
})

describe('in process', () => {
  test.each(CASES)('$name', async (one) => {
    expect(await runCase(one, launchHere)).toBe('')
  })
})

describe.skipIf(!existsSync(BINARY))('built', () => {
  test.each(CASES)('$name', async (one) => {
    expect(await runCase(one, launchBinary)).toBe('')
  })
})
