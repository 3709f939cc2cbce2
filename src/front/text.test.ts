import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cut } from '../../test/support/front/documents.js'
import { toUtf8, Utf8Pieces } from './text.js'

function inPieces(pieces: readonly Uint8Array[]): { text: string; note: string | undefined } {
  const decoder = new Utf8Pieces()
  const got = pieces.map((piece, i) => Buffer.from(decoder.write(piece, i === pieces.length - 1)))
  return { text: Buffer.concat(got).toString('latin1'), note: decoder.note }
}

const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16()
const mark = fc.constantFrom('', '\uFEFF', '\uFEFF\uFEFF').map((m) => Buffer.from(m))
const noise = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc
    .array(
      fc.constantFrom(
        0xef,
        0xbb,
        0xbf,
        0xff,
        0xfe,
        0xf0,
        0x9f,
        0x98,
        0x80,
        0xc3,
        0xa9,
        0x41,
        0xed,
        0xa0,
      ),
    )
    .map((b) => Uint8Array.from(b)),
)
const places = fc.array(fc.nat(), { maxLength: 12 })

describe('a text in pieces', () => {
  it('is what it is at once, whatever its bytes', () => {
    const bytes = fc.tuple(
      mark,
      fc.array(
        fc.oneof(
          noise,
          fc.string({ unit: 'grapheme' }).map((s) => Buffer.from(s)),
        ),
      ),
    )
    fc.assert(
      fc.property(bytes, places, ([head, parts], at) => {
        const all = Buffer.concat([head, ...parts])
        const { bytes: whole, note } = toUtf8(all)
        expect(inPieces(cut(all, at))).toEqual({
          text: Buffer.from(whole).toString('latin1'),
          note,
        })
      }),
      { numRuns: 1000 },
    )
  })

  it('is decoded from UTF-16 of either kind', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), places, (text, at) => {
        for (const bytes of [Buffer.from(`\uFEFF${text}`, 'utf16le'), utf16be(`\uFEFF${text}`)]) {
          const utf8 = Buffer.from(text).toString('latin1')
          expect(inPieces(cut(bytes, at))).toEqual({ text: utf8, note: 'decoded from UTF-16' })
          expect(Buffer.from(toUtf8(bytes).bytes).toString('latin1')).toBe(utf8)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('has U+FFFD where bytes are no UTF-8, once for each part of a character', () => {
    const bytes = Buffer.from([0x61, 0xc3, 0x28, 0xe2, 0x82, 0x62, 0xff, 0xed, 0xa0, 0x80])
    const wanted = 'a\uFFFD(\uFFFDb\uFFFD\uFFFD\uFFFD\uFFFD'
    for (let at = 0; at <= bytes.length; at++) {
      const { text, note } = inPieces(cut(bytes, [at]))
      expect(Buffer.from(text, 'latin1').toString()).toBe(wanted)
      expect(note).toMatch(/replaced by U\+FFFD/)
    }
  })
})
