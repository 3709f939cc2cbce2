import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { isIP } from 'node:net'
import { bits, der, integer, octets, oid, sequence, setOf, text, time, truth } from './der.js'

export interface Certificate {
  /** PEM. */
  readonly cert: string
  readonly key: string
}

const DAY_MS = 86_400_000
const DAYS = 397
const ECDSA_SHA256 = sequence(oid('1.2.840.10045.4.3.2'))

/**
 * Makes a key (P-256) and a certificate that it signed itself, for these names and addresses. A
 * client that is given the certificate as its CA trusts the server, and nothing else by it.
 * @example selfSigned(['localhost', '127.0.0.1'], new Date())
 */
export function selfSigned(names: readonly string[], now: Date): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const name = sequence(setOf(sequence(oid('2.5.4.3'), text('headrig'))))
  const serial = randomBytes(16)
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40
  const subject = publicKey.export({ type: 'spki', format: 'der' })
  const body = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(serial),
    ECDSA_SHA256,
    name,
    sequence(time(new Date(now.getTime() - DAY_MS)), time(new Date(now.getTime() + DAYS * DAY_MS))),
    name,
    subject,
    der(0xa3, sequence(...extensions(names))),
  )
  const signature = sign('sha256', body, privateKey)
  const whole = sequence(body, ECDSA_SHA256, bits(signature))
  const lines = whole.toString('base64').replace(/.{64}/g, '$&\n').trimEnd()
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

function extensions(names: readonly string[]): readonly Buffer[] {
  const extension = (id: string, isCritical: boolean, value: Buffer): Buffer =>
    sequence(oid(id), ...(isCritical ? [truth(true)] : []), octets(value))
  const digitalSignatureAndCertSign = bits(Buffer.from([0x84]), 2)
  return [
    extension('2.5.29.19', true, sequence(truth(true), integer(Buffer.from([0])))),
    extension('2.5.29.15', true, digitalSignatureAndCertSign),
    extension('2.5.29.37', false, sequence(oid('1.3.6.1.5.5.7.3.1'))),
    extension('2.5.29.17', false, sequence(...names.map(alternativeName))),
  ]
}

function alternativeName(name: string): Buffer {
  return isIP(name) ? der(0x87, addressBytes(name)) : der(0x82, Buffer.from(name))
}

function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number))
  const [head = '', tail] = canonical(address).split('::')
  const words = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((word) => parseInt(word, 16))
  const before = words(head)
  const after = words(tail ?? '')
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => 0)
  const all = tail === undefined ? before : [...before, ...zeros, ...after]
  return Buffer.from(all.flatMap((word) => [word >> 8, word & 0xff]))
}

/** Without a dotted part. */
function canonical(address: string): string {
  return new URL(`http://[${address.replace(/%.*$/, '')}]`).hostname.slice(1, -1)
}
