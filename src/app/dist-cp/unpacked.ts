import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'

const unpack = promisify<Uint8Array, { maxOutputLength: number }, Buffer>(gunzip)

/** A small file, which may be packed by gzip. Rejects for one that is damaged or unpacks to more than `most` bytes. */
export async function unpacked(bytes: Uint8Array, most: number): Promise<Buffer> {
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b
  return isPacked ? unpack(bytes, { maxOutputLength: most }) : Buffer.from(bytes)
}
