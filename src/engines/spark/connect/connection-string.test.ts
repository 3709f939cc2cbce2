import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isLoopback, parseConnectionString } from './connection-string.js'

test('reads every part of an address', () => {
  const url =
    'sc://spark.example:15009/;use_ssl=true;token=a%3Bb%3Dc;user_id=me;user_agent=x%20y;session_id=00112233-4455-6677-8899-aabbccddeeff;x-team=blue'
  expect(parseConnectionString(url)).toEqual({
    host: 'spark.example',
    port: 15009,
    useSsl: true,
    token: 'a;b=c',
    userId: 'me',
    userAgent: 'x y',
    sessionId: '00112233-4455-6677-8899-aabbccddeeff',
    headers: { 'x-team': 'blue' },
  })
})

test.each(['sc://h', 'sc://h/', 'sc://h/;', 'sc://h:15002'])('%s has the default port', (url) => {
  expect(parseConnectionString(url)).toMatchObject({ host: 'h', port: 15002, useSsl: false })
})

test.each(['127.0.0.1', 'localhost', '[::1]', '127.9.9.9'])('a token may go to %s', (host) => {
  expect(isLoopback(host)).toBe(true)
  expect(parseConnectionString(`sc://${host}:1/;token=t`).token).toBe('t')
})

test.each([
  'spark.example',
  '192.0.2.1',
  '[2001:db8::1]',
  '127.0.0.1.example',
  'localhost.example',
])('a token never goes to %s in clear text', (host) => {
  expect(() => parseConnectionString(`sc://${host}:1/;token=SECRET`)).toThrow(
    expect.objectContaining({
      kind: 'invalid',
      message: expect.stringMatching(/^(?!.*SECRET).*clear text.*use_ssl=true/),
    }),
  )
  expect(parseConnectionString(`sc://${host}:1/;token=t;use_ssl=true`).token).toBe('t')
})

test.each([
  'http://h:1',
  'sc:/h',
  'sc://',
  'sc://h:99999',
  'sc://h/path',
  'sc://h/;token',
  'sc://h/;=x',
  'sc://h/;use_ssl=yes',
  'sc://h/;session_id=1',
  'sc://h/;x=%zz',
  'sc://h/;X y=1',
  'sc://user:SECRET@h:1',
])('%s is refused', (url) => {
  expect(() => parseConnectionString(url)).toThrow(
    expect.objectContaining({ kind: 'invalid', message: expect.not.stringContaining('SECRET') }),
  )
})

test('any value comes back from its escape', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (token) => {
      const url = `sc://localhost/;token=${encodeURIComponent(token)};user_id=u`
      expect(parseConnectionString(url)).toMatchObject({ token, userId: 'u' })
    }),
  )
})
