import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { DataKey, EncryptionContext } from '../kms.js'
import { PIECE, TAG } from './format.js'
import { opened } from './open.js'
import { sealing } from './seal.js'

const context = { cluster: 'j-1' }
const label = 's-1/stdout'
const dataKey: DataKey = { plain: randomBytes(32), sealed: randomBytes(64) }
// Whoever has the key: what the KMS itself does is tested against one.
const kms = {
  open: async (sealed: Uint8Array, given: EncryptionContext) => {
    if (!dataKey.sealed.equals(sealed) || given['cluster'] !== 'j-1') throw new Error('no such key')
    return Buffer.from(dataKey.plain)
  },
}

const seal = (chunks: readonly Uint8Array[], as = label): Promise<Buffer> =>
  buffer(Readable.from(chunks).pipe(sealing(dataKey, { context, label: as })))
const open = (chunks: readonly Uint8Array[], as = label): Promise<Buffer> =>
  buffer(opened(Readable.from(chunks), kms, as))
const cutAt = (bytes: Buffer, at: readonly number[]): Buffer[] => {
  const places = [
    0,
    ...at.map((n) => n % (bytes.length + 1)).toSorted((a, b) => a - b),
    bytes.length,
  ]
  return places.slice(1).map((end, i) => bytes.subarray(places[i], end))
}

const size = fc.oneof(
  fc.nat(100),
  fc.constantFrom(0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 2 * PIECE + 1, 3 * PIECE - 1),
)
const places = fc.array(fc.nat(4 * PIECE), { maxLength: 6 })

test('what was sealed is opened, however the bytes come', async () => {
  await fc.assert(
    fc.asyncProperty(size, places, places, async (length, sealAt, openAt) => {
      const plain = randomBytes(length)
      const sealed = await seal(cutAt(plain, sealAt))
      expect(plain.equals(await open(cutAt(sealed, openAt)))).toBe(true)
    }),
    { numRuns: 60 },
  )
})

test('what was cut off, altered, moved, added or left out is found', async () => {
  const plain = randomBytes(3 * PIECE + 5)
  const sealed = await seal([plain])
  const start = sealed.length - (plain.length + 4 * TAG)
  const pieceAt = (n: number): Buffer =>
    sealed.subarray(start + n * (PIECE + TAG), start + (n + 1) * (PIECE + TAG))
  const head = sealed.subarray(0, start)
  const joined = (...pieces: readonly number[]): Buffer =>
    Buffer.concat([head, ...pieces.map(pieceAt)])
  const changed = fc.oneof(
    fc.nat(sealed.length - 1).map((at) => sealed.subarray(0, at)),
    fc.tuple(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 })).map(([at, by]) => {
      const copy = Buffer.from(sealed)
      copy[at] = (copy[at] ?? 0) ^ by
      return copy
    }),
    fc.uint8Array({ minLength: 1, maxLength: 40 }).map((more) => Buffer.concat([sealed, more])),
    fc
      .array(fc.nat(3), { maxLength: 6 })
      .filter((order) => order.join() !== '0,1,2,3')
      .map((order) => joined(...order)),
  )
  await fc.assert(
    fc.asyncProperty(changed, async (bytes) => {
      await expect(open([bytes])).rejects.toThrow(/not what was sealed|no such key/)
    }),
    { numRuns: 300 },
  )
  expect(plain.equals(await open([joined(0, 1, 2, 3)]))).toBe(true)
})

test('a file is opened as what it was sealed as; two of the same bytes are not alike', async () => {
  const plain = Buffer.from('the same')
  const [one, two] = await Promise.all([seal([plain]), seal([plain])])
  expect(one.equals(two)).toBe(false)
  expect(one.includes(plain)).toBe(false)
  expect(one.includes(dataKey.plain)).toBe(false)
  await expect(open([one], 's-2/stdout')).rejects.toThrow('of another file')
})
