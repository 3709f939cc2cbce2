import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ERROR_KINDS, type ErrorKind, HeadrigError } from '../../../core/errors.js'
import { errorLine, taskError } from './task-error.js'

const kinds = Object.keys(ERROR_KINDS) as ErrorKind[]

test('a failure comes through the words of Spark', () => {
  fc.assert(
    fc.property(fc.constantFrom(...kinds), fc.string({ unit: 'binary' }), (kind, message) => {
      const line = errorLine(new HeadrigError(kind, message))
      expect(line).toMatch(/^[\w:+/=-]+$/)
      const told = new Error(
        `[X] Subprocess exited with status 1. Error: ${line}\n SQLSTATE: 39000`,
      )
      expect(taskError(told, undefined)).toMatchObject({ kind, message })
    }),
  )
})

test('a long one fits into what Spark keeps', () => {
  const text = Array.from({ length: 50_000 }, (_, i) =>
    String.fromCodePoint(0x4e00 + ((i * i) % 9000)),
  )
  expect(errorLine(new HeadrigError('invalid', text.join(''))).length).toBeLessThan(2048)
})

test('a program that cannot run is named', () => {
  const program = { node: '/no/node', script: '/no/task.js' }
  const spark = (words: string): HeadrigError => new HeadrigError('internal', words)
  for (const words of [
    'subprocess exited with status 127. Error: ',
    "subprocess exited with status 1. Error: throw err;: code: 'MODULE_NOT_FOUND'",
  ]) {
    expect(taskError(spark(words), program)).toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining('executors cannot run /no/node /no/task.js'),
    })
  }
  expect(taskError(spark('subprocess exited with status 137. Error: x'), program)).toMatchObject({
    kind: 'unavailable',
  })
})

test('other errors stay what they are', () => {
  const error = new HeadrigError('unavailable', 'no server')
  expect(taskError(error, { node: 'node', script: 'task.js' })).toBe(error)
})
