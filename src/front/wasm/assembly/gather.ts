// Rows to Parquet pages: definition levels and PLAIN values of one column, in the order given.
import { NULL_LEN, ensure, hashes, objects, slotAt, sourceRows, times } from './state'
import { integer, ipKey, isoTime, epochTime, putHex64 } from './parse'

/** Bytes of the values that the last call wrote, and its nulls. */
export let nulls: u32 = 0

@inline function rowAt(order: usize, i: u32): u32 { return load<u32>(order + (<usize>i << 2)) }

/** Room for the levels of n rows: a length, a run header and a bit a row. */
function levelBytes(n: u32): usize { return 4 + 5 + ((<usize>n + 7) >> 3) }

/** Moves the values up against levels of their real size; returns the page's bytes. */
function finish(out: usize, bits: usize, values: usize, stop: usize, n: u32): usize {
  // RLE/bit-packed hybrid: one run, of equal values when all are there or none is.
  let p = out + 4
  if (nulls == 0 || nulls == n) {
    p = varint(p, n << 1)
    store<u8>(p++, nulls == 0 ? 1 : 0)
  } else {
    const groups = (n + 7) >> 3
    p = varint(p, (groups << 1) | 1)
    memory.copy(p, bits, groups)
    p += groups
  }
  store<u32>(out, <u32>(p - out - 4))
  memory.copy(p, values, stop - values)
  return p + (stop - values) - out
}
function varint(p: usize, v: u32): usize {
  while (v >= 0x80) { store<u8>(p++, <u8>(v | 0x80)); v >>= 7 }
  store<u8>(p++, <u8>v)
  return p
}
@inline function setBit(bits: usize, i: u32): void { store<u8>(bits + (i >> 3), <u8>(<u32>load<u8>(bits + (i >> 3)) | (<u32>1 << (i & 7)))) }

/** How many rows from `from` on fill a page of about `target` bytes. */
export function rowsForPage(slot: u32, order: usize, from: u32, to: u32, target: u32): u32 {
  let bytes: u32 = 0, i = from
  for (; i < to && bytes < target; i++) {
    const len = load<u32>(slotAt(rowAt(order, i), slot), 4)
    if (len != NULL_LEN) bytes += len + 4
  }
  return i - from
}

export function gatherText(slot: u32, order: usize, from: u32, n: u32, out: usize): usize {
  const bits = out + 16, values = out + 16 + levelBytes(n)
  let size: usize = 0
  for (let i: u32 = 0; i < n; i++) {
    const len = load<u32>(slotAt(rowAt(order, from + i), slot), 4)
    if (len != NULL_LEN) size += <usize>len + 4
  }
  ensure(out, (levelBytes(n) << 1) + size + 64)
  memory.fill(bits, 0, levelBytes(n))
  nulls = 0
  let p = values
  for (let i: u32 = 0; i < n; i++) {
    const at = slotAt(rowAt(order, from + i), slot)
    const len = load<u32>(at, 4)
    if (len == NULL_LEN) { nulls++; continue }
    setBit(bits, i)
    store<u32>(p, len)
    memory.copy(p + 4, <usize>load<u32>(at), len)
    p += 4 + <usize>len
  }
  return finish(out, bits, values, p, n)
}

/** kind 2: INT32, 3: INT64, 5: BOOLEAN as INT32, 6: ISO time, 7: epoch seconds, as INT64 µs. */
export function gatherNumber(slot: u32, kind: u32, order: usize, from: u32, n: u32, out: usize): usize {
  const bits = out + 16, values = out + 16 + levelBytes(n)
  ensure(out, (levelBytes(n) << 1) + (<usize>n << 3) + 64)
  memory.fill(bits, 0, levelBytes(n))
  nulls = 0
  let p = values
  for (let i: u32 = 0; i < n; i++) {
    const at = slotAt(rowAt(order, from + i), slot)
    const len = load<u32>(at, 4)
    if (len == NULL_LEN) { nulls++; continue }
    setBit(bits, i)
    const s = <usize>load<u32>(at)
    if (kind == 2) { store<i32>(p, <i32>integer(s, len)); p += 4 }
    else if (kind == 5) { store<i32>(p, load<u8>(s) == 0x74 ? 1 : 0); p += 4 }
    else { store<i64>(p, kind == 6 ? isoTime(s, len) : kind == 7 ? epochTime(s, len) : integer(s, len)); p += 8 }
  }
  return finish(out, bits, values, p, n)
}

/** Address keys of the first slot with a value, from a list of slots (u32 each). */
export function gatherIpKey(list: usize, count: u32, order: usize, from: u32, n: u32, out: usize): usize {
  const bits = out + 16, values = out + 16 + levelBytes(n)
  ensure(out, (levelBytes(n) << 1) + <usize>n * 36 + 64)
  memory.fill(bits, 0, levelBytes(n))
  nulls = 0
  let p = values
  for (let i: u32 = 0; i < n; i++) {
    const row = rowAt(order, from + i)
    let good = false
    for (let k: u32 = 0; k < count; k++) {
      const at = slotAt(row, load<u32>(list + (<usize>k << 2)))
      const len = load<u32>(at, 4)
      if (len == NULL_LEN) continue
      good = ipKey(<usize>load<u32>(at), len, p + 4)
      break
    }
    if (!good) { nulls++; continue }
    setBit(bits, i)
    store<u32>(p, 32)
    p += 36
  }
  return finish(out, bits, values, p, n)
}

/** Ids: the slot's text where there is one, else the row's hash as 16 hex digits. */
export function gatherId(slot: u32, order: usize, from: u32, n: u32, out: usize): usize {
  let size: usize = 0
  for (let i: u32 = 0; i < n; i++) {
    const len = slot == 0xffff ? NULL_LEN : load<u32>(slotAt(rowAt(order, from + i), slot), 4)
    size += len == NULL_LEN ? 20 : <usize>len + 4
  }
  ensure(out, levelBytes(n) + size + 64)
  nulls = 0
  let p = varint(out + 4, n << 1)
  store<u8>(p++, 1)
  store<u32>(out, <u32>(p - out - 4))
  for (let i: u32 = 0; i < n; i++) {
    const row = rowAt(order, from + i)
    const at = slotAt(row, slot == 0xffff ? 0 : slot)
    const len = slot == 0xffff ? NULL_LEN : load<u32>(at, 4)
    if (len == NULL_LEN) {
      store<u32>(p, 16)
      putHex64(p + 4, load<u64>(hashes + (<usize>row << 3)))
      p += 20
      continue
    }
    store<u32>(p, len)
    memory.copy(p + 4, <usize>load<u32>(at), len)
    p += 4 + <usize>len
  }
  return p - out
}

/** What every row has: 0 time (INT64), 1 object index (INT32), 2 record number (INT64). */
export function gatherFixed(what: u32, order: usize, from: u32, n: u32, out: usize): usize {
  ensure(out, (<usize>n << 3) + 64)
  nulls = 0
  let p = varint(out + 4, n << 1)
  store<u8>(p++, 1)
  store<u32>(out, <u32>(p - out - 4))
  for (let i: u32 = 0; i < n; i++) {
    const row = <usize>rowAt(order, from + i)
    if (what == 0) { store<i64>(p, load<i64>(times + (row << 3))); p += 8 }
    else if (what == 1) { store<u32>(p, load<u32>(objects + (row << 2))); p += 4 }
    else { store<u64>(p, <u64>load<u32>(sourceRows + (row << 2))); p += 8 }
  }
  return p - out
}

/** A byte for each slot at `out`: whether any of the rows has a value in it. */
export function presentSlots(slotCount: u32, order: usize, from: u32, n: u32, out: usize): usize {
  ensure(out, slotCount)
  memory.fill(out, 0, slotCount)
  let missing = slotCount
  for (let i: u32 = 0; i < n && missing > 0; i++) {
    const row = rowAt(order, from + i)
    for (let s: u32 = 0; s < slotCount; s++) {
      if (load<u8>(out + s) == 0 && load<u32>(slotAt(row, s), 4) != NULL_LEN) { store<u8>(out + s, 1); missing-- }
    }
  }
  return out
}
