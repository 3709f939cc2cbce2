import { expect, test } from 'vitest'
import { selfSigned } from '../../server/tls/self-signed.js'
import { checkCertificate } from './certificate.js'

const NOW = new Date('2026-11-21T12:00:00Z')
const { cert, key } = selfSigned(['localhost'], NOW)
const check =
  (privateKey: string, certificateChain: string, now = NOW) =>
  () =>
    checkCertificate({ privateKey, certificateChain }, now)

test('a key and its certificate are taken while it is valid', () => {
  const other = selfSigned(['localhost'], NOW)
  expect(check(key, cert + other.cert)).not.toThrow()
  expect(check(key, other.cert + cert)).toThrow('not that of the first certificate')
  expect(check(key, cert, new Date('2026-11-19T12:00:00Z'))).toThrow('is valid from')
  expect(check(key, cert, new Date('2028-11-19T12:00:00Z'))).toThrow('is valid from')
})

test('what is neither is told, and never shown', () => {
  expect(check('hush', cert)).toThrow('the private key cannot be read')
  expect(check('hush', cert)).not.toThrow('hush')
  expect(check(key, 'none')).toThrow('holds no certificate')
  expect(check(key, cert.replace(/\n[A-Za-z0-9+/]{20}/, '\n'))).toThrow('cannot be read')
})
