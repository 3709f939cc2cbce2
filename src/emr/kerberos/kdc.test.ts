import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readSecurity } from '../security/configuration.js'

const read = (external: object, Provider = 'ExternalKdc') =>
  readSecurity(
    JSON.stringify({
      AuthenticationConfiguration: {
        KerberosConfiguration: { Provider, ExternalKdcConfiguration: external },
      },
    }),
  )
const places = (kdc: string, admin = 'kdc.example.com') => ({
  KdcServerType: 'Single',
  KdcServer: kdc,
  AdminServer: admin,
})

test.each([
  ['kdc.example.com', 'kdc.example.com:88'],
  ['kdc.example.com:8888', 'kdc.example.com:8888'],
  ['192.0.2.7', '192.0.2.7:88'],
  ['[2001:db8::7]', '[2001:db8::7]:88'],
  ['[2001:db8::7]:1', '[2001:db8::7]:1'],
])('%s is the KDC at %s', (given, kdc) => {
  expect(read({ ...places(given), TicketLifetimeInHours: '2' })).toEqual({
    kerberos: { kdc, adminServer: 'kdc.example.com:749', ticketHours: 2 },
  })
  expect(read(places(given)).kerberos?.ticketHours).toBe(24)
})

test.each([
  '',
  'a b',
  'kdc:0',
  'kdc:65536',
  'kdc:88x',
  '-kdc',
  'kdc-.example.com',
  'a..b',
  '[192.0.2.7]',
  '[2001:db8::7',
  '2001:db8::7',
  'kdc\n[realms]',
  'kdc}',
  'http://kdc',
  'a'.repeat(64),
])('%j is no place of a KDC', (text) => {
  expect(() => read(places(text))).toThrow('KdcServer')
  expect(() => read(places('kdc', text))).toThrow('AdminServer')
})

test.each<[object, string | undefined, string]>([
  [{}, undefined, 'needs KdcServerType, AdminServer and KdcServer'],
  [{ ...places('kdc'), KdcServerType: 'Many' }, undefined, 'write one of Single'],
  [{ ...places('kdc'), TicketLifetimeInHours: 0 }, undefined, 'write 1 to 8760'],
  [
    { ...places('kdc'), AdIntegrationConfiguration: { AdRealm: 'AD.EXAMPLE.COM' } },
    undefined,
    'joins no domain',
  ],
  [places('kdc'), 'ClusterDedicatedKdc', 'runs no KDC'],
])('%j of %s is refused', (external, provider, message) => {
  expect(() => read(external, provider)).toThrow(message)
})

test('whatever a place is, it is nothing more in krb5.conf', () => {
  const sign = fc.constantFrom(...'aZ09.-:[]{}=/#;" \n\t%'.split(''))
  const text = fc.string({ unit: sign, maxLength: 12 })
  fc.assert(
    fc.property(text, (given) => {
      try {
        expect(read(places(given)).kerberos?.kdc).toMatch(/^(?:\[[\w:.]+\]|[\w.-]+):\d+$/)
      } catch (error) {
        expect(error).toMatchObject({ code: 'InvalidRequestException' })
      }
    }),
  )
})
