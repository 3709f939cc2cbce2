// Fingerprints of records: SipHash-1-3 with 128 bits of result. Whoever does not know the key cannot make two that meet.
import { hashes, printing, prints, rows } from './state'

let k0: u64 = 0
let k1: u64 = 0

export function setPrintKey(low: u64, high: u64): void {
  k0 = low
  k1 = high
}

/** Notes the hash and the fingerprint of what becomes the next row. */
export function notePrint(hash: u64, ptr: usize, len: u32): void {
  store<u64>(hashes + (<usize>rows << 3), hash)
  if (printing) sipHash(ptr, len, prints + (<usize>rows << 4))
}

/** Writes the 16 bytes of the hash of [p, p + len) to `out`. */
export function sipHash(p: usize, len: usize, out: usize): void {
  let v0 = k0 ^ 0x736f6d6570736575
  let v1 = k1 ^ 0x646f72616e646f6d ^ 0xee
  let v2 = k0 ^ 0x6c7967656e657261
  let v3 = k1 ^ 0x7465646279746573
  const whole = p + (len & ~7)
  for (; p < whole; p += 8) {
    const m = load<u64>(p)
    v3 ^= m
    v0 += v1; v1 = rotl<u64>(v1, 13) ^ v0; v0 = rotl<u64>(v0, 32)
    v2 += v3; v3 = rotl<u64>(v3, 16) ^ v2
    v0 += v3; v3 = rotl<u64>(v3, 21) ^ v0
    v2 += v1; v1 = rotl<u64>(v1, 17) ^ v2; v2 = rotl<u64>(v2, 32)
    v0 ^= m
  }
  let m = <u64>len << 56
  for (let i: usize = 0; i < (len & 7); i++) m |= <u64>load<u8>(p + i) << (<u64>i << 3)
  v3 ^= m
  v0 += v1; v1 = rotl<u64>(v1, 13) ^ v0; v0 = rotl<u64>(v0, 32)
  v2 += v3; v3 = rotl<u64>(v3, 16) ^ v2
  v0 += v3; v3 = rotl<u64>(v3, 21) ^ v0
  v2 += v1; v1 = rotl<u64>(v1, 17) ^ v2; v2 = rotl<u64>(v2, 32)
  v0 ^= m
  v2 ^= 0xee
  for (let half: usize = 0; half < 2; half++) {
    for (let r = 0; r < 3; r++) {
      v0 += v1; v1 = rotl<u64>(v1, 13) ^ v0; v0 = rotl<u64>(v0, 32)
      v2 += v3; v3 = rotl<u64>(v3, 16) ^ v2
      v0 += v3; v3 = rotl<u64>(v3, 21) ^ v0
      v2 += v1; v1 = rotl<u64>(v1, 17) ^ v2; v2 = rotl<u64>(v2, 32)
    }
    store<u64>(out + (half << 3), v0 ^ v1 ^ v2 ^ v3)
    v1 ^= 0xdd
  }
}
