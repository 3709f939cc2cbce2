import fc from 'fast-check'
import { expect, it, test } from 'vitest'
import { HIDDEN, redactLine, redactWords } from './redact.js'

it.each([
  ['password=hush', `password=${HIDDEN}`],
  ['AWS_SECRET_ACCESS_KEY: hush, more', `AWS_SECRET_ACCESS_KEY: ${HIDDEN}, more`],
  ['{"sessionToken":"hush it"}', `{"sessionToken":${HIDDEN}}`],
  ['at s3://a:hush@b/c', `at s3://a:${HIDDEN}@b/c`],
  ['x?X-Amz-Signature=hush&y', `x?X-Amz-Signature=${HIDDEN}&y`],
])('hides the secret of %s', (line, hidden) => expect(redactLine(line)).toBe(hidden))

it('leaves other words', () => {
  for (const line of ['exit code 4: no table: x', 'nextToken=abc', 'at https://a.example:8080/b'])
    expect(redactLine(line)).toBe(line)
  expect(redactWords(['-e', 'select 1', '--password', 'x', 5])).toEqual([
    '-e',
    'select 1',
    '--password',
    HIDDEN,
    5,
  ])
})

test('no value after the name of a secret is left, and no line takes long', () => {
  const name = fc.constantFrom('password', 'fs.s3a.secret.key', 'db-passwd', 'api_token')
  const value = fc.stringMatching(/^[A-Za-z0-9/+]{8,40}$/)
  fc.assert(
    fc.property(
      name,
      fc.constantFrom('=', ': ', ' = '),
      value,
      fc.string(),
      (n, sign, v, before) => {
        expect(redactLine(`${before} ${n}${sign}${v}`)).not.toContain(`${sign}${v}`)
      },
    ),
  )
  expect(redactLine('a'.repeat(100_000))).toHaveLength(100_000)
})
