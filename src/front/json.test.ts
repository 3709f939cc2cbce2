// The scanner of JSON against a model that says the same plainly, in every frame and every split.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cut, documents, expectedOf, tightLimits } from '../../test/support/front/documents.js'
import { scan } from '../../test/support/front/scan.js'
import { cloudtrail } from '../formats/aws/cloudtrail.js'
import { helloWorld } from '../formats/hello-world.js'

describe.each([
  ['aws_cloudtrail', cloudtrail],
  ['hello_world', helloWorld],
] as const)('%s', (_id, format) => {
  it('reads any document as the model does', () => {
    fc.assert(
      fc.property(documents(format), (document) => {
        expect(scan(format, [document.text])).toEqual(expectedOf(format, document))
      }),
      { numRuns: 400 },
    )
  })

  it('reads the same whatever the pieces, with little memory', () => {
    const places = fc.array(fc.nat(), { maxLength: 12 })
    fc.assert(
      fc.property(documents(format), places, (document, at) => {
        const pieces = cut(Buffer.from(document.text), at)
        expect(scan(format, pieces, tightLimits(document))).toEqual(expectedOf(format, document))
      }),
      { numRuns: 400 },
    )
  })

  it('reads the same byte by byte', () => {
    fc.assert(
      fc.property(documents(format), (document) => {
        const bytes = Buffer.from(document.text)
        const pieces = Array.from(bytes, (_, i) => bytes.subarray(i, i + 1))
        expect(scan(format, pieces, tightLimits(document))).toEqual(expectedOf(format, document))
      }),
      { numRuns: 40 },
    )
  })
})
