import { expect, test } from 'vitest'
import { completeWord } from './complete-word.js'

const NAMES = {
  aws_cloudtrail: ['time', 'event_name', 'event_source'],
  aws_vpc_flow: ['time', 'srcaddr'],
}

test.each([
  ['sel', ['select '], 'sel'],
  ['SEL', ['SELECT '], 'SEL'],
  ['select event_', ['event_name', 'event_source'], 'event_'],
  ['select * from aws_v', ['aws_vpc_flow'], 'aws_v'],
  ['select aws_vpc_flow.s', ['aws_vpc_flow.srcaddr'], 'aws_vpc_flow.s'],
  ['select nothing.s', [], 'nothing.s'],
  ['select ti', ['time', 'timestamp '].toSorted(), 'ti'],
  ['\\d aws_c', ['aws_cloudtrail'], 'aws_c'],
  ['\\t', ['\\timing'], '\\t'],
  ['select ', [], ''],
])('%j', (line, found, word) => {
  const [words, replaced] = completeWord(line, NAMES)
  expect(words.toSorted()).toEqual(found)
  expect(replaced).toBe(word)
})
