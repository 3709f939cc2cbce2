// A page of hashes as text of 16 hex digits each, compressed as it is made. Its values are coded as
// DELTA_LENGTH_BYTE_ARRAY: all lengths (which are equal), then all texts. Every digit is as likely as any
// other, so that zstd's best is a Huffman code of 4 bits for each: which are the hash's own bits.
// Frames by RFC 8878.
import { ensure, hashes } from './state'
import { putHex64 } from './parse'

/** Size of what the frame written last holds. */
export let frameContent: u32 = 0

/** 128 KiB of text, the largest block. */
const BLOCK_ROWS: u32 = 8192
/** A block may not be larger than what it holds. */
const LEAST_ROWS: u32 = 64
const RAW: u32 = 0, RLE: u32 = 1, COMPRESSED: u32 = 2
/** Direct weights of the symbols 0 to 101; that of `f`, 102, follows from them. */
const WEIGHTS: u32 = 51

function varint(p: usize, v: u32): usize {
  while (v >= 0x80) { store<u8>(p++, <u8>(v | 0x80)); v >>= 7 }
  store<u8>(p++, <u8>v)
  return p
}
function blockHeader(p: usize, type: u32, size: u32, last: bool): void {
  const word = (size << 3) | (type << 1) | (last ? 1 : 0)
  store<u16>(p, <u16>word)
  store<u8>(p, <u8>(word >> 16), 2)
}
@inline function hashOf(order: usize, i: u32): u64 { return load<u64>(hashes + (<usize>load<u32>(order + (<usize>i << 2)) << 3)) }

/** A block of literals in four streams, of `n` rows (a multiple of 4) from `at` on. */
function hexBlock(order: usize, at: u32, n: u32, out: usize): usize {
  const quarter = n >> 2
  const stream = (<usize>quarter << 3) + 1
  const inside: u32 = 1 + WEIGHTS + 6 + (<u32>stream << 2)
  blockHeader(out, COMPRESSED, 5 + inside + 1, false)
  let p = out + 3
  // Compressed literals, four streams, sizes of 18 bits.
  store<u64>(p, 2 | (3 << 2) | (<u64>n << 8) | (<u64>inside << 22))
  p += 5
  store<u8>(p, 127 + 102)
  memory.fill(p + 1, 0, WEIGHTS)
  memory.fill(p + 1 + 24, 0x11, 5)
  // 97 to 101: the second half of byte 48, bytes 49 and 50.
  store<u8>(p, 0x01, 1 + 48)
  store<u16>(p, 0x1111, 1 + 49)
  p += 1 + WEIGHTS
  store<u16>(p, <u16>stream)
  store<u16>(p, <u16>stream, 2)
  store<u16>(p, <u16>stream, 4)
  p += 6
  for (let s: u32 = 0; s < 4; s++) {
    // Streams are read from their ends, below the topmost bit that is set.
    let q = p + stream - 9
    for (let i: u32 = 0; i < quarter; i++) {
      store<u64>(q, hashOf(order, at + s * quarter + i))
      q -= 8
    }
    p += stream
    store<u8>(p - 1, 1)
  }
  // No sequences.
  store<u8>(p, 0)
  return p + 1
}

/** Writes a frame of a page's levels (none is null) and the hashes of the rows in order; returns its size. */
export function hashFrame(order: usize, from: u32, n: u32, out: usize): usize {
  ensure(out, <usize>n * 9 + (<usize>(n / BLOCK_ROWS) + 4) * 160)
  order += <usize>from << 2
  let p = out + 12
  // Levels of definition: one run of ones.
  let q = varint(p + 4, n << 1)
  store<u8>(q++, 1)
  store<u32>(p, <u32>(q - p - 4))
  // Lengths, DELTA_BINARY_PACKED: blocks of 128 in 4 parts, the count, the first; no delta differs from 0.
  store<u16>(q, 0x0180)
  store<u8>(q, 4, 2)
  q = varint(q + 3, n)
  store<u8>(q++, 32)
  const start = <u32>(q - p)
  blockHeader(out + 9, RAW, start, false)
  p = q
  const zeros = (n + 126) / 128 * 5
  if (zeros > 0) {
    blockHeader(p, RLE, zeros, false)
    store<u8>(p, 0, 3)
    p += 4
  }
  let at: u32 = 0
  while (n - at >= LEAST_ROWS) {
    const rows = min(BLOCK_ROWS, (n - at) & ~3)
    p = hexBlock(order, at, rows, p)
    at += rows
  }
  blockHeader(p, RAW, (n - at) << 4, true)
  p += 3
  for (; at < n; at++) { putHex64(p, hashOf(order, at)); p += 16 }
  frameContent = start + zeros + (n << 4)
  store<u32>(out, 0xfd2fb528)
  // A single segment whose size takes 4 bytes.
  store<u8>(out, 0xa0, 4)
  store<u32>(out, frameContent, 5)
  return p - out
}
