import { open } from 'node:fs/promises'
import { mapLimit } from '../../../core/concurrency.js'
import type { RawFile } from './raw-file.js'

const MIB = 2 ** 20
/** The reader holds a few buffers as large as the largest file. */
const LEAST = 16 * MIB
const MOST = 1024 * MIB
/** Below this no gzip file can hold more than `LEAST` that is not a bomb. */
const SURELY_SMALL = 16 * 1024

/** The most that one of the files holds when it is decompressed, bytes; not less than 16 MiB. */
export async function largestObject(files: readonly RawFile[]): Promise<number> {
  const sizes = await mapLimit(files, 16, decompressedSize)
  const largest = sizes.reduce((most, size) => Math.max(most, size), 0)
  return Math.min(MOST, Math.max(LEAST, largest + MIB))
}

async function decompressedSize({ path, size }: RawFile): Promise<number> {
  if (path.endsWith('.zst')) return size * 40
  if (!path.endsWith('.gz')) return size
  if (size < SURELY_SMALL) return 0
  const file = await open(path)
  try {
    // RFC 1952: the last four bytes are the size modulo 2^32, of the last member only.
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, size - 4)
    return Math.max(buffer.readUInt32LE(), size * 4)
  } finally {
    await file.close()
  }
}
