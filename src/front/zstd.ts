import { compress as zstd, init } from '@bokuweb/zstd-wasm'

let ready: Promise<void> | undefined

/** Loads the compressor; to be awaited once before `compress`. */
export function loadZstd(): Promise<void> {
  return (ready ??= init())
}

/** Bytes from which a sample is worth its time, and its size. */
const LARGE = 1 << 15
const SAMPLE = 1 << 13
/** What shrinks by less than a tenth is stored as it is. */
const WORTH = 0.9

/** One zstd frame, at level 1: on these logs half the time of level 3 for 1 % more bytes. What a sample shows to be noise is only framed. */
export function compress(bytes: Uint8Array): Uint8Array {
  if (bytes.length >= LARGE) {
    const middle = bytes.length >> 1
    const sample = zstd(bytes.subarray(middle, middle + SAMPLE), 1)
    if (sample.length > SAMPLE * WORTH) return framed(bytes)
  }
  return zstd(bytes, 1)
}

const HEADER = 9
const BLOCK = 1 << 17

/** A frame of raw blocks (RFC 8878): a single segment, its size in 4 bytes, no checksum. */
function framed(bytes: Uint8Array): Uint8Array {
  const out = Buffer.allocUnsafe(HEADER + Math.ceil(bytes.length / BLOCK) * 3 + bytes.length)
  out.writeUInt32LE(0xfd2fb528, 0)
  out[4] = 0xa0
  out.writeUInt32LE(bytes.length, 5)
  let at = HEADER
  for (let from = 0; from < bytes.length; from += BLOCK) {
    const block = bytes.subarray(from, from + BLOCK)
    out.writeUIntLE((block.length << 3) | (from + BLOCK >= bytes.length ? 1 : 0), at, 3)
    out.set(block, at + 3)
    at += 3 + block.length
  }
  return out
}
