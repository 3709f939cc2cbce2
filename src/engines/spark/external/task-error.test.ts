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
      expect(taskError(told)).toMatchObject({ kind, message })
    }),
  )
})

test('a long one fits into what Spark keeps', () => {
  const text = Array.from({ length: 50_000 }, (_, i) =>
    String.fromCodePoint(0x4e00 + ((i * i) % 9000)),
  )
  expect(errorLine(new HeadrigError('invalid', text.join(''))).length).toBeLessThan(2048)
})

test('other errors stay what they are', () => {
  const error = new HeadrigError('unavailable', 'no server')
  expect(taskError(error)).toBe(error)
})
