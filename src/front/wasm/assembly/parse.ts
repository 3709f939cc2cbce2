// Texts to values: times, numbers, addresses, hashes.
import { NO_TIME } from './state'
import { isDigit } from './text'

function two(p: usize): i64 {
  const a = <u32>load<u8>(p) - 0x30, b = <u32>load<u8>(p, 1) - 0x30
  return a < 10 && b < 10 ? <i64>(a * 10 + b) : -1000000
}
/** Days since 1970 of a proleptic Gregorian date (Howard Hinnant's days_from_civil). */
function days(y: i64, m: i64, d: i64): i64 {
  const yy = m <= 2 ? y - 1 : y
  const era = (yy >= 0 ? yy : yy - 399) / 400
  const yoe = yy - era * 400
  const doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1
  return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468
}
function daysIn(y: i64, m: i64): i64 {
  if (m == 2) return y % 4 == 0 && (y % 100 != 0 || y % 400 == 0) ? 29 : 28
  return m == 4 || m == 6 || m == 9 || m == 11 ? 30 : 31
}

/** Seconds since 1970 of the years 1 to 9999. */
const FIRST: i64 = -62135596800, LAST: i64 = 253402300799

/** ISO 8601 to µs since 1970; without a zone it is UTC. NO_TIME when it is none. */
export function isoTime(p: usize, len: u32): i64 {
  const stop = p + <usize>len
  if (len < 19) return NO_TIME
  const sep = load<u8>(p, 10)
  if (load<u8>(p, 4) != 0x2d || load<u8>(p, 7) != 0x2d || (sep != 0x54 && sep != 0x74 && sep != 0x20) || load<u8>(p, 13) != 0x3a || load<u8>(p, 16) != 0x3a) return NO_TIME
  const y = two(p) * 100 + two(p + 2), m = two(p + 5), d = two(p + 8), h = two(p + 11), min = two(p + 14), s = two(p + 17)
  if (y < 1 || m < 1 || m > 12 || d < 1 || d > daysIn(y, m) || h < 0 || h > 23 || min < 0 || min > 59 || s < 0 || s > 60) return NO_TIME
  let micros: i64 = 0
  let q = p + 19
  if (q < stop && load<u8>(q) == 0x2e) {
    let scale: i64 = 100000
    const first = ++q
    for (; q < stop && isDigit(load<u8>(q)); q++) { micros += scale * <i64>(load<u8>(q) - 0x30); scale /= 10 }
    if (q == first) return NO_TIME
  }
  let offset: i64 = 0
  if (q < stop) {
    const z = load<u8>(q)
    if ((z | 0x20) == 0x7a) q++
    else if (z == 0x2b || z == 0x2d) {
      if (q + 5 > stop) return NO_TIME
      const oh = two(q + 1)
      const colon: usize = load<u8>(q, 3) == 0x3a ? 1 : 0
      if (q + 5 + colon > stop) return NO_TIME
      const om = two(q + 3 + colon)
      if (oh < 0 || oh > 18 || om < 0 || om > 59) return NO_TIME
      offset = (oh * 60 + om) * 60
      if (z == 0x2d) offset = -offset
      q += 5 + colon
    }
    if (q != stop) return NO_TIME
  }
  const seconds = (days(y, m, d) * 24 + h) * 3600 + min * 60 + s - offset
  return seconds < FIRST || seconds > LAST ? NO_TIME : seconds * 1000000 + micros
}

/** Whole number, as text, that 32 or 64 bits hold; in no more digits than their largest has. */
export function isInteger(p: usize, len: u32, bits: u32): bool {
  let q = p
  const stop = p + <usize>len
  if (q < stop && load<u8>(q) == 0x2d) q++
  const n = stop - q
  if (n == 0 || n > (bits == 32 ? 10 : 19)) return false
  for (let i = q; i < stop; i++) if (!isDigit(load<u8>(i))) return false
  if (n < 10 || (bits == 64 && n < 19)) return true
  const v = integer(p, len)
  if (bits == 32) return v >= -2147483648 && v <= 2147483647
  // Nineteen digits go beyond 64 bits once at most: the sign tells.
  return q == p ? v >= 0 : v <= 0
}
export function integer(p: usize, len: u32): i64 {
  const stop = p + <usize>len
  const negative = load<u8>(p) == 0x2d
  let v: i64 = 0
  for (let q = negative ? p + 1 : p; q < stop; q++) v = v * 10 + <i64>(load<u8>(q) - 0x30)
  return negative ? -v : v
}
/** What readWhole() read last. */
export let number: i64 = 0

/** The value of one to eight digits; -1 when they are none. */
@inline function fewDigits(p: usize, len: u32): i64 {
  const shift = <u64>(8 - len) << 3
  let v = (load<u64>(p) << shift) | (len == 8 ? 0 : <u64>0x3030303030303030 >> (<u64>len << 3))
  if ((v & 0xf0f0f0f0f0f0f0f0) != 0x3030303030303030 || ((v + 0x0606060606060606) & 0xf0f0f0f0f0f0f0f0) != 0x3030303030303030) return -1
  v = ((v & 0x0f0f0f0f0f0f0f0f) * 2561) >> 8
  v = ((v & 0x00ff00ff00ff00ff) * 6553601) >> 16
  return <i64>(((v & 0x0000ffff0000ffff) * 42949672960001) >> 32)
}

/** Reads what isInteger() allows into `number`; false when it is none. */
export function readWhole(p: usize, len: u32, bits: u32): bool {
  if (len - 1 < 8) {
    const v = fewDigits(p, len)
    if (v >= 0) { number = v; return true }
  } else if (len <= (bits == 32 ? <u32>9 : <u32>16)) {
    const high = fewDigits(p, len - 8), low = fewDigits(p + <usize>len - 8, 8)
    if ((high | low) >= 0) { number = high * 100000000 + low; return true }
  }
  if (!isInteger(p, len, bits)) return false
  number = integer(p, len)
  return true
}
/** Whole seconds since 1970 to µs; NO_TIME beyond the years 1 to 9999. */
export function epochMicros(seconds: i64): i64 { return seconds < FIRST || seconds > LAST ? NO_TIME : seconds * 1000000 }

/** Seconds since 1970, with up to six decimals, to µs; NO_TIME beyond the years 1 to 9999. */
export function epochTime(p: usize, len: u32): i64 {
  let whole: u32 = 0
  while (whole < len && load<u8>(p + whole) != 0x2e) whole++
  if (!isInteger(p, whole, 64)) return NO_TIME
  const s = integer(p, whole)
  if (s < FIRST || s > LAST) return NO_TIME
  let micros: i64 = 0, scale: i64 = 100000
  for (let i = whole + 1; i < len; i++) {
    const c = load<u8>(p + i)
    if (!isDigit(c)) return NO_TIME
    micros += scale * <i64>(c - 0x30)
    scale /= 10
  }
  const t = s * 1000000 + (load<u8>(p) == 0x2d ? -micros : micros)
  return t < FIRST * 1000000 ? NO_TIME : t
}

const HEX = memory.data<u8>([48,49,50,51,52,53,54,55,56,57,97,98,99,100,101,102])
const ADDRESS = memory.data(16)
function putHex(out: usize, bytes: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    const b = load<u8>(bytes + i)
    store<u8>(out + (i << 1), load<u8>(HEX + (b >> 4)))
    store<u8>(out + (i << 1), load<u8>(HEX + (b & 15)), 1)
  }
}
export function putHex64(out: usize, v: u64): void { store<u64>(ADDRESS, bswap<u64>(v)); putHex(out, ADDRESS, 8) }

/** Dotted quad of [p, stop) to four bytes at `to`. */
function ipv4(p: usize, stop: usize, to: usize): bool {
  for (let part = 0; part < 4; part++) {
    let v: u32 = 0
    const first = p
    for (; p < stop && isDigit(load<u8>(p)); p++) v = v * 10 + (load<u8>(p) - 0x30)
    // A leading zero is octal to some readers and decimal to others.
    if (p == first || p - first > 3 || v > 255 || (p - first > 1 && load<u8>(first) == 0x30)) return false
    store<u8>(to + part, <u8>v)
    if (part < 3) { if (p >= stop || load<u8>(p) != 0x2e) return false; p++ }
  }
  return p == stop
}
function hexValue(c: u32): i32 {
  if (c - 0x30 < 10) return c - 0x30
  const l = c | 0x20
  return l - 0x61 < 6 ? <i32>(l - 0x61 + 10) : -1
}
/** RFC 4291 text to sixteen bytes; a zone (`%eth0`) is no part of an address here. */
function ipv6(p: usize, stop: usize): bool {
  let filled = 0, gap = -1
  if (stop - p >= 2 && load<u8>(p) == 0x3a) {
    if (load<u8>(p, 1) != 0x3a) return false
    gap = 0
    p += 2
  }
  while (p < stop) {
    let q = p, v: u32 = 0
    for (; q < stop && hexValue(load<u8>(q)) >= 0; q++) { if (q - p == 4) return false; v = (v << 4) | hexValue(load<u8>(q)) }
    if (q < stop && load<u8>(q) == 0x2e) {
      if (filled > 12 || !ipv4(p, stop, ADDRESS + filled)) return false
      filled += 4
      p = stop
      break
    }
    if (q == p || filled > 14) return false
    store<u8>(ADDRESS + filled++, <u8>(v >> 8))
    store<u8>(ADDRESS + filled++, <u8>v)
    p = q
    if (p == stop) break
    if (load<u8>(p) != 0x3a) return false
    p++
    if (p == stop) return false
    if (load<u8>(p) == 0x3a) { if (gap >= 0) return false; gap = filled; p++ }
  }
  if (gap < 0) return filled == 16
  if (filled == 16) return false
  const tail = filled - gap
  memory.copy(ADDRESS + 16 - tail, ADDRESS + gap, tail)
  memory.fill(ADDRESS + gap, 0, 16 - tail - gap)
  return true
}
/** 32 hex digits of an address at `out`; false when the text is none. */
export function ipKey(p: usize, len: u32, out: usize): bool {
  if (len < 2 || len > 45) return false
  const stop = p + <usize>len
  let colon = false
  for (let q = p; q < stop; q++) if (load<u8>(q) == 0x3a) { colon = true; break }
  if (colon) { if (!ipv6(p, stop)) return false }
  else {
    store<u64>(ADDRESS, 0)
    store<u32>(ADDRESS, 0xffff0000, 8)
    if (!ipv4(p, stop, ADDRESS + 12)) return false
  }
  putHex(out, ADDRESS, 16)
  return true
}

const P1: u64 = 0x9e3779b185ebca87, P2: u64 = 0xc2b2ae3d27d4eb4f, P3: u64 = 0x165667b19e3779f9, P4: u64 = 0x85ebca77c2b2ae63, P5: u64 = 0x27d4eb2f165667c5
@inline function round(acc: u64, v: u64): u64 { return rotl<u64>(acc + v * P2, 31) * P1 }
@inline function merge(h: u64, v: u64): u64 { return (h ^ round(0, v)) * P1 + P4 }

/** XXH64 (the published specification), seed 42: what Spark's `xxhash64` gives for the same text. */
export function xxh64(p: usize, len: usize): u64 {
  const seed: u64 = 42
  const stop = p + len
  let h: u64
  if (len >= 32) {
    let a = seed + P1 + P2, b = seed + P2, c = seed, d = seed - P1
    for (; p + 32 <= stop; p += 32) {
      a = round(a, load<u64>(p)); b = round(b, load<u64>(p, 8)); c = round(c, load<u64>(p, 16)); d = round(d, load<u64>(p, 24))
    }
    h = rotl<u64>(a, 1) + rotl<u64>(b, 7) + rotl<u64>(c, 12) + rotl<u64>(d, 18)
    h = merge(merge(merge(merge(h, a), b), c), d)
  } else h = seed + P5
  h += <u64>len
  for (; p + 8 <= stop; p += 8) h = rotl<u64>(h ^ round(0, load<u64>(p)), 27) * P1 + P4
  if (p + 4 <= stop) { h = rotl<u64>(h ^ (<u64>load<u32>(p) * P1), 23) * P2 + P3; p += 4 }
  for (; p < stop; p++) h = rotl<u64>(h ^ (<u64>load<u8>(p) * P5), 11) * P1
  h = (h ^ (h >> 33)) * P2
  h = (h ^ (h >> 29)) * P3
  return h ^ (h >> 32)
}
