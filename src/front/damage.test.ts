// Documents that are cut off or hurt: what came before the fault is read, the rest is accounted for.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  cut,
  type Document,
  documents,
  expectedOf,
  tightLimits,
} from '../../test/support/front/documents.js'
import { modelOf } from '../../test/support/front/json-model.js'
import { isBare } from '../../test/support/front/json-records.js'
import { valuesOf } from '../../test/support/front/json-text.js'
import { memoryOf, scan, type Scanned } from '../../test/support/front/scan.js'
import { cloudtrail } from '../formats/aws/cloudtrail.js'
import { toUtf8 } from './text.js'

const MEMORY = 16 << 20

/** The document's records that end before the byte. */
function before(document: Document, byte: number): Document {
  const bytes = Buffer.from(document.text)
  let from = 0
  const whole = document.items.filter((item) => {
    const at = bytes.indexOf(item, from)
    from = at + Buffer.byteLength(item)
    return from <= byte
  })
  return { ...document, items: whole, records: document.records.slice(0, whole.length) }
}

const summary = ({ rows, rejects }: Scanned): unknown => ({
  rows,
  rejects: rejects.map(({ row, reason }) => ({ row, reason })),
})

const places = fc.array(fc.nat(), { maxLength: 8 })

describe('a document that is cut off', () => {
  it('gives the records before the cut, and a reject when the cut is inside something', () => {
    fc.assert(
      fc.property(documents(cloudtrail), fc.nat(), (document, n) => {
        const bytes = Buffer.from(document.text)
        const at = n % (bytes.length + 1)
        const left = bytes.subarray(0, at)
        const expected = expectedOf(cloudtrail, before(document, at))
        const { rows, rejects, objectRows, objectRejects } = scan(cloudtrail, [left])
        expect(rows).toEqual(expected.rows)
        expect(rejects.slice(0, expected.rejects.length)).toEqual(expected.rejects)
        const valid = valuesOf(left.toString()) !== undefined
        expect(rejects.length - expected.rejects.length).toBe(valid ? 0 : 1)
        expect([objectRows, objectRejects]).toEqual([rows.length, rejects.length])
      }),
      { numRuns: 400 },
    )
  })

  it('is read the same whatever the pieces', () => {
    fc.assert(
      fc.property(documents(cloudtrail), fc.nat(), places, (document, n, at) => {
        const bytes = Buffer.from(document.text)
        const left = bytes.subarray(0, n % (bytes.length + 1))
        const limits = tightLimits(document)
        const pieces = scan(cloudtrail, cut(left, at), limits)
        expect(summary(pieces)).toEqual(summary(scan(cloudtrail, [left])))
        expect(memoryOf(cloudtrail, limits)).toBeLessThan(MEMORY)
      }),
      { numRuns: 300 },
    )
  })
})

/** Text with some of its bytes overwritten, as the scanner would get it. */
function hurt(text: string, faults: readonly (readonly [number, number])[]): [Buffer, number] {
  const bytes = Buffer.from(text)
  let first = bytes.length
  for (const [n, byte] of faults) {
    const at = n % bytes.length
    if (bytes[at] !== byte) first = Math.min(first, at)
    bytes[at] = byte
  }
  return [Buffer.from(toUtf8(bytes).bytes), first]
}

const byte = fc.oneof(
  fc.integer({ min: 0, max: 255 }),
  fc.constantFrom(...Buffer.from('{}[]",:\\\n\r 0-tfnu\0')),
)
const faults = fc.array(fc.tuple(fc.nat(), byte), { minLength: 1, maxLength: 3 })

describe('a document with overwritten bytes', () => {
  it('gives the records before the first fault, and never fails', () => {
    fc.assert(
      fc.property(documents(cloudtrail), faults, (document, wrong) => {
        const [bytes, first] = hurt(document.text, wrong)
        const expected = expectedOf(cloudtrail, before(document, first))
        const { rows, rejects } = scan(cloudtrail, [bytes])
        expect(rows.slice(0, expected.rows.length)).toEqual(expected.rows)
        expect(rejects.slice(0, expected.rejects.length)).toEqual(expected.rejects)
        const invalid = valuesOf(bytes.toString()) === undefined
        expect(rejects.length - expected.rejects.length >= 1 || !invalid).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  it('is read the same whatever the pieces', () => {
    fc.assert(
      fc.property(documents(cloudtrail), faults, places, (document, wrong, at) => {
        const [bytes] = hurt(document.text, wrong)
        const limits = tightLimits({ ...document, items: [document.text] })
        expect(summary(scan(cloudtrail, cut(bytes, at), limits))).toEqual(
          summary(scan(cloudtrail, [bytes])),
        )
        expect(memoryOf(cloudtrail, limits)).toBeLessThan(MEMORY)
      }),
      { numRuns: 400 },
    )
  })

  it('gives what it says now, when it is still a line of JSON each', () => {
    const model = modelOf(cloudtrail)
    const lines = documents(cloudtrail, ['lines', 'lines with CRLF'])
    fc.assert(
      fc.property(lines, faults, (document, wrong) => {
        const [bytes] = hurt(document.text, wrong)
        const values = valuesOf(bytes.toString())
        fc.pre(values !== undefined && values.every((v) => isBare(cloudtrail, v)))
        const modelled = (values ?? []).map(model)
        const { rows, rejects } = scan(cloudtrail, [bytes])
        expect(rows.map(({ slots, time }) => ({ slots, time }))).toEqual(
          modelled.flatMap((m) => ('row' in m ? [m.row] : [])),
        )
        expect(rejects.map((r) => r.reason)).toEqual(
          modelled.flatMap((m) => ('reject' in m ? [m.reject] : [])),
        )
      }),
      { numRuns: 200 },
    )
  })
})
