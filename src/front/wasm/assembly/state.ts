// What the scanners share. Regions are laid out by layout(): plan | stack | per-row arrays | rejects |
// arena (raw bytes) | side (text that had to be rewritten, grows to the end of memory).

export const NULL_LEN: u32 = 0xffffffff
export const NO_TIME: i64 = i64.MIN_VALUE
/** Bytes that may be read past any region's end by a 16-byte load. */
export const SLACK: usize = 64

export const E_NONE: i32 = 0
/** The input ends inside a value. */
export const E_EOF: i32 = 1
export const E_SYNTAX: i32 = 2
export const E_DEPTH: i32 = 3
export const R_NOT_OBJECT: i32 = 4
export const R_NO_TIME: i32 = 5
export const R_FIELD_COUNT: i32 = 6
export const R_BAD_TIME: i32 = 7
export const R_NOT_NUMBER: i32 = 8

export let pos: usize = 0
export let end: usize = 0
export let err: i32 = 0
export let side: usize = 0
/** Rows are handed over when the side region has grown to here. */
export let sideCap: usize = 0

export let rows: u32 = 0
export let rowCap: u32 = 0
/** Values by slot, then row: 8 bytes each, a pointer and a length or a whole number. */
export let slots: usize = 0
export let slotStride: usize = 0
/** A byte for each value: whether there is one. */
export let presents: usize = 0
export let presentStride: usize = 0
/** A byte for each slot: whether any row may have a value in it. */
export let used: usize = 0
export let slotCount: u32 = 0
/** The row that values may have been put into already, from 1. */
let touched: u32 = 0
export let times: usize = 0
export let hashes: usize = 0
export let objects: usize = 0
export let sourceRows: usize = 0
export let rejects: usize = 0
export let rejectCount: u32 = 0
export let rejectCap: u32 = 0
export let stack: usize = 0
/** Fingerprints of the rows' raw text, 16 bytes each. */
export let prints: usize = 0
export let printing: bool = false
export let arena: usize = 0

/** Index of the object being scanned, and its records so far. */
export let objectIndex: u32 = 0
export let record: u32 = 0

export function setPos(p: usize): void { pos = p }
export function setEnd(p: usize): void { end = p }
export function setErr(e: i32): void { err = e }
export function setSide(p: usize): void { side = p }
export function setRows(n: u32): void {
  if (n == 0) {
    for (let s: u32 = 0; s < slotCount; s++) {
      if (load<u8>(used + s) == 0) continue
      memory.fill(presents + <usize>s * presentStride, 0, <usize>rows + 1)
      store<u8>(used + s, 0)
    }
    touched = 0
  }
  rows = n
}
/** Makes sure that the row has no values yet. */
export function startRow(row: u32): void {
  if (touched == row + 1) {
    for (let s: u32 = 0; s < slotCount; s++) if (load<u8>(used + s) != 0) store<u8>(presentAt(row, s), 0)
  }
  touched = row + 1
}
export function setPrinting(on: bool): void { printing = on }
export function setRecord(n: u32): void { record = n }
export function setRejectCount(n: u32): void { rejectCount = n }
export function setObject(index: u32, firstRecord: u32): void { objectIndex = index; record = firstRecord }

/** Makes sure that [p, p + bytes) exists. */
export function ensure(p: usize, bytes: usize): void {
  const need = p + bytes + SLACK
  const have = (<usize>memory.size()) << 16
  if (need > have) {
    // Growing by whole steps of 4 MiB keeps the number of calls small.
    const pages = <i32>((need - have + 0x3fffff) >> 22 << 6)
    if (memory.grow(pages) < 0) {
      if (memory.grow(<i32>((need - have + 0xffff) >> 16)) < 0) unreachable()
    }
  }
}

function align(p: usize): usize { return (p + 15) & ~15 }

/** Lays the regions out behind the plan, which ends at `planEnd`; returns where raw bytes go. */
export function layout(planEnd: usize, slotsWanted: u32, maxRows: u32, maxRejects: u32, arenaBytes: usize): usize {
  slotCount = slotsWanted
  // Uneven strides keep the same row of many slots out of the same cache sets.
  slotStride = align(<usize>maxRows << 3) + 192
  presentStride = align(<usize>maxRows + 1) + 192
  rowCap = maxRows
  rejectCap = maxRejects
  stack = align(planEnd)
  slots = align(stack + 4096)
  presents = align(slots + slotStride * <usize>slotCount)
  used = align(presents + presentStride * <usize>slotCount)
  times = align(used + <usize>slotCount)
  hashes = align(times + <usize>maxRows * 8)
  objects = align(hashes + <usize>maxRows * 8)
  sourceRows = align(objects + <usize>maxRows * 4)
  prints = align(sourceRows + <usize>maxRows * 4)
  rejects = align(prints + (<usize>maxRows << 4))
  arena = align(rejects + <usize>maxRejects * 16)
  side = align(arena + arenaBytes + SLACK)
  sideCap = side + (arenaBytes << 1)
  ensure(side, 1 << 16)
  return arena
}

export function sideStart(arenaBytes: usize): usize { return align(arena + arenaBytes + SLACK) }

@inline export function slotAt(row: u32, slot: u32): usize { return slots + <usize>slot * slotStride + (<usize>row << 3) }
@inline export function presentAt(row: u32, slot: u32): usize { return presents + <usize>slot * presentStride + <usize>row }
@inline export function hasSlot(row: u32, slot: u32): bool { return load<u8>(presentAt(row, slot)) != 0 }
@inline function mark(row: u32, slot: u32): void { store<u8>(presentAt(row, slot), 1); store<u8>(used + slot, 1) }
/** Puts a text into a row's slot. */
@inline export function fillSlot(row: u32, slot: u32, ptr: usize, len: u32): void { putSlot(slotAt(row, slot), ptr, len); mark(row, slot) }
/** Puts a whole number into a row's slot. */
@inline export function fillNumber(row: u32, slot: u32, v: i64): void { store<i64>(slotAt(row, slot), v); mark(row, slot) }
@inline export function putSlot(at: usize, ptr: usize, len: u32): void { store<u32>(at, <u32>ptr); store<u32>(at, len, 4) }

export function reject(code: i32, from: usize, to: usize): void {
  const at = rejects + (<usize>rejectCount << 4)
  store<u32>(at, record)
  store<u32>(at, code, 4)
  store<u32>(at, <u32>from, 8)
  store<u32>(at, <u32>(to - from), 12)
  rejectCount++
}
