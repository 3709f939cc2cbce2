import { expect, test } from 'vitest'
import { SessionPasswords } from './session-passwords.js'

test('a password opens its cluster for an hour, and no other', () => {
  let now = 0
  const passwords = new SessionPasswords(() => now)
  const [one, two] = [passwords.issue('j-1'), passwords.issue('j-2')]
  expect(one.expires).toBe(3_600_000)
  expect([one, two].map(({ password }) => passwords.clusterOf(password))).toEqual(['j-1', 'j-2'])
  expect(passwords.clusterOf('')).toBeUndefined()
  expect(passwords.clusterOf(one.password.slice(1))).toBeUndefined()
  now = 3_600_000
  expect(passwords.clusterOf(one.password)).toBeUndefined()
})
