import { describe, expect, test } from 'vitest'
import { foundAt } from './found.js'
import { emptyReceipt, encodeReceipt, parseReceipt } from './receipt.js'

const objects = ['a', 'b', 'c'].map((name) =>
  foundAt({ uri: `s3://logs/${name}`, etag: 'x', size: 1, modified: 2, time: 3 }),
)

describe('a receipt', () => {
  test('keeps what is known, and that the rest is not', () => {
    const receipt = emptyReceipt({ objects })
    receipt.rows.set([7, 0], 1)
    receipt.duplicates.set([0, 4], 1)
    expect(parseReceipt(encodeReceipt(receipt), { objects })).toEqual(receipt)
    expect([...receipt.rows]).toEqual([Number.NaN, 7, 0])
  })

  test('of an earlier build is read: it names objects by URI', () => {
    const file = { rows: { 's3://logs/b': 7 }, duplicates: { 's3://logs/b': 4 } }
    const receipt = parseReceipt(Buffer.from(JSON.stringify(file)), { objects })
    expect([...receipt.rows]).toEqual([Number.NaN, 7, Number.NaN])
    expect(receipt.duplicates[1]).toBe(4)
  })
})
