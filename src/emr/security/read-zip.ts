import { inflateRawSync } from 'node:zlib'
import { HeadrigError, messageOf } from '../../core/errors.js'

const END = 0x06054b50
const ENTRY = 0x02014b50
const LOCAL = 0x04034b50
const STORED = 0
const DEFLATED = 8

/**
 * The files of a small zip archive that have these names, at whatever folder; the first of a name counts.
 * Source: PKWARE's APPNOTE.TXT, 4.3; no ZIP64, no passwords.
 * @param most the bytes that a file may have
 * @throws HeadrigError `invalid` for what is no such archive
 */
export function readZip(
  zip: Uint8Array,
  names: readonly string[],
  most: number,
): ReadonlyMap<string, Buffer> {
  const bytes = Buffer.from(zip)
  const found = new Map<string, Buffer>()
  try {
    const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]))
    if (end < 0 || bytes.readUInt32LE(end) !== END) throw new Error('it has no directory')
    let at = bytes.readUInt32LE(end + 16)
    for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
      if (bytes.readUInt32LE(at) !== ENTRY) throw new Error('its directory is damaged')
      const lengths = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset))
      const [nameLength = 0, extra = 0, comment = 0] = lengths
      const path = bytes.toString('utf8', at + 46, at + 46 + nameLength)
      const name = path.slice(path.lastIndexOf('/') + 1)
      if (names.includes(name) && !found.has(name)) found.set(name, fileAt(bytes, at, most))
      at += 46 + nameLength + extra + comment
    }
  } catch (error) {
    throw new HeadrigError('invalid', `no zip archive that can be read: ${messageOf(error)}`, {
      cause: error,
    })
  }
  return found
}

function fileAt(bytes: Buffer, entry: number, most: number): Buffer {
  if ((bytes.readUInt16LE(entry + 8) & 1) !== 0) throw new Error('it has a password')
  const method = bytes.readUInt16LE(entry + 10)
  const packed = bytes.readUInt32LE(entry + 20)
  const size = bytes.readUInt32LE(entry + 24)
  const local = bytes.readUInt32LE(entry + 42)
  if (size > most) throw new Error(`a file in it has ${size} bytes, ${most} are the most`)
  if (bytes.readUInt32LE(local) !== LOCAL) throw new Error('a file in it is damaged')
  const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
  const data = bytes.subarray(start, start + packed)
  if (data.length < packed) throw new Error('a file in it is cut off')
  if (method === STORED) return data
  if (method === DEFLATED) return inflateRawSync(data, { maxOutputLength: most })
  throw new Error(`a file in it is packed by method ${method}`)
}
