import { end, ensure, side, setSide } from './state'

/** Copies bytes to the side region. */
export function put(ptr: usize, len: usize): void {
  ensure(side, len)
  memory.copy(side, ptr, len)
  setSide(side + len)
}
export function putByte(c: u32): void {
  ensure(side, 1)
  store<u8>(side, <u8>c)
  setSide(side + 1)
}

@inline export function isSpace(c: u32): bool { return c == 0x20 || c == 0x0a || c == 0x0d || c == 0x09 }
@inline export function isDigit(c: u32): bool { return c - 0x30 < 10 }

function hexDigit(c: u32): i32 {
  if (c - 0x30 < 10) return c - 0x30
  const l = c | 0x20
  if (l - 0x61 < 6) return l - 0x61 + 10
  return -1
}
/** Value of four hex digits, -1 when they are none. */
export function hex4(p: usize): i32 {
  const a = hexDigit(load<u8>(p)), b = hexDigit(load<u8>(p, 1)), c = hexDigit(load<u8>(p, 2)), d = hexDigit(load<u8>(p, 3))
  return (a | b | c | d) < 0 ? -1 : (a << 12) | (b << 8) | (c << 4) | d
}

function putUtf8(cp: u32): void {
  ensure(side, 4)
  let p = side
  if (cp < 0x80) store<u8>(p++, <u8>cp)
  else if (cp < 0x800) { store<u8>(p++, <u8>(0xc0 | (cp >> 6))); store<u8>(p++, <u8>(0x80 | (cp & 63))) }
  else if (cp < 0x10000) {
    store<u8>(p++, <u8>(0xe0 | (cp >> 12))); store<u8>(p++, <u8>(0x80 | ((cp >> 6) & 63))); store<u8>(p++, <u8>(0x80 | (cp & 63)))
  } else {
    store<u8>(p++, <u8>(0xf0 | (cp >> 18))); store<u8>(p++, <u8>(0x80 | ((cp >> 12) & 63)))
    store<u8>(p++, <u8>(0x80 | ((cp >> 6) & 63))); store<u8>(p++, <u8>(0x80 | (cp & 63)))
  }
  setSide(p)
}

/** Writes the text of a JSON string's inside (already checked) to the side region; returns its length. */
export function unescape(from: usize, to: usize): u32 {
  ensure(side, to - from)
  const start = side
  let p = from
  while (p < to) {
    const c = load<u8>(p)
    if (c != 0x5c) { store<u8>(side, c); setSide(side + 1); p++; continue }
    const e = load<u8>(p, 1)
    p += 2
    if (e == 0x75) {
      let cp = <u32>hex4(p)
      p += 4
      if (cp - 0xd800 < 0x400 && p + 6 <= to && load<u8>(p) == 0x5c && load<u8>(p, 1) == 0x75) {
        const low = <u32>hex4(p + 2)
        if (low - 0xdc00 < 0x400) { cp = 0x10000 + ((cp - 0xd800) << 10) + (low - 0xdc00); p += 6 }
      }
      // A lone surrogate has no UTF-8 form.
      putUtf8(cp - 0xd800 < 0x800 ? 0xfffd : cp)
      ensure(side, to - p)
      continue
    }
    let out: u8 = e
    if (e == 0x6e) out = 10
    else if (e == 0x74) out = 9
    else if (e == 0x72) out = 13
    else if (e == 0x62) out = 8
    else if (e == 0x66) out = 12
    store<u8>(side, out)
    setSide(side + 1)
  }
  return <u32>(side - start)
}

/**
 * Copies checked JSON without the white space between its tokens; returns the length. Half of a surrogate
 * pair becomes U+FFFD: other readers of JSON refuse the whole text for it.
 */
export function compact(from: usize, to: usize): u32 {
  ensure(side, to - from)
  const start = side
  let out = side
  let p = from
  while (p < to) {
    const c = load<u8>(p)
    if (c != 0x22) {
      if (!isSpace(c)) store<u8>(out++, c)
      p++
      continue
    }
    let s = p++
    while (load<u8>(p) != 0x22) {
      if (load<u8>(p) != 0x5c) { p++; continue }
      if (load<u8>(p, 1) != 0x75) { p += 2; continue }
      const unit = hex4(p + 2)
      if ((unit & 0xf800) != 0xd800) { p += 6; continue }
      if (unit < 0xdc00 && load<u8>(p, 6) == 0x5c && load<u8>(p, 7) == 0x75 && (hex4(p + 8) & 0xfc00) == 0xdc00) { p += 12; continue }
      memory.copy(out, s, p - s)
      out += p - s
      store<u32>(out, 0x6666755c)
      store<u16>(out, 0x6466, 4)
      out += 6
      p += 6
      s = p
    }
    p++
    memory.copy(out, s, p - s)
    out += p - s
  }
  setSide(out)
  return <u32>(out - start)
}

/** Writes text as a JSON string, with its quotes. */
export function putJsonString(from: usize, to: usize): void {
  ensure(side, (to - from) * 6 + 2)
  let out = side
  store<u8>(out++, 0x22)
  for (let p = from; p < to; p++) {
    const c = load<u8>(p)
    if (c == 0x22 || c == 0x5c) { store<u8>(out++, 0x5c); store<u8>(out++, c) }
    else if (c < 0x20) {
      store<u32>(out, 0x3030755c); out += 4
      store<u8>(out++, 0x30 + (c >> 4))
      const d = c & 15
      store<u8>(out++, d < 10 ? 0x30 + d : 0x57 + d)
    } else store<u8>(out++, c)
  }
  store<u8>(out++, 0x22)
  setSide(out)
}

export function equal(a: usize, b: usize, len: usize): bool {
  let i: usize = 0
  for (; i + 8 <= len; i += 8) if (load<u64>(a + i) != load<u64>(b + i)) return false
  for (; i < len; i++) if (load<u8>(a + i) != load<u8>(b + i)) return false
  return true
}

/** Where the next line starts that opens with `{`, from p on; the end when there is none. */
export function nextObjectLine(p: usize): usize {
  while (p + 1 < end) {
    if (load<u8>(p) == 0x0a && load<u8>(p, 1) == 0x7b) return p + 1
    p++
  }
  return end
}

/**
 * Where reading goes on behind a broken value at the top: at the next line that looks like a line of its
 * own. A pretty-printed value's inner lines are indented, or start with a quote or a closing bracket.
 */
export function nextLine(p: usize): usize {
  while (p + 1 < end) {
    if (load<u8>(p) == 0x0a) {
      const c = load<u8>(p, 1)
      if (c > 0x20 && c != 0x22 && c != 0x5d && c != 0x7d && c != 0x2c) return p + 1
    }
    p++
  }
  return end
}
