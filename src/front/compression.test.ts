// Every way of compression: whole and in pieces, cut off, hurt, and growing without end.
import { constants, gunzipSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { BZIP2, BZIP2_TEXT } from '../../test/support/front/bzip2.js'
import { cut } from '../../test/support/front/documents.js'
import { HeadrigError } from '../core/errors.js'
import { type Compression, compressionOf, inflatePieces, inflateWhole } from './compression.js'
import { compress, loadZstd } from './zstd.js'

beforeAll(loadZstd)

interface Inflated {
  readonly bytes: Buffer
  readonly error: unknown
  /** Stored bytes that were asked for. */
  readonly read: number
}

async function inflate(compression: Compression, pieces: readonly Uint8Array[]): Promise<Inflated> {
  let read = 0
  const open = async function* (): AsyncGenerator<Uint8Array> {
    for (const piece of pieces) {
      read += piece.length
      yield piece
    }
  }
  const got: Uint8Array[] = []
  try {
    for await (const piece of inflatePieces(compression, open)) got.push(piece)
  } catch (error) {
    return { bytes: Buffer.concat(got), error, read }
  }
  return { bytes: Buffer.concat(got), error: undefined, read }
}

/** Lines that compress as logs do. */
const text = fc
  .tuple(fc.integer({ min: 0, max: 3000 }), fc.nat({ max: 1000 }))
  .map(([lines, seed]) =>
    Array.from(
      { length: lines },
      (_, i) => `{"n":${i},"who":"u${(i * seed) % 97}","at":${Math.imul(i, seed) >>> 3}}\n`,
    ).join(''),
  )
const members = fc.array(text, { minLength: 1, maxLength: 4 })
const places = fc.array(fc.nat(), { maxLength: 10 })
const runs = { numRuns: 60 }

describe('gzip', () => {
  const packed = (texts: readonly string[]): Buffer => Buffer.concat(texts.map((t) => gzipSync(t)))

  it('gives the same at once and in pieces, member after member', async () => {
    await fc.assert(
      fc.asyncProperty(members, places, async (texts, at) => {
        const bytes = packed(texts)
        // A member that ends where a piece does must not be taken for the end.
        const ends = texts.map((_, i) => packed(texts.slice(0, i + 1)).length)
        const { bytes: got, error } = await inflate('gzip', cut(bytes, [...at, ...ends]))
        expect(error).toBeUndefined()
        expect(got.toString()).toBe(texts.join(''))
        expect(Buffer.from(inflateWhole(bytes, 1 << 22) ?? []).toString()).toBe(texts.join(''))
      }),
      runs,
    )
  })

  it('is not inflated at once beyond the limit', () => {
    const bytes = gzipSync('x'.repeat(5000))
    expect(inflateWhole(bytes, 5000)?.length).toBe(5000)
    expect(inflateWhole(bytes, 4999)).toBeUndefined()
    expect(inflateWhole(Buffer.concat([bytes, gzipSync('y')]), 5000)).toBeUndefined()
  })

  it('with something else behind it gives what is gzip', async () => {
    for (const tail of ['\0\0\0\0', 'no gzip', '\n']) {
      const bytes = Buffer.concat([packed(['a', 'b']), Buffer.from(tail)])
      expect((await inflate('gzip', cut(bytes, [7, 60]))).bytes.toString()).toBe('ab')
      // What looks like a large size at the end may send the reader to the pieces.
      expect(['ab', '']).toContain(Buffer.from(inflateWhole(bytes, 100) ?? []).toString())
    }
  })

  it('that is cut off gives all that its bytes hold, then says so', async () => {
    await fc.assert(
      fc.asyncProperty(text, fc.nat(), places, async (whole, n, at) => {
        const bytes = gzipSync(whole)
        const left = bytes.subarray(0, 1 + (n % (bytes.length - 1)))
        const { bytes: got, error } = await inflate('gzip', cut(left, at))
        expect(got.equals(gunzipSync(left, { finishFlush: constants.Z_SYNC_FLUSH }))).toBe(true)
        expect(error).toBeInstanceOf(HeadrigError)
      }),
      runs,
    )
  })

  it('that is hurt gives what came before, down to some bytes', async () => {
    await fc.assert(
      fc.asyncProperty(text, fc.nat(), places, async (whole, n, at) => {
        const bytes = gzipSync(whole)
        const where = 10 + (n % (bytes.length - 10))
        const hurt = Buffer.from(bytes)
        hurt[where] = (hurt[where] as number) ^ 0x55
        const { bytes: got, error } = await inflate('gzip', cut(hurt, at))
        expect(error).toBeInstanceOf(HeadrigError)
        const before = bytes.subarray(0, Math.max(0, where - 16))
        const sure = gunzipSync(before, { finishFlush: constants.Z_SYNC_FLUSH })
        expect(got.subarray(0, sure.length).equals(sure)).toBe(true)
      }),
      runs,
    )
  })

  it('keeps megabytes that came before a fault', async () => {
    const whole = Array.from({ length: 100_000 }, (_, i) => `line ${i * 7919}\n`).join('')
    const bytes = gzipSync(whole)
    bytes.fill(0xff, bytes.length >> 1, (bytes.length >> 1) + 40)
    const { bytes: got, error } = await inflate('gzip', [bytes])
    expect(error).toMatchObject({ kind: 'invalid' })
    expect(got.length).toBeGreaterThan(whole.length * 0.4)
    const same = got.findIndex((byte, i) => byte !== whole.charCodeAt(i))
    expect(same === -1 || same > whole.length * 0.4).toBe(true)
  })
})

describe('zstd', () => {
  const packed = (texts: readonly string[]): Buffer =>
    Buffer.concat(texts.map((t) => compress(Buffer.from(t))))
  const skippable = Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3])

  it('gives frame after frame, whatever the pieces', async () => {
    await fc.assert(
      fc.asyncProperty(members, places, async (texts, at) => {
        const bytes = Buffer.concat([packed(texts), skippable, packed(texts)])
        const { bytes: got, error } = await inflate('zstd', cut(bytes, at))
        expect(error).toBeUndefined()
        expect(got.toString()).toBe(texts.join('') + texts.join(''))
      }),
      runs,
    )
  })

  it('that is cut off gives a beginning, then says so', async () => {
    await fc.assert(
      fc.asyncProperty(text, text, fc.nat(), places, async (first, second, n, at) => {
        const head = packed([first])
        const bytes = Buffer.concat([head, packed([second])])
        const left = bytes.subarray(0, head.length + 1 + (n % (bytes.length - head.length - 1)))
        const { bytes: got, error } = await inflate('zstd', cut(left, at))
        expect(error).toBeInstanceOf(HeadrigError)
        expect((first + second).startsWith(got.toString())).toBe(true)
        expect(got.length).toBeGreaterThanOrEqual(first.length)
      }),
      runs,
    )
  })

  it('that is hurt never does worse than end early', async () => {
    await fc.assert(
      fc.asyncProperty(text, fc.nat(), fc.nat({ max: 255 }), async (whole, n, byte) => {
        const head = packed(['before\n'.repeat(50)])
        const bytes = Buffer.concat([head, packed([whole])])
        bytes[head.length + (n % (bytes.length - head.length))] = byte
        const { bytes: got, error } = await inflate('zstd', [bytes])
        expect(error === undefined || error instanceof HeadrigError).toBe(true)
        expect(got.toString().startsWith('before\n'.repeat(50))).toBe(true)
      }),
      runs,
    )
  })
})

describe('bzip2', () => {
  it('gives stream after stream, whatever the pieces', async () => {
    for (const at of [[], [1, 2, 3, 4, 5], [600, 900, BZIP2.length - 3]]) {
      const { bytes, error } = await inflate('bzip2', cut(BZIP2, at))
      expect(error).toBeUndefined()
      expect(bytes.toString() === BZIP2_TEXT).toBe(true)
    }
  })

  it('that is cut off or hurt gives the blocks before', async () => {
    for (let at = 4; at < BZIP2.length; at += 37) {
      const hurt = Buffer.from(BZIP2)
      hurt[at] = (hurt[at] as number) ^ 0x10
      for (const bytes of [BZIP2.subarray(0, at), hurt]) {
        const { bytes: got, error } = await inflate('bzip2', [bytes])
        expect(error).toBeInstanceOf(HeadrigError)
        expect(BZIP2_TEXT.startsWith(got.toString())).toBe(true)
      }
    }
    const { bytes: all } = await inflate('bzip2', [Buffer.concat([BZIP2, Buffer.from('tail')])])
    expect(all.length).toBe(BZIP2_TEXT.length)
  })
})

describe('what grows without end is stopped', () => {
  const LIMIT = 320 << 20

  /** Inflates and forgets; how much came, and the error. */
  async function grow(
    compression: Compression,
    bytes: readonly Uint8Array[],
  ): Promise<[number, unknown]> {
    let given = 0
    const open = async function* (): AsyncGenerator<Uint8Array> {
      yield* bytes
    }
    try {
      for await (const piece of inflatePieces(compression, open)) given += piece.length
    } catch (error) {
      return [given, error]
    }
    return [given, undefined]
  }

  it('in gzip', async () => {
    const member = gzipSync(Buffer.alloc(32 << 20))
    const [given, error] = await grow(
      'gzip',
      Array.from({ length: 40 }, () => member),
    )
    expect(given).toBeLessThan(LIMIT)
    expect(String(error)).toMatch(/decompression bomb/)
  })

  it('in zstd, and its blocks do not pile up', async () => {
    const run = Buffer.from([0x02, 0x00, 0x10, 0x20])
    const runsOf = (n: number): Buffer => Buffer.concat(Array.from({ length: n }, () => run))
    const frame = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38])
    const before = process.memoryUsage().arrayBuffers
    let most = 0
    const open = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.concat([frame, runsOf(4000)])
    }
    const reading = async (): Promise<void> => {
      for await (const piece of inflatePieces('zstd', open))
        most = Math.max(most, process.memoryUsage().arrayBuffers - before - piece.length)
    }
    await expect(reading()).rejects.toThrow(/decompression bomb/)
    expect(most).toBeLessThan(LIMIT)
  })

  it('in a zstd frame that asks for two gigabytes, or a block of two megabytes', async () => {
    const wide = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa8, 0x03, 0x00, 0x00])
    const long = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38, 0xfb, 0xff, 0xff, 0x20])
    for (const bytes of [wide, Buffer.concat([compress(Buffer.from('ok')), wide])])
      expect(String((await inflate('zstd', [bytes])).error)).toMatch(/asks for 2147483648 bytes/)
    expect(String((await inflate('zstd', [long])).error)).toMatch(/block of 2097151 bytes/)
  })
})

describe('what cannot be read', () => {
  it('is not called corrupt: the error is passed on', async () => {
    const failure = Object.assign(new Error('gone'), { code: 'EIO' })
    // oxlint-disable-next-line require-yield -- it fails first
    const open = async function* (): AsyncGenerator<Uint8Array> {
      throw failure
    }
    for (const compression of ['none', 'gzip', 'zstd', 'bzip2'] as const) {
      const pieces = inflatePieces(compression, open)
      await expect(pieces.next()).rejects.toBe(failure)
    }
  })
})

describe('compressionOf', () => {
  it('goes by the first bytes', () => {
    expect(compressionOf(gzipSync(''))).toBe('gzip')
    expect(compressionOf(compress(Buffer.from('x')))).toBe('zstd')
    expect(compressionOf(BZIP2)).toBe('bzip2')
    for (const head of ['', 'B', 'BZh', 'BZh0', '{"a":1}', '\u001f'])
      expect(compressionOf(Buffer.from(head))).toBe('none')
  })
})
