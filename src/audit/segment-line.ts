import { crc32 } from 'node:zlib'

const CRC = 8

/** A record's line in a segment: the CRC-32 of its JSON in hex, a blank, the JSON, a line end. */
export function encodeLine(json: string): Buffer {
  const sum = crc32(json).toString(16).padStart(CRC, '0')
  return Buffer.from(`${sum} ${json}\n`)
}

/** The JSON of each whole line in their order, and how many bytes were in lines that are not whole. */
export function decodeLines(bytes: Buffer): {
  readonly records: string[]
  readonly damaged: number
} {
  const records: string[] = []
  let damaged = 0
  for (let start = 0; start < bytes.length;) {
    const found = bytes.indexOf(10, start)
    const end = found < 0 ? bytes.length : found
    const json = bytes.subarray(start + CRC + 1, end)
    const sum = bytes.toString('latin1', start, start + CRC + 1)
    if (found >= 0 && sum === `${crc32(json).toString(16).padStart(CRC, '0')} `)
      records.push(json.toString())
    else damaged += end - start
    start = end + 1
  }
  return { records, damaged }
}

/** A segment in parts of whole lines, each of about so many bytes: work that is done between calls. */
export function* lineSlices(bytes: Buffer, size: number): Generator<Buffer> {
  for (let start = 0; start < bytes.length;) {
    const found = bytes.indexOf(10, start + size)
    const end = found < 0 ? bytes.length : found + 1
    yield bytes.subarray(start, end)
    start = end
  }
}
