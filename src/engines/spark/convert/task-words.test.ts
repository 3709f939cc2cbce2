import { expect, test } from 'vitest'
import { readHello, taskHello } from './task-words.js'

test('a task is known by its hello, which is no part of what it says', () => {
  const told = `Subprocess exited with status 1. Error: ${taskHello(12)}it broke\n at x`
  expect(readHello(told)).toEqual({
    task: 12,
    rest: 'Subprocess exited with status 1. Error: it broke\n at x',
  })
  expect(readHello('out of memory')).toEqual({ task: undefined, rest: 'out of memory' })
})
