import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { standInServer } from '../../../test/support/stand-in-server.js'
import { ownCertificate, readCertificate } from './certificate.js'
import { selfSigned } from './self-signed.js'

const NOW = new Date()
let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'headrig-tls-'))))
afterAll(() => rm(folder, { recursive: true }))

test('the certificate is for its names, and verifies itself', () => {
  const { cert } = selfSigned(['localhost', '192.0.2.7', '2001:db8::7', '::1'], NOW)
  const parsed = new X509Certificate(cert)
  expect(parsed.verify(parsed.publicKey)).toBe(true)
  expect(parsed.subjectAltName).toBe(
    'DNS:localhost, IP Address:192.0.2.7, IP Address:2001:DB8:0:0:0:0:0:7, IP Address:0:0:0:0:0:0:0:1',
  )
  expect(parsed.checkHost('example.org')).toBeUndefined()
  const days = (Date.parse(parsed.validTo) - NOW.getTime()) / 86_400_000
  expect(Math.round(days)).toBe(397)
})

test('OpenSSL trusts it as its own CA', async () => {
  const file = join(folder, 'ca.pem')
  await writeFile(file, selfSigned(['localhost'], NOW).cert)
  const said = execFileSync('openssl', ['verify', '-x509_strict', '-CAfile', file, file])
  expect(said.toString()).toContain(': OK')
})

test('it is kept for the next start, and made anew when it ends or lacks a name', async () => {
  const own = join(folder, 'own')
  const first = await ownCertificate(own, '127.0.0.1', NOW)
  expect((await stat(join(own, 'key.pem'))).mode & 0o777).toBe(0o600)
  expect((await ownCertificate(own, '127.0.0.1', NOW)).cert).toBe(first.cert)
  const later = new Date(NOW.getTime() + 390 * 86_400_000)
  expect((await ownCertificate(own, '127.0.0.1', later)).cert).not.toBe(first.cert)
  const named = await ownCertificate(own, '192.0.2.7', NOW)
  expect(new X509Certificate(named.cert).checkIP('192.0.2.7')).toBe('192.0.2.7')
  await writeFile(join(own, 'cert.pem'), 'damaged')
  expect((await ownCertificate(own, '127.0.0.1', NOW)).cert).toContain('BEGIN CERTIFICATE')
})

test('files that do not go together are refused by name', async () => {
  const [a, b] = [selfSigned(['a'], NOW), selfSigned(['b'], NOW)]
  const write = async (name: string, text: string): Promise<string> => {
    await writeFile(join(folder, name), text)
    return join(folder, name)
  }
  const cert = await write('a.pem', a.cert)
  expect(await readCertificate(cert, await write('a.key', a.key))).toEqual(a)
  await expect(readCertificate(cert, await write('b.key', b.key))).rejects.toThrow(
    'the key is not that of the certificate',
  )
  await expect(readCertificate(cert, join(folder, 'none'))).rejects.toThrow('--tls-key')
})

test('calls over TLS are recorded with their protocol and cipher', async () => {
  const tls = selfSigned(['localhost', '127.0.0.1'], NOW)
  const server = await standInServer({ listen: { tls } })
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      authorization: 'stand-in',
      'x-amz-target': 'ElasticMapReduce.ListReleaseLabels',
    }
    const call = request(server.url, { method: 'POST', ca: tls.cert, headers }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode))
    })
    call.on('error', reject).end('{}')
  })
  expect(status).toBe(200)
  expect(server.entries[0]?.tls).toEqual({
    tlsVersion: 'TLSv1.3',
    cipherSuite: expect.stringMatching(/^TLS_/),
    clientProvidedHostHeader: `127.0.0.1:${server.port}`,
  })
  await server.close()
})
