import { deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { selfSigned } from '../../server/tls/self-signed.js'
import { memoryStore } from '../../storage/memory.js'
import { fetchCertificate } from './certificates.js'
import { readZip } from './read-zip.js'

interface Entry {
  readonly path: string
  readonly data: Buffer
  readonly isPacked?: boolean
}

/** An archive as `zip` makes it, but for what readers do not look at (times, checksums). */
function zipOf(entries: readonly Entry[]): Buffer {
  const files: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const { path, data, isPacked = true } of entries) {
    const packed = isPacked ? deflateRawSync(data) : data
    const head = Buffer.alloc(26)
    head.writeUInt16LE(isPacked ? 8 : 0, 4)
    head.writeUInt32LE(packed.length, 14)
    head.writeUInt32LE(data.length, 18)
    head.writeUInt16LE(path.length, 22)
    const central = Buffer.alloc(46 - 32)
    central.writeUInt32LE(at, 10)
    const name = Buffer.from(path)
    const file = Buffer.concat([Buffer.from('PK\x03\x04'), head, name, packed])
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), head, central, name]))
    files.push(file)
    at += file.length
  }
  const list = Buffer.concat(directory)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(entries.length, 6)
  end.writeUInt32LE(list.length, 8)
  end.writeUInt32LE(at, 12)
  return Buffer.concat([...files, list, Buffer.from('PK\x05\x06'), end])
}

const NAMES = ['a.pem', 'b.pem']

test('the files that are asked for are found, packed or not, in whatever folder', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), fc.boolean(), (bytes, isPacked) => {
      const data = Buffer.from(bytes)
      const zip = zipOf([
        { path: 'other.txt', data: Buffer.from('x') },
        { path: 'folder/b.pem', data, isPacked },
      ])
      expect([...readZip(zip, NAMES, 4000)]).toEqual([['b.pem', data]])
    }),
  )
})

test('what is damaged, too large or no archive is refused by name, never by a crash', () => {
  const zip = zipOf([{ path: 'a.pem', data: Buffer.alloc(500, 'a') }])
  expect(() => readZip(zip, NAMES, 100)).toThrow('100 are the most')
  expect(() => readZip(Buffer.from('PK'), NAMES, 100)).toThrow('no zip archive')
  fc.assert(
    fc.property(fc.nat(zip.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
      const changed = Buffer.from(zip)
      changed[at] = (changed[at] ?? 0) ^ by
      try {
        readZip(changed, NAMES, 1000)
      } catch (error) {
        expect(error).toMatchObject({ kind: 'invalid' })
      }
    }),
    { numRuns: 300 },
  )
})

test('the certificate of nodes is the chain and what else is trusted', async () => {
  const { cert, key } = selfSigned(['localhost'], new Date())
  const other = selfSigned(['localhost'], new Date())
  const store = memoryStore()
  const put = (files: Readonly<Record<string, string>>): Promise<void> =>
    store.put(
      'nodes.zip',
      zipOf(Object.entries(files).map(([path, text]) => ({ path, data: Buffer.from(text) }))),
    )
  const fetched = () => fetchCertificate('s3://bucket/nodes.zip', () => store)
  await put({
    'privateKey.pem': key,
    'certificateChain.pem': cert,
    'trustedCertificates.pem': other.cert,
  })
  expect(await fetched()).toEqual({ privateKey: key, certificateChain: cert + other.cert })
  await put({ 'privateKey.pem': key })
  await expect(fetched()).rejects.toThrow('needs privateKey.pem and certificateChain.pem')
  await put({ 'privateKey.pem': key, 'certificateChain.pem': other.cert })
  await expect(fetched()).rejects.toThrow('not that of the first certificate')
})
