import { expect, test } from 'vitest'
import { HeadrigError } from '../core/errors.js'
import { exitCodeOf, renderError } from './render-error.js'

test.each([
  ['invalid', 2],
  ['unauthenticated', 3],
  ['forbidden', 3],
  ['not-found', 4],
  ['conflict', 5],
  ['unavailable', 6],
  ['internal', 1],
] as const)('%s exits with %d', (kind, code) => {
  expect(exitCodeOf(new HeadrigError(kind, 'x'))).toBe(code)
})

test('what the user can act on is its message alone', () => {
  const error = new HeadrigError('invalid', 'no such flag')
  expect(renderError(error, false)).toBe('error: no such flag')
})

test('a refusal of the machine is no bug', () => {
  const error = Object.assign(new Error("ENOENT: no such file, open 'x.sql'"), { code: 'ENOENT' })
  expect(exitCodeOf(error)).toBe(4)
  expect(renderError(error, false)).toBe("error: ENOENT: no such file, open 'x.sql'")
})

test('a bug says so, and where it comes from only with --debug', () => {
  const error = new TypeError('x is not a function')
  expect(exitCodeOf(error)).toBe(1)
  expect(renderError(error, false)).toMatch(/^error: x is not a function\nthis is a bug/)
  expect(renderError(error, false)).toContain('--debug')
  expect(renderError(error, false)).not.toContain('render-error.test')
  expect(renderError(error, true)).toContain('render-error.test')
})

test('a stack holds the causes', () => {
  const error = new HeadrigError('unavailable', 'no answer', { cause: new Error('socket closed') })
  expect(renderError(error, true)).toContain('socket closed')
  expect(renderError(error, false)).not.toContain('socket closed')
})

test('an interruption is neither', () => {
  const { signal } = (() => {
    const abort = new AbortController()
    abort.abort()
    return abort
  })()
  expect(exitCodeOf(signal.reason)).toBe(130)
  expect(renderError(signal.reason, true)).toBe('interrupted')
})

test('anything may be thrown', () => {
  expect(exitCodeOf('text')).toBe(1)
  expect(renderError('text', false)).toContain('error: text')
})
