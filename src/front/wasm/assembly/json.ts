// One pass over JSON records, driven by a plan of nodes and keys (see plan.ts on the other side).
import {
  E_DEPTH,
  E_EOF,
  E_NONE,
  E_SYNTAX,
  NO_TIME,
  NULL_LEN,
  R_BAD_TIME,
  R_NO_TIME,
  R_NOT_OBJECT,
  end,
  err,
  objectIndex,
  objects,
  pos,
  record,
  reject,
  rejectCap,
  rejectCount,
  rowCap,
  rows,
  setEnd,
  setErr,
  setPos,
  setRecord,
  setRows,
  setSide,
  side,
  slotAt,
  slots,
  sourceRows,
  putSlot,
  stride,
  times,
} from './state'
import { compact, equal, isSpace, nextLine, nextObjectLine, put, putByte, unescape } from './text'
import {
  clearSpaced,
  escaped,
  fail,
  skipKey,
  skipSpace,
  skipString,
  skipValue,
  spaced,
} from './value'
import { epochTime, isInteger, isoTime, xxh64 } from './parse'
import { isRepeat } from './repeats'

const K_TEXT: u32 = 0,
  K_JSON: u32 = 1,
  K_INT: u32 = 2,
  K_LONG: u32 = 3,
  K_DOUBLE: u32 = 4,
  K_TIME: u32 = 6,
  K_STRUCT: u32 = 7,
  K_LIST: u32 = 8,
  K_CONTAINER: u32 = 9,
  K_ENVELOPE: u32 = 10
const F_ISO: u32 = 1
const KEY_BYTES: usize = 32
const NO_SLOT: u32 = 0xffff

let root: usize = 0
let unmappedSlot: u32 = 0
let idSlot: u32 = NO_SLOT

const TOP = 0,
  ARRAY = 1,
  CONTAINER = 2,
  WRAP = 3,
  DEAD = 4
let mode: i32 = TOP
let first: bool = true
/** Modes around the current one, a byte each: wrappers inside arrays. */
let outer: u64 = 0

// Unmapped fields of the record under way, as operations of 16 bytes: key, value, open, close.
const OPS_MAX: u32 = 8192
const OPS = memory.data(8192 * 16 + 64, 16)
let ops: u32 = 0
/** Keys of the structs around the current one, and how many of them `unmapped` has opened. */
const PATH = memory.data(64 * 8, 8)
let opened: i32 = 0

let row: u32 = 0
let time: i64 = NO_TIME
let timeSeen: bool = false
let wrapped: bool = false
let enveloped: bool = false

export function configureJson(rootNode: usize, unmapped: u32, id: u32): void {
  root = rootNode
  unmappedSlot = unmapped
  idSlot = id
}
export function beginJson(): void {
  mode = TOP
  first = true
  outer = 0
}
/** Gives the value under way up; scanning goes on at the next line that opens an object. */
export function abandonJson(): void {
  mode = DEAD
  outer = 0
}

function op(kind: u32, a: usize, aLen: u32, b: usize, bLen: u32): void {
  if (ops >= OPS_MAX) {
    setErr(E_DEPTH)
    return
  }
  const at = OPS + ((<usize>ops) << 4)
  store<u32>(at, <u32>a)
  store<u32>(at, (kind << 28) | aLen, 4)
  store<u32>(at, <u32>b, 8)
  store<u32>(at, bLen, 12)
  ops++
}
/** Keeps a value that no column holds, at its path. */
function keep(depth: i32, key: usize, keyLen: u32, value: usize, len: u32): void {
  for (let d = opened; d < depth; d++)
    op(1, load<u32>(PATH + (d << 3)), load<u32>(PATH + (d << 3), 4), 0, 0)
  if (opened < depth) opened = depth
  op(0, key, keyLen, value, len)
}
function leave(depth: i32): void {
  if (opened > depth) {
    op(2, 0, 0, 0, 0)
    opened = depth
  }
}
function writeUnmapped(): void {
  const start = side
  putByte(0x7b)
  for (let i: u32 = 0; i < ops; i++) {
    const at = OPS + ((<usize>i) << 4)
    const kind = load<u32>(at, 4) >> 28
    if (kind == 2) {
      putByte(0x7d)
      continue
    }
    if (load<u8>(side - 1) != 0x7b) putByte(0x2c)
    put(load<u32>(at), load<u32>(at, 4) & 0xfffffff)
    putByte(0x3a)
    if (kind == 1) putByte(0x7b)
    else put(load<u32>(at, 8), load<u32>(at, 12))
  }
  putByte(0x7d)
  putSlot(slotAt(row, unmappedSlot), start, <u32>(side - start))
}

/** The key of a node with this name, 0 when it has none; keys mostly come in the order last seen. */
function findKey(node: usize, name: usize, len: u32): usize {
  const count = load<u32>(node),
    keys = <usize>load<u32>(node, 4)
  let i = load<u32>(node, 8)
  for (let n: u32 = 0; n < count; n++) {
    if (i >= count) i = 0
    const k = keys + <usize>i * KEY_BYTES
    if (load<u32>(k, 4) == len && equal(<usize>load<u32>(k), name, len)) {
      store<u32>(node, i + 1, 8)
      return k
    }
    i++
  }
  return 0
}

/** The value that was just checked, [from, pos), without white space between tokens. */
let valuePtr: usize = 0
let valueLen: u32 = 0
function takeValue(from: usize): void {
  if (spaced) {
    valuePtr = side
    valueLen = compact(from, pos)
  } else {
    valuePtr = from
    valueLen = <u32>(pos - from)
  }
}
/** Text of a string value, else JSON text; pos is behind it. False on an error. */
function takeText(): bool {
  const from = pos
  if (load<u8>(from) == 0x22) {
    if (!skipString()) return false
    if (escaped) {
      valuePtr = side
      valueLen = unescape(from + 1, pos - 1)
    } else {
      valuePtr = from + 1
      valueLen = <u32>(pos - from - 2)
    }
    return true
  }
  clearSpaced()
  if (!skipValue()) return false
  takeValue(from)
  return true
}
function isNull(): bool {
  return load<u8>(pos) == 0x6e
}

function fits(kind: u32, quoted: bool): bool {
  if (kind == K_INT) return isInteger(valuePtr, valueLen, 32)
  if (kind == K_LONG) return isInteger(valuePtr, valueLen, 64)
  if (kind == K_DOUBLE) {
    const c = load<u8>(valuePtr)
    return !quoted && (c == 0x2d || c - 0x30 < 10)
  }
  if (kind == K_TIME) return quoted && isoTime(valuePtr, valueLen) != NO_TIME
  return (
    (valueLen == 4 && load<u32>(valuePtr) == 0x65757274) ||
    (valueLen == 5 && load<u32>(valuePtr) == 0x736c6166 && load<u8>(valuePtr, 4) == 0x65)
  )
}

/** Whether every element of the list at [from, pos) is an object with known keys and scalar values. */
function plainList(node: usize, from: usize): bool {
  const back = pos
  setPos(from + 1)
  let plain = true
  while (plain) {
    skipSpace()
    let c = load<u8>(pos)
    if (c == 0x2c) {
      setPos(pos + 1)
      continue
    }
    if (c == 0x5d) break
    if (c != 0x7b) {
      plain = false
      break
    }
    setPos(pos + 1)
    while (true) {
      skipSpace()
      c = load<u8>(pos)
      if (c == 0x2c) {
        setPos(pos + 1)
        continue
      }
      if (c == 0x7d) {
        setPos(pos + 1)
        break
      }
      const k = pos + 1
      skipString()
      if (escaped || findKey(node, k, <u32>(pos - k - 1)) == 0) {
        plain = false
        break
      }
      skipSpace()
      setPos(pos + 1)
      skipSpace()
      c = load<u8>(pos)
      if (c != 0x22 && c != 0x6e) {
        plain = false
        break
      }
      skipValue()
    }
  }
  setPos(back)
  return plain
}

function clearRow(): void {
  memory.fill(slots + <usize>row * stride, 0xff, stride)
  ops = 0
  opened = 0
  time = NO_TIME
  timeSeen = false
}

/** Skips what is left of an object, from behind a value on. */
function skipRest(): bool {
  while (true) {
    skipSpace()
    if (pos >= end) return fail()
    const c = load<u8>(pos)
    if (c == 0x7d) {
      setPos(pos + 1)
      return true
    }
    if (c != 0x2c) return fail()
    setPos(pos + 1)
    if (!skipKey() || !skipValue()) return false
  }
}

/** At an envelope's value: reads the record inside it. 1: read, 0: not an envelope, -1: error. */
function envelope(sideStart: usize): i32 {
  const c = load<u8>(pos)
  if (c == 0x7b) {
    setSide(sideStart)
    clearRow()
    return scanObject(root, 0) ? 1 : -1
  }
  if (c != 0x22) return 0
  const from = pos
  if (!skipString()) return -1
  const after = pos,
    stop = end
  let p = from + 1
  while (p < after && isSpace(load<u8>(p))) p++
  if (load<u8>(p) != 0x7b) {
    setPos(from)
    return 0
  }
  setSide(sideStart)
  clearRow()
  const text = side
  const len = unescape(from + 1, after - 1)
  setPos(text)
  setEnd(text + len)
  skipSpace()
  const good = scanObject(root, 0)
  // An inner text that ends early is broken; more input would not mend it.
  if (!good && err == E_EOF) setErr(E_SYNTAX)
  setEnd(stop)
  setPos(good ? after : from)
  return good ? 1 : -1
}

/** At `{`: reads the object's fields into the row. Stops early when it proves to be a wrapper. */
function scanObject(node: usize, depth: i32): bool {
  const sideStart = side
  setPos(pos + 1)
  skipSpace()
  if (pos >= end) return fail()
  if (load<u8>(pos) == 0x7d) {
    setPos(pos + 1)
    return true
  }
  while (true) {
    skipSpace()
    if (pos >= end || load<u8>(pos) != 0x22) return fail()
    const rawKey = pos
    if (!skipString()) return false
    const rawLen = <u32>(pos - rawKey)
    let name = rawKey + 1,
      nameLen = rawLen - 2
    if (escaped) {
      name = side
      nameLen = unescape(rawKey + 1, pos - 1)
    }
    skipSpace()
    if (pos >= end || load<u8>(pos) != 0x3a) return fail()
    setPos(pos + 1)
    skipSpace()
    if (pos >= end) return fail()
    const from = pos
    const key = findKey(node, name, nameLen)
    const kind: u32 = key == 0 ? K_JSON : load<u32>(key, 8)
    const slot: u32 = key == 0 ? NO_SLOT : load<u32>(key, 12)
    const c = load<u8>(from)
    let held = false
    if (kind == K_CONTAINER && c == 0x5b) {
      setPos(from + 1)
      wrapped = true
      return true
    }
    if (kind == K_ENVELOPE && !timeSeen) {
      const e = envelope(sideStart)
      if (e < 0) return false
      if (e > 0) {
        enveloped = true
        return skipRest()
      }
    }
    if (key != 0 && c == 0x6e) {
      if (!skipValue()) return false
      held = true
    } else if (slot != NO_SLOT && load<u32>(slotAt(row, slot), 4) != NULL_LEN) {
      // The same key again: the first value has the column.
      clearSpaced()
      if (!skipValue()) return false
      takeValue(from)
    } else if (kind == K_STRUCT && c == 0x7b) {
      putSlot(slotAt(row, slot), from, 0)
      store<u32>(PATH + (depth << 3), <u32>rawKey)
      store<u32>(PATH + (depth << 3), rawLen, 4)
      if (!scanObject(<usize>load<u32>(key, 16), depth + 1)) return false
      leave(depth)
      held = true
    } else if (kind == K_LIST && c == 0x5b) {
      clearSpaced()
      if (!skipValue()) return false
      takeValue(from)
      putSlot(slotAt(row, slot), valuePtr, valueLen)
      held = plainList(<usize>load<u32>(key, 16), from)
    } else if (kind <= K_TIME && key != 0 && kind != K_JSON) {
      if (!takeText()) return false
      held = kind == K_TEXT || fits(kind, c == 0x22)
      if (held && slot != NO_SLOT) putSlot(slotAt(row, slot), valuePtr, valueLen)
      const flags = load<u32>(key, 20)
      if (flags != 0 && !timeSeen) {
        timeSeen = true
        time =
          (flags & F_ISO) != 0
            ? c == 0x22
              ? isoTime(valuePtr, valueLen)
              : NO_TIME
            : epochTime(valuePtr, valueLen)
      }
      if (!held) {
        setPos(from)
        clearSpaced()
        if (!skipValue()) return false
        takeValue(from)
      }
    } else {
      clearSpaced()
      if (!skipValue()) return false
      takeValue(from)
      if (key != 0 && kind == K_JSON) {
        putSlot(slotAt(row, slot), valuePtr, valueLen)
        held = true
      }
    }
    if (!held) {
      keep(depth, rawKey, rawLen, valuePtr, valueLen)
      if (err == E_DEPTH) return false
    }
    skipSpace()
    if (pos >= end) return fail()
    const d = load<u8>(pos)
    setPos(pos + 1)
    if (d == 0x7d) return true
    if (d != 0x2c) {
      setPos(pos - 1)
      return fail()
    }
  }
}

function finishRow(from: usize): void {
  if (time == NO_TIME) {
    reject(timeSeen ? R_BAD_TIME : R_NO_TIME, from, pos)
    return
  }
  const id: usize = idSlot == NO_SLOT ? 0 : slotAt(row, idSlot)
  const hash =
    id == 0 || load<u32>(id, 4) == NULL_LEN
      ? xxh64(from, pos - from)
      : xxh64(<usize>load<u32>(id), load<u32>(id, 4))
  if (isRepeat(hash, from, <u32>(pos - from))) return
  if (ops > 0) writeUnmapped()
  store<i64>(times + ((<usize>row) << 3), time)
  store<u32>(objects + ((<usize>row) << 2), objectIndex)
  store<u32>(sourceRows + ((<usize>row) << 2), record)
  setRows(rows + 1)
}

/** Reads one record. False when it ends beyond the input and more may come: nothing is changed then. */
function item(final: bool): bool {
  const from = pos,
    sideBefore = side
  row = rows
  setErr(E_NONE)
  wrapped = false
  enveloped = false
  setRecord(record + 1)
  if (load<u8>(from) != 0x7b) {
    if (skipValue()) {
      reject(R_NOT_OBJECT, from, pos)
      return true
    }
  } else {
    clearRow()
    if (scanObject(root, 0)) {
      if (wrapped) {
        outer = (outer << 8) | <u64>mode
        mode = CONTAINER
        first = true
        setSide(sideBefore)
        setRecord(record - 1)
      } else finishRow(from)
      return true
    }
  }
  setSide(sideBefore)
  if (err == E_EOF && !final) {
    setPos(from)
    setRecord(record - 1)
    return false
  }
  const next = mode == TOP ? nextLine(from) : nextObjectLine(from)
  reject(err, from, next)
  mode = next == end ? DEAD : TOP
  outer = 0
  setPos(next)
  return true
}

function close(): void {
  mode = <i32>(outer & 0xff)
  outer >>= 8
  first = false
}

/** Goes on scanning. 0: all read, 1: more input wanted (from pos on), 2: rows are full, 3: rejects are full. */
export function scanJson(final: bool): i32 {
  while (true) {
    if (rejectCount + 1 >= rejectCap) return 3
    if (rows >= rowCap) return 2
    if (mode == DEAD) {
      const p = nextObjectLine(pos)
      setPos(p)
      if (p >= end) return 0
      mode = TOP
    }
    const mark = pos
    skipSpace()
    if (pos >= end) {
      if (mode == TOP) return 0
      if (!final) {
        setPos(mark)
        return 1
      }
      setRecord(record + 1)
      reject(E_EOF, mark, end)
      mode = TOP
      return 0
    }
    const c = load<u8>(pos)
    if (mode == TOP) {
      if (c == 0x5b) {
        setPos(pos + 1)
        mode = ARRAY
        outer = TOP
        first = true
        continue
      }
      if (!item(final)) return 1
      continue
    }
    if (mode == WRAP) {
      if (c == 0x7d) {
        setPos(pos + 1)
        close()
        continue
      }
      if (c == 0x2c) {
        setPos(pos + 1)
        setErr(E_NONE)
        skipSpace()
        const name = pos + 1
        if (skipKey()) {
          let stop = pos - 1
          while (load<u8>(stop) != 0x22) stop--
          const key = findKey(root, name, <u32>(stop - name))
          skipSpace()
          if (key != 0 && load<u32>(key, 8) == K_CONTAINER && pos < end && load<u8>(pos) == 0x5b) {
            setPos(pos + 1)
            mode = CONTAINER
            first = true
            continue
          }
          if (skipValue()) continue
        }
        if (err == E_EOF && !final) {
          setPos(mark)
          return 1
        }
      }
      setRecord(record + 1)
      const next = nextObjectLine(mark)
      reject(err == E_NONE ? E_SYNTAX : err, mark, next)
      mode = next == end ? DEAD : TOP
      outer = 0
      setPos(next)
      continue
    }
    if (c == 0x5d) {
      setPos(pos + 1)
      if (mode == ARRAY) close()
      else {
        mode = WRAP
        first = false
      }
      continue
    }
    if (!first) {
      if (c != 0x2c) {
        setRecord(record + 1)
        const next = nextObjectLine(mark)
        reject(E_SYNTAX, pos, next)
        mode = next == end ? DEAD : TOP
        outer = 0
        setPos(next)
        continue
      }
      setPos(pos + 1)
      skipSpace()
      if (pos >= end) {
        if (!final) {
          setPos(mark)
          return 1
        }
        setRecord(record + 1)
        reject(E_EOF, mark, end)
        mode = TOP
        return 0
      }
    }
    const was = mode
    if (!item(final)) {
      setPos(mark)
      return 1
    }
    if (mode == was) first = false
  }
}
