import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AwsError } from '../../wire/aws-error.js'
import { checkTogether, kerberosAttributes } from './attributes.js'

const GOOD = { Realm: 'EXAMPLE.COM', KdcAdminPassword: 'correct horse' }

test('a realm and a password', () => {
  expect(kerberosAttributes(GOOD)).toEqual({ realm: 'EXAMPLE.COM', password: 'correct horse' })
  expect(kerberosAttributes(undefined)).toBeUndefined()
})

test.each([
  [{ Realm: 'EXAMPLE.COM\n' }, 'is no realm'],
  [{ Realm: 'A B' }, 'is no realm'],
  [{ Realm: 'A@B' }, 'is no realm'],
  [{ Realm: '-A' }, 'is no realm'],
  [{ Realm: '' }, 'is no realm'],
  [{ KdcAdminPassword: '' }, 'must have 1 to 256 characters'],
  [{ KdcAdminPassword: 'x\nadd_principal me' }, 'must have 1 to 256 characters'],
  [{ KdcAdminPassword: 'x'.repeat(257) }, 'must have 1 to 256 characters'],
  [{ CrossRealmTrustPrincipalPassword: 'x' }, 'CrossRealmTrustPrincipalPassword is not supported'],
  [{ ADDomainJoinUser: 'x' }, 'ADDomainJoinUser is not supported'],
  [{ ADDomainJoinPassword: 'x' }, 'ADDomainJoinPassword is not supported'],
])('%j is refused', (more, message) => {
  expect(() => kerberosAttributes({ ...GOOD, ...more })).toThrow(message)
})

test('whatever it is, a password is in no message', () => {
  const secret = fc.string({ unit: fc.constantFrom('#', '~', '\n', '\u0000'), minLength: 5 })
  fc.assert(
    fc.property(secret, fc.string(), (password, realm) => {
      try {
        kerberosAttributes({ Realm: realm, KdcAdminPassword: password })
      } catch (error) {
        expect((error as AwsError).code).toBe('ValidationException')
        if (!realm.includes(password)) expect((error as AwsError).message).not.toContain(password)
      }
    }),
  )
})

test('they go with a security configuration that asks for them', () => {
  expect(() => checkTogether(true, false)).toThrow('need a security configuration')
  expect(() => checkTogether(false, true)).toThrow('give KerberosAttributes')
  checkTogether(true, true)
  checkTogether(false, false)
})
