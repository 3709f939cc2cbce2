// Lines of fields between single blanks, such as VPC Flow Logs in plain text.
import {
  NO_TIME,
  R_BAD_TIME,
  R_FIELD_COUNT,
  R_NO_TIME,
  R_NOT_NUMBER,
  end,
  objectIndex,
  objects,
  pos,
  fillNumber,
  fillSlot,
  record,
  reject,
  rejectCap,
  rejectCount,
  rowCap,
  rows,
  setPos,
  setRecord,
  setRows,
  setSide,
  side,
  sideCap,
  sourceRows,
  startRow,
  times,
} from './state'
import { putByte, putJsonString } from './text'
import { epochMicros, epochTime, isoTime, number, readWhole, xxh64 } from './parse'
import { notePrint } from './prints'

const K_INT: u32 = 2,
  K_LONG: u32 = 3
const NO_SLOT: u32 = 0xffff
// Flags of a token: it is the record's time, in either form; its slot holds the number, not the text.
const F_ISO: u32 = 1,
  F_EPOCH: u32 = 2,
  F_NUMBER: u32 = 4

// A token of the line: slot u16, kind u8, flags u8, name pointer u32, name length u32.
let tokens: usize = 0
let tokenCount: u32 = 0
let unmappedSlot: u32 = 0
let absent: u32 = 0x2d
/** The line at hand has been looked at, and is no header. */
let denied: bool = false

export function configureFields(
  table: usize,
  count: u32,
  unmapped: u32,
  absentByte: u32,
): void {
  tokens = table
  tokenCount = count
  unmappedSlot = unmapped
  absent = absentByte
  denied = false
}
/** Says that the line at which scanning stopped is no header. */
export function denyHeader(): void {
  denied = true
}

const MAX_FIELDS: u32 = 128
const AT = memory.data(130 * 4, 4)

/** Whether [p, stop) reads like an ISO timestamp with its T: what CloudWatch puts before a message. */
function isStamp(p: usize, stop: usize): bool {
  return stop - p >= 19 && load<u8>(p, 10) == 0x54 && isoTime(p, <u32>(stop - p)) != NO_TIME
}

/** Rejects the line [from, stop); false when it may be a header instead: no record starts so. */
function refuse(code: i32, from: usize, stop: usize, before: usize): bool {
  setSide(before)
  if (!denied && <u32>load<u8>(from) - 0x61 < 26) {
    setPos(from)
    setRecord(record - 1)
    return false
  }
  denied = false
  reject(code, from, stop)
  return true
}

/** Goes on scanning; results as scanJson. 4: pos is at what may be a header line, which the caller reads. */
export function scanFields(final: bool): i32 {
  while (pos < end) {
    if (rejectCount + 1 >= rejectCap) return 3
    if (rows >= rowCap || side >= sideCap) return 2
    const from = pos
    // Find the end of the line, and where each field starts.
    let p = from,
      n: u32 = 1
    store<u32>(AT, <u32>from)
    const blank = i8x16.splat(0x20),
      newline = i8x16.splat(0x0a)
    for (; p < end; p += 16) {
      const v = v128.load(p)
      let blanks = i8x16.bitmask(i8x16.eq(v, blank))
      const ends = i8x16.bitmask(i8x16.eq(v, newline))
      const left = end - p
      if (left < 16) blanks &= (1 << <i32>left) - 1
      if (ends != 0) blanks &= (ends & -ends) - 1
      for (; blanks != 0; blanks &= blanks - 1) {
        if (n < MAX_FIELDS) store<u32>(AT + ((<usize>n) << 2), <u32>p + ctz(blanks) + 1)
        n++
      }
      if (ends != 0) {
        p += <usize>ctz(ends)
        break
      }
    }
    if (p > end) p = end
    if (p >= end && !final) return 1
    const next = p < end ? p + 1 : p
    let stop = p
    while (stop > from && (load<u8>(stop - 1) == 0x0d || load<u8>(stop - 1) == 0x20)) {
      if (load<u8>(stop - 1) == 0x20) n--
      stop--
    }
    if (stop == from) {
      setPos(next)
      continue
    }
    setRecord(record + 1)
    setPos(next)
    let start = from,
      shift: u32 = 0
    if (n == tokenCount + 1 && isStamp(from, <usize>load<u32>(AT, 4) - 1)) {
      shift = 1
      start = <usize>load<u32>(AT, 4)
    }
    const before = side
    if (n - shift != tokenCount || n > MAX_FIELDS) {
      if (!refuse(R_FIELD_COUNT, from, stop, before)) return 4
      continue
    }
    store<u32>(AT + ((<usize>n) << 2), <u32>(stop + 1))
    const row = rows
    startRow(row)
    let time: i64 = NO_TIME,
      timed = false
    let unmapped: usize = 0
    let wrong = false
    for (let i: u32 = 0; i < tokenCount; i++) {
      const a = <usize>load<u32>(AT + ((<usize>(i + shift)) << 2))
      const len = load<u32>(AT + ((<usize>(i + shift)) << 2), 4) - 1 - <u32>a
      const t = tokens + <usize>i * 12
      const slot = <u32>load<u16>(t),
        kind = <u32>load<u8>(t, 2),
        flags = <u32>load<u8>(t, 3)
      if (len == 0 || (len == 1 && load<u8>(a) == absent)) continue
      const whole = kind == K_INT || kind == K_LONG
      if (whole && !readWhole(a, len, kind == K_INT ? 32 : 64)) {
        wrong = true
        break
      }
      if ((flags & (F_ISO | F_EPOCH)) != 0) {
        timed = true
        time =
          (flags & F_ISO) != 0 ? isoTime(a, len) : whole ? epochMicros(number) : epochTime(a, len)
      }
      if (slot != NO_SLOT) {
        if ((flags & F_NUMBER) != 0) fillNumber(row, slot, number)
        else fillSlot(row, slot, a, len)
        continue
      }
      if (unmapped == 0) {
        unmapped = side
        putByte(0x7b)
      } else putByte(0x2c)
      const name = <usize>load<u32>(t, 4)
      putJsonString(name, name + load<u32>(t, 8))
      putByte(0x3a)
      putJsonString(a, a + len)
    }
    if (wrong || time == NO_TIME) {
      if (!refuse(wrong ? R_NOT_NUMBER : timed ? R_BAD_TIME : R_NO_TIME, from, stop, before)) return 4
      continue
    }
    notePrint(xxh64(start, stop - start), start, <u32>(stop - start))
    if (unmapped != 0) {
      putByte(0x7d)
      fillSlot(row, unmappedSlot, unmapped, <u32>(side - unmapped))
    }
    store<i64>(times + ((<usize>row) << 3), time)
    store<u32>(objects + ((<usize>row) << 2), objectIndex)
    store<u32>(sourceRows + ((<usize>row) << 2), record)
    setRows(row + 1)
  }
  return 0
}
