// One leaf column of the rows in a given order: its values are collected, numbered by a dictionary where
// that pays, and written as the levels and values of Parquet pages.
import { NULL_LEN, ensure, hasSlot, hashes, objects, presentAt, slotAt, slotCount, sourceRows, times, used } from './state'
import { epochTime, integer, ipKey, isoTime, putHex64 } from './parse'
import { equal, isSpace } from './text'

/** Scratch of the column under way; see room(). */
let defs: usize = 0
let reps: usize = 0
let pointers: usize = 0
let lengths: usize = 0
let numbers: usize = 0
let indexes: usize = 0
let entries: usize = 0
let table: usize = 0
let texts: usize = 0

/** Entries (levels) of the column, and how many of them are values. */
export let levels: u32 = 0
export let values: u32 = 0
/** Sum of the lengths of text values. */
export let textBytes: u32 = 0
/** Entries of the dictionary; 0: none was made. */
export let distinct: u32 = 0
/** The smallest and the largest value, after findRange(). */
export let minNumber: i64 = 0
export let maxNumber: i64 = 0
export let minText: usize = 0
export let minTextLength: u32 = 0
export let maxText: usize = 0
export let maxTextLength: u32 = 0

const MAX_ENTRIES: u32 = 32768
const TABLE_SIZE: u32 = 131072
const MAX_ENTRY_BYTES: u32 = 1 << 20

function align(p: usize): usize { return (p + 15) & ~15 }

/** Lays out scratch for a column of up to n entries behind `from`; returns where output may go. */
export function room(from: usize, n: u32): usize {
  const count = <usize>n
  defs = align(from)
  reps = align(defs + count)
  pointers = align(reps + count)
  lengths = align(pointers + (count << 2))
  numbers = align(lengths + (count << 2))
  indexes = align(numbers + (count << 3))
  entries = align(indexes + (count << 2))
  table = align(entries + (<usize>MAX_ENTRIES << 5))
  texts = align(table + (<usize>TABLE_SIZE << 2))
  const out = align(texts + count * 36)
  ensure(out, 1 << 20)
  return out
}

@inline function rowAt(order: usize, i: u32): u32 { return load<u32>(order + (<usize>i << 2)) }
@inline function addText(ptr: usize, len: u32): void {
  store<u32>(pointers + (<usize>values << 2), <u32>ptr)
  store<u32>(lengths + (<usize>values << 2), len)
  textBytes += len
  values++
}
@inline function addNumber(v: i64): void {
  store<i64>(numbers + (<usize>values << 3), v)
  values++
}
@inline function addDef(level: u32): void { store<u8>(defs + levels, <u8>level); levels++ }
function begin(): void { levels = 0; values = 0; textBytes = 0; distinct = 0 }

/** How many of the structs around a leaf are there, `count` when all are. */
@inline function depthOf(row: u32, presence: usize, count: u32): u32 {
  for (let i: u32 = 0; i < count; i++) {
    if (!hasSlot(row, load<u32>(presence + (<usize>i << 2)))) return i
  }
  return count
}

/** Text: the first of the slots that has a value, else the object's fact (pointer and length by object). */
export function collectText(list: usize, count: u32, presence: usize, depth: u32, facts: usize, order: usize, from: u32, n: u32): void {
  begin()
  if (count == 1 && depth == 0 && facts == 0) {
    collectOne(load<u32>(list), order, from, n)
    return
  }
  for (let i: u32 = 0; i < n; i++) {
    const row = rowAt(order, from + i)
    const d = depthOf(row, presence, depth)
    if (d < depth) { addDef(d); continue }
    let ptr: usize = 0, len: u32 = NULL_LEN
    for (let k: u32 = 0; k < count; k++) {
      const slot = load<u32>(list + (<usize>k << 2))
      if (!hasSlot(row, slot)) continue
      const at = slotAt(row, slot)
      ptr = <usize>load<u32>(at)
      len = load<u32>(at, 4)
      break
    }
    if (len == NULL_LEN && facts != 0) {
      const f = facts + (<usize>load<u32>(objects + (<usize>row << 2)) << 3)
      ptr = <usize>load<u32>(f)
      len = load<u32>(f, 4)
    }
    if (len == NULL_LEN) { addDef(depth); continue }
    addDef(depth + 1)
    addText(ptr, len)
  }
}

function collectOne(slot: u32, order: usize, from: u32, n: u32): void {
  const cells = slotAt(0, slot), there = presentAt(0, slot)
  const pointersTo = pointers, lengthsTo = lengths, defsTo = defs
  let v: u32 = 0, bytes: u32 = 0
  for (let i: u32 = 0; i < n; i++) {
    const row = <usize>rowAt(order, from + i)
    const has = load<u8>(there + row)
    store<u8>(defsTo + i, has)
    if (has == 0) continue
    const cell = load<u64>(cells + (row << 3))
    store<u32>(pointersTo + (<usize>v << 2), <u32>cell)
    store<u32>(lengthsTo + (<usize>v << 2), <u32>(cell >> 32))
    bytes += <u32>(cell >> 32)
    v++
  }
  levels = n
  values = v
  textBytes = bytes
}

/** kind 0: numbers that the scanner has read, 2, 3: whole numbers, 5: booleans, 6: ISO times, 7: epoch seconds (both to µs). */
export function collectNumber(slot: u32, kind: u32, presence: usize, depth: u32, order: usize, from: u32, n: u32): void {
  begin()
  for (let i: u32 = 0; i < n; i++) {
    const row = rowAt(order, from + i)
    const d = depthOf(row, presence, depth)
    if (d < depth) { addDef(d); continue }
    if (!hasSlot(row, slot)) { addDef(depth); continue }
    addDef(depth + 1)
    const at = slotAt(row, slot)
    if (kind == 0) { addNumber(load<i64>(at)); continue }
    const p = <usize>load<u32>(at), len = load<u32>(at, 4)
    if (kind == 5) addNumber(load<u8>(p) == 0x74 ? 1 : 0)
    else if (kind == 6) addNumber(isoTime(p, len))
    else if (kind == 7) addNumber(epochTime(p, len))
    else addNumber(integer(p, len))
  }
}

/** What every row has: 0 the time, 1 the number of the record, 2 a constant. */
export function collectFixed(what: u32, constant: i64, order: usize, from: u32, n: u32): void {
  begin()
  for (let i: u32 = 0; i < n; i++) {
    const row = <usize>rowAt(order, from + i)
    addDef(1)
    if (what == 0) addNumber(load<i64>(times + (row << 3)))
    else if (what == 1) addNumber(<i64>load<u32>(sourceRows + (row << 2)))
    else addNumber(constant)
  }
}

/** The log's own id, else the hash of the record as 16 hex digits. */
export function collectId(slot: u32, order: usize, from: u32, n: u32): void {
  begin()
  for (let i: u32 = 0; i < n; i++) {
    const row = rowAt(order, from + i)
    addDef(1)
    if (slot != 0xffff && hasSlot(row, slot)) {
      const at = slotAt(row, slot)
      addText(<usize>load<u32>(at), load<u32>(at, 4))
      continue
    }
    const text = texts + (<usize>i << 4)
    putHex64(text, load<u64>(hashes + (<usize>row << 3)))
    addText(text, 16)
  }
}

/** Address keys of the text column that was collected and numbered last. They are numbered as it was, if all its texts are addresses. */
export function collectIpKeys(): void {
  const n = levels, had = values
  if (distinct > 0) {
    // An entry's key once, whatever the number of rows: its text, or nothing, by the entry.
    let all = true
    for (let e: u32 = 0; e < distinct; e++) {
      const text = texts + <usize>e * 36
      const good = ipKey(entryPtr(e), entryLen(e), text)
      store<u32>(text, good ? 1 : 0, 32)
      if (!good) all = false
    }
    if (all) {
      for (let e: u32 = 0; e < distinct; e++) {
        store<u32>(entryAt(e), <u32>(texts + <usize>e * 36), 4)
        store<u32>(entryAt(e), 32, 8)
      }
      for (let v: u32 = 0; v < had; v++) {
        store<u32>(pointers + (<usize>v << 2), <u32>(texts + <usize>load<u32>(indexes + (<usize>v << 2)) * 36))
        store<u32>(lengths + (<usize>v << 2), 32)
      }
      textBytes = had << 5
      return
    }
    let next: u32 = 0
    values = 0
    textBytes = 0
    for (let i: u32 = 0; i < n; i++) {
      if (load<u8>(defs + i) == 0) continue
      const text = texts + <usize>load<u32>(indexes + ((<usize>(next++)) << 2)) * 36
      if (load<u32>(text, 32) == 0) { store<u8>(defs + i, 0); continue }
      addText(text, 32)
    }
  } else {
    let next: u32 = 0
    values = 0
    textBytes = 0
    for (let i: u32 = 0; i < n; i++) {
      if (load<u8>(defs + i) == 0) continue
      const v = next++
      const text = texts + <usize>v * 36
      if (!ipKey(<usize>load<u32>(pointers + (<usize>v << 2)), load<u32>(lengths + (<usize>v << 2)), text)) { store<u8>(defs + i, 0); continue }
      addText(text, 32)
    }
  }
  if (had == 0) values = 0
  distinct = 0
}

// Lists of objects: the slot holds JSON that the scanner has checked.

function skipText(p: usize): usize {
  p++
  const quote = i8x16.splat(0x22), back = i8x16.splat(0x5c)
  while (true) {
    const v = v128.load(p)
    const hit = i8x16.bitmask(v128.or(i8x16.eq(v, quote), i8x16.eq(v, back)))
    if (hit == 0) { p += 16; continue }
    p += <usize>ctz(hit)
    if (load<u8>(p) == 0x22) return p + 1
    p += 2
  }
}
function skipJson(p: usize): usize {
  const c = load<u8>(p)
  if (c == 0x22) return skipText(p)
  if (c == 0x7b || c == 0x5b) {
    let depth = 0
    while (true) {
      const d = load<u8>(p)
      if (d == 0x22) { p = skipText(p); continue }
      if (d == 0x7b || d == 0x5b) depth++
      else if (d == 0x7d || d == 0x5d) { depth--; if (depth == 0) return p + 1 }
      p++
    }
  }
  while (true) {
    const d = load<u8>(p)
    if (d == 0x2c || d == 0x7d || d == 0x5d || isSpace(d)) return p
    p++
  }
}
@inline function spaces(p: usize): usize { while (isSpace(load<u8>(p))) p++; return p }

/** How many elements the lists of the rows have in all: what room() must hold, at most. */
export function countElements(slot: u32, order: usize, from: u32, n: u32): u32 {
  let total = n
  for (let i: u32 = 0; i < n; i++) {
    const row = rowAt(order, from + i)
    if (!hasSlot(row, slot)) continue
    const at = slotAt(row, slot)
    // Every element but the first follows a comma; nested ones overcount, which does no harm.
    const p = <usize>load<u32>(at), stop = p + <usize>load<u32>(at, 4)
    const comma = i8x16.splat(0x2c)
    for (let q = p; q < stop; q += 16) total += popcnt(i8x16.bitmask(i8x16.eq(v128.load(q), comma)))
  }
  return total
}

/** A text field of the objects in a list: levels 0 no list, 1 empty, 2 no object, 3 no value, 4 a value. */
export function collectListText(slot: u32, name: usize, nameLen: u32, order: usize, from: u32, n: u32): void {
  begin()
  for (let i: u32 = 0; i < n; i++) {
    const row = rowAt(order, from + i)
    const at = slotAt(row, slot)
    if (!hasSlot(row, slot)) { store<u8>(reps + levels, 0); addDef(0); continue }
    let p = spaces(<usize>load<u32>(at) + 1)
    if (load<u8>(p) == 0x5d) { store<u8>(reps + levels, 0); addDef(1); continue }
    let first = true
    while (true) {
      store<u8>(reps + levels, first ? 0 : 1)
      first = false
      if (load<u8>(p) != 0x7b) { p = skipJson(p); addDef(2) }
      else {
        let found: usize = 0
        p = spaces(p + 1)
        while (load<u8>(p) != 0x7d) {
          const k = p + 1
          p = skipText(p)
          const len = <u32>(p - k - 1)
          p = spaces(spaces(p) + 1)
          if (found == 0 && len == nameLen && equal(k, name, nameLen) && load<u8>(p) == 0x22) found = p
          p = spaces(skipJson(p))
          if (load<u8>(p) == 0x2c) p = spaces(p + 1)
        }
        p++
        if (found == 0) addDef(3)
        else { addDef(4); addText(found + 1, <u32>(skipText(found) - found - 2)) }
      }
      p = spaces(p)
      if (load<u8>(p) != 0x2c) break
      p = spaces(p + 1)
    }
  }
}

/** Whether any text value holds a backslash, which a list's texts still have as JSON wrote it. */
export function anyEscape(): bool {
  for (let v: u32 = 0; v < values; v++) {
    const p = <usize>load<u32>(pointers + (<usize>v << 2)), stop = p + <usize>load<u32>(lengths + (<usize>v << 2))
    for (let q = p; q < stop; q++) if (load<u8>(q) == 0x5c) return true
  }
  return false
}
export function valuePointer(v: u32): usize { return <usize>load<u32>(pointers + (<usize>v << 2)) }
export function valueLength(v: u32): u32 { return load<u32>(lengths + (<usize>v << 2)) }
export function setValue(v: u32, ptr: usize, len: u32): void {
  textBytes = textBytes + len - load<u32>(lengths + (<usize>v << 2))
  store<u32>(pointers + (<usize>v << 2), <u32>ptr)
  store<u32>(lengths + (<usize>v << 2), len)
}

// Dictionaries. An entry is 32 bytes: the value it was first, pointer and length of its text, its hash, and
// 16 bytes: the start of the text, zeros behind its end, or the number.

@inline function mix(h: u64, v: u64): u64 { h = (h ^ v) * 0xff51afd7ed558ccd; return h ^ (h >> 32) }
/** Of long texts the ends only: numbering gives up when that makes too many collide. */
@inline function hashText(p: usize, len: u32): u32 {
  let h: u64 = <u64>len * 0x9e3779b97f4a7c15
  if (len >= 8) {
    const last = p + <usize>len - 8
    if (len > 64) {
      h = mix(h, load<u64>(p)); h = mix(h, load<u64>(p, 8)); h = mix(h, load<u64>(p, 16)); h = mix(h, load<u64>(p, 24))
      p = last - 24
    }
    for (; p < last; p += 8) h = mix(h, load<u64>(p))
    h = mix(h, load<u64>(last))
  } else if (len > 0) h = mix(h, load<u64>(p) << (<u64>(8 - len) << 3))
  // Once more: a product's lower bits, which choose the place, do not depend on the last bytes of a text.
  return <u32>((h * 0x9e3779b97f4a7c15) >> 32)
}
@inline function hashNumber(v: i64): u32 { return <u32>((<u64>v * 0x9e3779b97f4a7c15) >> 32) }
@inline function entryAt(e: u32): usize { return entries + (<usize>e << 5) }
@inline function entryPtr(e: u32): usize { return <usize>load<u32>(entryAt(e), 4) }
@inline function entryLen(e: u32): u32 { return load<u32>(entryAt(e), 8) }

// Behind sixteen bytes of ones, as many of zeros: a mask of n bytes starts at 16 - n.
const MASK = memory.data<u8>([
  255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
])
/** The first sixteen bytes of a text, zeros behind its end. */
@inline function headOf(p: usize, len: u32): v128 {
  return len >= 16 ? v128.load(p) : v128.and(v128.load(p), v128.load(MASK + 16 - <usize>len))
}

/** The table holds entries' numbers by hash, and is four times as large when it is half full: small ones stay in the cache. */
let mask: u32 = 0
function clearTable(size: u32): void {
  mask = size - 1
  memory.fill(table, 0xff, <usize>size << 2)
}
function growTable(): void {
  clearTable((mask + 1) << 2)
  for (let e: u32 = 0; e < distinct; e++) {
    let h = load<u32>(entryAt(e), 12) & mask
    while (load<u32>(table + (<usize>h << 2)) != 0xffffffff) h = (h + 1) & mask
    store<u32>(table + (<usize>h << 2), e)
  }
}
/** A value that no entry has, at a free place of the table; false when a dictionary does not pay. */
@inline function addEntry(v: u32, at: u32, hash: u32, text: bool): bool {
  // Values that hardly repeat gain nothing; most show it early. Numbers have another way to be small.
  if (distinct == MAX_ENTRIES || (v > 4096 && distinct > (text ? (v >> 1) + (v >> 2) : v >> 1))) return false
  store<u32>(table + (<usize>at << 2), distinct)
  const entry = entryAt(distinct++)
  store<u32>(entry, v)
  store<u32>(entry, hash, 12)
  return true
}

/** Numbers the values; true when a dictionary pays: then `indexes` and `entries` are filled. */
export function number(text: bool): bool {
  distinct = 0
  if (values == 0) return false
  const good = text ? numberTexts() : numberNumbers()
  if (good && (distinct <= 64 || distinct <= (values >> 1) + (values >> 2))) return true
  distinct = 0
  return false
}

function numberTexts(): bool {
  clearTable(4096)
  let bytes: u32 = 0, last: u32 = 0, before: u64 = 0
  for (let v: u32 = 0; v < values; v++) {
    const p = <usize>load<u32>(pointers + (<usize>v << 2)), len = load<u32>(lengths + (<usize>v << 2))
    // Neighbours are often one value: a constant, an object's name.
    const same = <u64>p << 32 | <u64>len
    if (same == before && v > 0) { store<u32>(indexes + (<usize>v << 2), last); continue }
    before = same
    const hash = hashText(p, len), head = headOf(p, len)
    let h = hash & mask, e: u32 = 0, probes = 0
    while (true) {
      if (++probes > 256) return false
      e = load<u32>(table + (<usize>h << 2))
      if (e == 0xffffffff) {
        e = distinct
        if (bytes > MAX_ENTRY_BYTES || !addEntry(v, h, hash, true)) return false
        bytes += len + 4
        const entry = entryAt(e)
        store<u32>(entry, <u32>p, 4)
        store<u32>(entry, len, 8)
        v128.store(entry, head, 16)
        if (distinct > mask >> 1 && mask < TABLE_SIZE - 1) growTable()
        break
      }
      const entry = entryAt(e)
      if (
        load<u32>(entry, 12) == hash && load<u32>(entry, 8) == len &&
        !v128.any_true(v128.xor(v128.load(entry, 16), head)) &&
        (len <= 16 || equal(<usize>load<u32>(entry, 4) + 16, p + 16, <usize>len - 16))
      ) break
      h = (h + 1) & mask
    }
    store<u32>(indexes + (<usize>v << 2), e)
    last = e
  }
  return true
}

function numberNumbers(): bool {
  findNumbers()
  if (<u64>(maxNumber - minNumber) < <u64>TABLE_SIZE) return numberNear()
  clearTable(4096)
  let last: u32 = 0, before: i64 = 0
  for (let v: u32 = 0; v < values; v++) {
    const n = load<i64>(numbers + (<usize>v << 3))
    if (n == before && v > 0) { store<u32>(indexes + (<usize>v << 2), last); continue }
    before = n
    const hash = hashNumber(n)
    let h = hash & mask, e: u32 = 0, probes = 0
    while (true) {
      if (++probes > 256) return false
      e = load<u32>(table + (<usize>h << 2))
      if (e == 0xffffffff) {
        e = distinct
        if (!addEntry(v, h, hash, false)) return false
        store<i64>(entryAt(e), n, 16)
        if (distinct > mask >> 1 && mask < TABLE_SIZE - 1) growTable()
        break
      }
      if (load<i64>(entryAt(e), 16) == n) break
      h = (h + 1) & mask
    }
    store<u32>(indexes + (<usize>v << 2), e)
    last = e
  }
  return true
}

/** Numbers of a narrow range, such as ports: the table is a list by number. */
function numberNear(): bool {
  clearTable(<u32>(maxNumber - minNumber) + 1)
  for (let v: u32 = 0; v < values; v++) {
    const n = load<i64>(numbers + (<usize>v << 3))
    const at = <u32>(n - minNumber)
    let e = load<u32>(table + (<usize>at << 2))
    if (e == 0xffffffff) {
      e = distinct
      if (!addEntry(v, at, 0, false)) return false
      store<i64>(entryAt(e), n, 16)
    }
    store<u32>(indexes + (<usize>v << 2), e)
  }
  return true
}

@inline function textLess(pa: usize, la: u32, pb: usize, lb: u32): bool {
  const n = la < lb ? la : lb
  for (let i: u32 = 0; i < n; i++) {
    const x = load<u8>(pa + i), y = load<u8>(pb + i)
    if (x != y) return x < y
  }
  return la < lb
}
function findNumbers(): void {
  let low = load<i64>(numbers), high = low
  for (let v: u32 = 1; v < values; v++) {
    const n = load<i64>(numbers + (<usize>v << 3))
    low = n < low ? n : low
    high = n > high ? n : high
  }
  minNumber = low
  maxNumber = high
}
/** Finds the smallest and the largest value; there must be one. */
export function findRange(text: bool): void {
  if (!text) return findNumbers()
  const coded = distinct > 0
  for (let i: u32 = 0, n = coded ? distinct : values; i < n; i++) {
    const p = coded ? entryPtr(i) : valuePointer(i), len = coded ? entryLen(i) : valueLength(i)
    if (i == 0 || textLess(p, len, minText, minTextLength)) { minText = p; minTextLength = len }
    if (i == 0 || textLess(maxText, maxTextLength, p, len)) { maxText = p; maxTextLength = len }
  }
}
export function numberAt(v: u32): i64 { return load<i64>(numbers + (<usize>v << 3)) }

// Pages.

function varint(p: usize, v: u32): usize {
  while (v >= 0x80) { store<u8>(p++, <u8>(v | 0x80)); v >>= 7 }
  store<u8>(p++, <u8>v)
  return p
}
function bitsFor(max: u32): u32 { return max == 0 ? 0 : 32 - clz(max) }

function allEqual(source: usize, n: u32): bool {
  const first = i8x16.splat(load<i8>(source))
  let i: u32 = 0
  for (; i + 16 <= n; i += 16) if (v128.any_true(v128.xor(v128.load(source + i), first))) return false
  for (; i < n; i++) if (load<u8>(source + i) != load<u8>(source)) return false
  return true
}
/** RLE/bit-packed hybrid of n bytes: one run when they are equal, else bit-packed. */
function packBytes(source: usize, n: u32, width: u32, out: usize): usize {
  if (allEqual(source, n)) {
    out = varint(out, n << 1)
    store<u8>(out++, load<u8>(source))
    return out
  }
  const groups = (n + 7) >> 3
  out = varint(out, (groups << 1) | 1)
  let i: u32 = 0
  if (width == 1) {
    for (; i + 16 <= n; i += 16) { store<u16>(out, <u16>i8x16.bitmask(i8x16.shl(v128.load(source + i), 7))); out += 2 }
  }
  let bits: u32 = 0, held: u32 = 0
  for (; i < groups << 3; i++) {
    bits |= (i < n ? <u32>load<u8>(source + i) : 0) << held
    held += width
    while (held >= 8) { store<u8>(out++, <u8>bits); bits >>= 8; held -= 8 }
  }
  return out
}
function putLevels(source: usize, n: u32, max: u32, out: usize): usize {
  const stop = packBytes(source, n, bitsFor(max), out + 4)
  store<u32>(out, <u32>(stop - out - 4))
  return stop
}

/** A page of entries [from, from + n), of which values start at `value`; returns its bytes. `kind`: 0 text, 1 INT32, 2 INT64, 3 BOOLEAN. Without a dictionary whole numbers are coded as deltas. */
export function page(from: u32, n: u32, value: u32, count: u32, maxDef: u32, maxRep: u32, kind: u32, out: usize): usize {
  let need: usize = <usize>n * 2 + 64
  if (distinct > 0) need += <usize>count * 4
  else if (kind == 0) for (let v = value; v < value + count; v++) need += 4 + <usize>load<u32>(lengths + (<usize>v << 2))
  else need += <usize>count * 9 + 1024
  ensure(out, need)
  let p = out
  if (maxRep > 0) p = putLevels(reps + from, n, maxRep, p)
  p = putLevels(defs + from, n, maxDef, p)
  if (distinct > 0) return putIndexes(value, count, p) - out
  if (kind == 0) {
    for (let v = value; v < value + count; v++) {
      const len = load<u32>(lengths + (<usize>v << 2))
      store<u32>(p, len)
      memory.copy(p + 4, <usize>load<u32>(pointers + (<usize>v << 2)), len)
      p += 4 + <usize>len
    }
  } else if (kind == 3) {
    for (let v: u32 = 0; v < count; v += 8) {
      let byte: u32 = 0
      for (let b: u32 = 0; b < 8 && v + b < count; b++) byte |= (load<u64>(numbers + (<usize>(value + v + b) << 3)) != 0 ? 1 : 0) << b
      store<u8>(p++, <u8>byte)
    }
  } else {
    if (count > 0) p = putDeltas(value, count, kind == 1, p)
  }
  return p - out
}

const DELTAS = memory.data(1024)
/** The differences of 128 values from value `v` on, less the smallest of them, to DELTAS; returns that. Those of INT32 wrap as its sums do. */
function deltasOf(v: u32, n: u32, narrow: bool): i64 {
  let low: i64 = i64.MAX_VALUE, before = load<i64>(numbers + (<usize>(v - 1) << 3))
  for (let i: u32 = 0; i < n; i++) {
    const x = load<i64>(numbers + (<usize>(v + i) << 3))
    const d = narrow ? <i64>(<i32>(x - before)) : x - before
    before = x
    low = d < low ? d : low
    store<i64>(DELTAS + (<usize>i << 3), d)
  }
  for (let i: u32 = 0; i < n; i++) store<i64>(DELTAS + (<usize>i << 3), load<i64>(DELTAS + (<usize>i << 3)) - low)
  return low
}
/** Bits that the DELTAS [from, to) take each. */
function deltaBits(from: u32, to: u32): u32 {
  let all: u64 = 0
  for (let i = from; i < to; i++) all |= load<u64>(DELTAS + (<usize>i << 3))
  return all == 0 ? 0 : 64 - <u32>clz(all)
}
function varint64(p: usize, v: u64): usize {
  while (v >= 0x80) { store<u8>(p++, <u8>(v | 0x80)); v >>= 7 }
  store<u8>(p++, <u8>v)
  return p
}
@inline function zigzag(v: i64): u64 { return (<u64>v << 1) ^ <u64>(v >> 63) }

/** DELTA_BINARY_PACKED: blocks of 128 in 4 parts, each of which has a width of its own. */
function putDeltas(value: u32, count: u32, narrow: bool, p: usize): usize {
  store<u16>(p, 0x0180)
  store<u8>(p, 4, 2)
  p = varint(p + 3, count)
  p = varint64(p, count == 0 ? 0 : zigzag(load<i64>(numbers + (<usize>value << 3))))
  for (let v: u32 = 1; v < count; v += 128) {
    const n = min<u32>(128, count - v)
    p = varint64(p, zigzag(deltasOf(value + v, n, narrow)))
    for (let i = n; i < 128; i++) store<u64>(DELTAS + (<usize>i << 3), 0)
    const widths = p
    store<u32>(p, 0)
    p += 4
    for (let part: u32 = 0; part << 5 < n; part++) {
      const width = deltaBits(part << 5, (part + 1) << 5)
      store<u8>(widths + part, <u8>width)
      packPart(DELTAS + (<usize>part << 8), width, p)
      p += <usize>width << 2
    }
  }
  return p
}
/** Packs 32 numbers of 64 bits into `width` bits each. */
function packPart(source: usize, width: u32, out: usize): void {
  if (width == 0) return
  let bits: u64 = 0, held: u32 = 0
  for (let i: u32 = 0; i < 32; i++) {
    const v = load<u64>(source + (<usize>i << 3))
    bits |= v << <u64>held
    held += width
    if (held >= 64) {
      store<u64>(out, bits)
      out += 8
      held -= 64
      bits = held == 0 ? 0 : v >> <u64>(width - held)
    }
  }
  if (held > 0) store<u32>(out, <u32>bits)
}
/** About how many bytes the values take as deltas. */
export function deltaBytes(kind: u32): u32 {
  let bytes: u32 = 16
  for (let v: u32 = 1; v < values; v += 128) {
    const n = min<u32>(128, values - v)
    deltasOf(v, n, kind == 1)
    bytes += 8
    for (let from: u32 = 0; from < n; from += 32) bytes += deltaBits(from, min(from + 32, n)) << 2
  }
  return bytes
}
/** Gives the dictionary up. */
export function dropDictionary(): void { distinct = 0 }

function putIndexes(value: u32, count: u32, out: usize): usize {
  const width = bitsFor(distinct - 1)
  store<u8>(out++, <u8>width)
  if (width == 0) return varint(out, count << 1)
  const groups = (count + 7) >> 3
  out = varint(out, (groups << 1) | 1)
  let bits: u64 = 0, held: u32 = 0
  for (let i: u32 = 0; i < groups << 3; i++) {
    bits |= (i < count ? <u64>load<u32>(indexes + (<usize>(value + i) << 2)) : 0) << held
    held += width
    if (held >= 32) { store<u32>(out, <u32>bits); out += 4; bits >>= 32; held -= 32 }
  }
  for (; held > 0; held -= 8) { store<u8>(out++, <u8>bits); bits >>= 8 }
  return out
}

/** The dictionary page's values; returns its bytes. */
export function dictionary(kind: u32, out: usize): usize {
  let need: usize = 64
  for (let e: u32 = 0; e < distinct; e++) need += kind == 0 ? 4 + <usize>entryLen(e) : 8
  ensure(out, need)
  let p = out
  for (let e: u32 = 0; e < distinct; e++) {
    if (kind == 0) {
      const len = entryLen(e)
      store<u32>(p, len)
      memory.copy(p + 4, entryPtr(e), len)
      p += 4 + <usize>len
    } else if (kind == 1) { store<i32>(p, <i32>load<i64>(entryAt(e), 16)); p += 4 }
    else { store<i64>(p, load<i64>(entryAt(e), 16)); p += 8 }
  }
  return p - out
}

/** How many entries from `from` on make a page of about `target` bytes; a list is never cut. */
export function entriesForPage(from: u32, value: u32, maxDef: u32, maxRep: u32, target: u32): u32 {
  let bytes: u32 = 0, v = value, i = from
  for (; i < levels; i++) {
    if (bytes >= target && (maxRep == 0 || load<u8>(reps + i) == 0)) break
    if (load<u8>(defs + i) == maxDef) bytes += 4 + load<u32>(lengths + ((<usize>(v++)) << 2))
  }
  return i - from
}
/** How many of the entries [from, from + n) are values. */
export function valuesIn(from: u32, n: u32, maxDef: u32): u32 {
  let count: u32 = 0
  for (let i = from; i < from + n; i++) if (load<u8>(defs + i) == maxDef) count++
  return count
}

/** A byte for each slot at `out`: whether any of the rows has a value in it. */
export function presentSlots(order: usize, from: u32, n: u32, out: usize): usize {
  ensure(out, slotCount)
  memory.fill(out, 0, slotCount)
  for (let s: u32 = 0; s < slotCount; s++) {
    if (load<u8>(used + s) == 0) continue
    for (let i: u32 = 0; i < n; i++) {
      if (!hasSlot(rowAt(order, from + i), s)) continue
      store<u8>(out + s, 1)
      break
    }
  }
  return out
}

/** How many entries are at this level of definition. */
export function entriesAt(level: u32): u32 {
  let count: u32 = 0
  for (let i: u32 = 0; i < levels; i++) if (load<u8>(defs + i) == level) count++
  return count
}
