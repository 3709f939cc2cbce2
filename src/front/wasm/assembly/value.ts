// Checked reading of JSON values: RFC 8259's grammar, nesting up to 512.
import { end, err, pos, setErr, setPos, stack, E_DEPTH, E_EOF, E_NONE, E_SYNTAX } from './state'
import { hex4, isDigit, isSpace } from './text'

/** The string that was read last held a backslash. */
export let escaped: bool = false
/** White space was seen between tokens. */
export let spaced: bool = false
/** A `\\u` escape of a surrogate was seen: a pair, or half of one, which is no text. */
export let surrogate: bool = false
export function clearSeen(): void { spaced = false; surrogate = false }

const MAX_DEPTH: i32 = 512

export function fail(): bool { setErr(pos >= end ? E_EOF : E_SYNTAX); return false }

@inline export function skipSpace(): void {
  let p = pos
  if (p < end && load<u8>(p) > 0x20) return
  while (p < end && isSpace(load<u8>(p))) p++
  if (p != pos) { spaced = true; setPos(p) }
}

/** At an opening quote: moves behind the closing one. */
export function skipString(): bool {
  let p = pos + 1
  escaped = false
  const quote = i8x16.splat(0x22), back = i8x16.splat(0x5c), low = i8x16.splat(0x20)
  while (true) {
    const v = v128.load(p)
    const hit = i8x16.bitmask(v128.or(v128.or(i8x16.eq(v, quote), i8x16.eq(v, back)), i8x16.lt_u(v, low)))
    if (hit == 0) {
      p += 16
      if (p >= end) { setPos(end); setErr(E_EOF); return false }
      continue
    }
    p += <usize>ctz(hit)
    if (p >= end) { setPos(end); setErr(E_EOF); return false }
    const c = load<u8>(p)
    if (c == 0x22) { setPos(p + 1); return true }
    if (c != 0x5c) { setPos(p); setErr(E_SYNTAX); return false }
    escaped = true
    if (p + 1 >= end) { setPos(end); setErr(E_EOF); return false }
    const e = load<u8>(p, 1)
    if (e == 0x75) {
      if (p + 6 > end) { setPos(end); setErr(E_EOF); return false }
      const unit = hex4(p + 2)
      if (unit < 0) { setPos(p); setErr(E_SYNTAX); return false }
      if ((unit & 0xf800) == 0xd800) surrogate = true
      p += 6
    } else {
      if (!(e == 0x22 || e == 0x5c || e == 0x2f || e == 0x62 || e == 0x66 || e == 0x6e || e == 0x72 || e == 0x74)) {
        setPos(p); setErr(E_SYNTAX); return false
      }
      p += 2
    }
  }
}

function digits(p: usize): usize { while (p < end && isDigit(load<u8>(p))) p++; return p }

function skipNumber(): bool {
  let p = pos
  if (load<u8>(p) == 0x2d) p++
  const first = p
  p = digits(p)
  if (p == first || (load<u8>(first) == 0x30 && p > first + 1)) { setPos(p); return fail() }
  if (p < end && load<u8>(p) == 0x2e) { const f = p + 1; p = digits(f); if (p == f) { setPos(p); return fail() } }
  if (p < end && (load<u8>(p) | 0x20) == 0x65) {
    p++
    if (p < end && (load<u8>(p) == 0x2b || load<u8>(p) == 0x2d)) p++
    const x = p
    p = digits(p)
    if (p == x) { setPos(p); return fail() }
  }
  setPos(p)
  return true
}

function skipWord(word: u32, len: usize, last: u32): bool {
  if (pos + len > end) { setPos(end); setErr(E_EOF); return false }
  if (load<u32>(pos) != word || (len == 5 && load<u8>(pos, 4) != last)) { setErr(E_SYNTAX); return false }
  setPos(pos + len)
  return true
}

function skipScalar(c: u32): bool {
  if (c == 0x22) return skipString()
  if (c == 0x2d || isDigit(c)) return skipNumber()
  if (c == 0x74) return skipWord(0x65757274, 4, 0)
  if (c == 0x66) return skipWord(0x736c6166, 5, 0x65)
  if (c == 0x6e) return skipWord(0x6c6c756e, 4, 0)
  setErr(E_SYNTAX)
  return false
}

/** At a key's quote: moves behind the colon. */
export function skipKey(): bool {
  skipSpace()
  if (pos >= end || load<u8>(pos) != 0x22) return fail()
  if (!skipString()) return false
  skipSpace()
  if (pos >= end || load<u8>(pos) != 0x3a) return fail()
  setPos(pos + 1)
  return true
}

/** At a value (white space before it allowed): checks it and moves behind it. */
export function skipValue(): bool {
  let depth: i32 = 0
  setErr(E_NONE)
  while (true) {
    skipSpace()
    if (pos >= end) return fail()
    const c: u32 = load<u8>(pos)
    if (c == 0x7b || c == 0x5b) {
      setPos(pos + 1)
      skipSpace()
      if (pos >= end) return fail()
      if (load<u8>(pos) == c + 2) setPos(pos + 1)
      else {
        if (depth == MAX_DEPTH) { setErr(E_DEPTH); return false }
        store<u8>(stack + depth++, <u8>c)
        if (c == 0x7b && !skipKey()) return false
        continue
      }
    } else if (!skipScalar(c)) return false
    // Behind a value: close what ends here, or go on to the next one.
    while (true) {
      if (depth == 0) return true
      skipSpace()
      if (pos >= end) return fail()
      const open: u32 = load<u8>(stack + depth - 1)
      const d: u32 = load<u8>(pos)
      if (d == open + 2) { setPos(pos + 1); depth--; continue }
      if (d != 0x2c) return fail()
      setPos(pos + 1)
      if (open == 0x7b && !skipKey()) return false
      break
    }
  }
}

/**
 * Moves behind the object or array at `from` by its brackets alone, which may nest as deep as they like.
 * False when it does not close before `bound`.
 */
export function skipBalanced(from: usize, bound: usize): bool {
  let depth: u32 = 0
  let p = from
  while (p < bound) {
    const c: u32 = load<u8>(p)
    if (c == 0x22) {
      setPos(p)
      if (!skipString()) return false
      p = pos
      continue
    }
    if (c == 0x7b || c == 0x5b) depth++
    else if ((c == 0x7d || c == 0x5d) && --depth == 0) { setPos(p + 1); return true }
    p++
  }
  setErr(E_EOF)
  return false
}
