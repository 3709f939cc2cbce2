// One pass over JSON records, driven by a plan of nodes and keys (see plan.ts on the other side).
import {
  E_DEPTH,
  E_EOF,
  E_NONE,
  E_SYNTAX,
  NO_TIME,
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
  sideCap,
  slotAt,
  sourceRows,
  fillSlot,
  hasSlot,
  startRow,
  times,
} from './state'
import { compact, equal, isDigit, isSpace, nextLine, nextObjectLine, put, putByte, unescape } from './text'
import {
  clearSeen,
  escaped,
  fail,
  skipBalanced,
  skipKey,
  skipSpace,
  skipString,
  skipValue,
  spaced,
  surrogate,
} from './value'
import { epochTime, isInteger, isoTime, xxh64 } from './parse'
import { notePrint } from './prints'

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
/** Something around the records was broken: the commas and brackets that are left of it mean nothing. */
let loose: bool = false
/** DEAD: reading goes on at any line of its own, not only at one that opens an object. */
let anyLine: bool = false

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
/** Envelopes around what is being read, and how many there may be. */
let inside: i32 = 0
const MAX_ENVELOPES: i32 = 8
/** Why the text in an envelope is no record; 0: it is one. */
let broken: i32 = E_NONE

export function configureJson(rootNode: usize, unmapped: u32, id: u32): void {
  root = rootNode
  unmappedSlot = unmapped
  idSlot = id
}
export function beginJson(): void {
  mode = TOP
  first = true
  outer = 0
  loose = false
  passing = false
}
// A record that is longer than memory holds is passed over by its brackets, piece by piece.
let passing: bool = false
let passDepth: u32 = 0
let passBegun: bool = false
let passText: bool = false
let passEscape: bool = false

/** Passes over the record under way, of which no byte is read yet. False where lines tell records apart: see abandonJson(). */
export function passJson(): bool {
  if (mode != ARRAY && mode != CONTAINER) return false
  passing = true
  passDepth = 0
  passBegun = passText = passEscape = false
  return true
}
/** Goes on passing; true when the record has ended, or is no JSON and lines must tell. */
function pass(): bool {
  for (let p = pos; p < end; p++) {
    const c = load<u8>(p)
    if (passText) {
      if (c < 0x20) {
        passing = false
        setPos(p)
        abandonJson()
        return true
      }
      if (passEscape) passEscape = false
      else if (c == 0x5c) passEscape = true
      else if (c == 0x22) passText = false
    } else if (c == 0x22) passText = passBegun = true
    else if (c == 0x7b || c == 0x5b) {
      passDepth++
      passBegun = true
    } else if (c == 0x7d || c == 0x5d) passDepth--
    if (passBegun && !passText && passDepth == 0) {
      passing = first = false
      setPos(p + 1)
      return true
    }
  }
  setPos(end)
  return false
}
/** Gives the value under way up; scanning goes on at the next line that looks like one of its own. */
export function abandonJson(): void {
  if (mode != DEAD) {
    anyLine = mode == TOP && !loose
    if (mode != TOP) loose = true
  }
  mode = DEAD
  outer = 0
}
/** Rejects what starts at `from`, up to the line at which scanning will go on. */
function giveUp(code: i32, from: usize): void {
  abandonJson()
  reject(code, from, anyLine ? nextLine(from) : nextObjectLine(from))
  setPos(from)
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
  fillSlot(row, unmappedSlot, start, <u32>(side - start))
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
  if (spaced || surrogate) {
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
  clearSeen()
  if (!skipValue()) return false
  takeValue(from)
  return true
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

/** Whether every element of the list at [from, pos) is an object of known keys, each once, with text or null. */
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
    let seen: u64 = 0
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
      const key = escaped ? <usize>0 : findKey(node, k, <u32>(pos - k - 1))
      const bit = <u64>1 << <u64>((key - <usize>load<u32>(node, 4)) / KEY_BYTES)
      if (key == 0 || (seen & bit) != 0) {
        plain = false
        break
      }
      seen |= bit
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
  startRow(row)
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
  if (inside == MAX_ENVELOPES) return 0
  if (c == 0x7b) {
    setSide(sideStart)
    clearRow()
    inside++
    const good = scanObject(root, 0)
    inside--
    return good ? 1 : -1
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
  inside++
  let good = scanObject(root, 0)
  inside--
  if (good) {
    skipSpace()
    if (pos < end) good = fail()
  }
  if (!good) {
    // More input would not mend it, and the records behind it are none the worse.
    broken = err == E_DEPTH ? E_DEPTH : E_SYNTAX
    clearRow()
  }
  setEnd(stop)
  setPos(after)
  return 1
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
    let rawKey = pos
    if (!skipString()) return false
    let rawLen = <u32>(pos - rawKey)
    let name = rawKey + 1,
      nameLen = rawLen - 2
    if (escaped) {
      name = side
      nameLen = unescape(rawKey + 1, pos - 1)
      const spelled = side
      rawLen = compact(rawKey, pos)
      rawKey = spelled
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
    if (kind == K_CONTAINER && c == 0x5b && inside == 0 && !timeSeen) {
      setPos(from + 1)
      wrapped = true
      return true
    }
    if (kind == K_ENVELOPE && !timeSeen) {
      const e = envelope(sideStart)
      if (e < 0) return false
      if (e > 0) return skipRest()
    }
    if (key != 0 && kind < K_CONTAINER && c == 0x6e) {
      if (!skipValue()) return false
      held = true
    } else if (slot != NO_SLOT && hasSlot(row, slot)) {
      // The same key again: the first value has the column.
      clearSeen()
      if (!skipValue()) return false
      takeValue(from)
    } else if (kind == K_STRUCT && c == 0x7b) {
      fillSlot(row, slot, from, 0)
      store<u32>(PATH + (depth << 3), <u32>rawKey)
      store<u32>(PATH + (depth << 3), rawLen, 4)
      if (!scanObject(<usize>load<u32>(key, 16), depth + 1)) return false
      leave(depth)
      if (err == E_DEPTH) return false
      held = true
    } else if (kind == K_LIST && c == 0x5b) {
      clearSeen()
      if (!skipValue()) return false
      takeValue(from)
      fillSlot(row, slot, valuePtr, valueLen)
      held = plainList(<usize>load<u32>(key, 16), from)
    } else if (kind <= K_TIME && key != 0 && kind != K_JSON) {
      if (!takeText()) return false
      held = kind == K_TEXT || fits(kind, c == 0x22)
      if (held && slot != NO_SLOT) fillSlot(row, slot, valuePtr, valueLen)
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
        clearSeen()
        if (!skipValue()) return false
        takeValue(from)
      }
    } else {
      clearSeen()
      if (!skipValue()) return false
      takeValue(from)
      if (key != 0 && kind == K_JSON) {
        fillSlot(row, slot, valuePtr, valueLen)
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
  if (broken != E_NONE) {
    reject(broken, from, pos)
    return
  }
  if (time == NO_TIME) {
    reject(timeSeen ? R_BAD_TIME : R_NO_TIME, from, pos)
    return
  }
  const id: usize = idSlot == NO_SLOT ? 0 : slotAt(row, idSlot)
  const hash =
    id == 0 || !hasSlot(row, idSlot)
      ? xxh64(from, pos - from)
      : xxh64(<usize>load<u32>(id), load<u32>(id, 4))
  notePrint(hash, from, <u32>(pos - from))
  if (ops > 0) writeUnmapped()
  store<i64>(times + ((<usize>row) << 3), time)
  store<u32>(objects + ((<usize>row) << 2), objectIndex)
  store<u32>(sourceRows + ((<usize>row) << 2), record)
  setRows(rows + 1)
}

/** Whether the item that starts at `from` is nested too deep, yet closes, so that only it is lost. */
function tooDeep(from: usize, final: bool): bool {
  const bound = mode == TOP && !loose ? nextLine(from) : nextObjectLine(from)
  if (skipBalanced(from, bound)) {
    reject(E_DEPTH, from, pos)
    return true
  }
  if (err != E_EOF || bound < end || final) setErr(E_DEPTH)
  return false
}

/** Reads one record. False when it ends beyond the input and more may come: nothing is changed then. */
function item(final: bool): bool {
  const from = pos,
    sideBefore = side
  row = rows
  setErr(E_NONE)
  wrapped = false
  inside = 0
  broken = E_NONE
  setRecord(record + 1)
  if (load<u8>(from) != 0x7b) {
    if (skipValue()) {
      // A number that ends with the input may go on with more of it.
      if (pos < end || final || !isDigit(load<u8>(pos - 1))) {
        reject(R_NOT_OBJECT, from, pos)
        return true
      }
      setErr(E_EOF)
    }
  } else {
    clearRow()
    if (scanObject(root, 0)) {
      if (!wrapped) {
        finishRow(from)
        return true
      }
      if (outer >> 56 == 0) {
        outer = (outer << 8) | <u64>mode
        mode = CONTAINER
        first = true
        setSide(sideBefore)
        setRecord(record - 1)
        return true
      }
      setErr(E_DEPTH)
    }
  }
  setSide(sideBefore)
  if (err == E_DEPTH && tooDeep(from, final)) return true
  if (err == E_EOF && !final) {
    setPos(from)
    setRecord(record - 1)
    return false
  }
  giveUp(err, from)
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
    if (rows >= rowCap || side >= sideCap) return 2
    if (passing && !pass()) {
      if (final) mode = TOP
      return final ? 0 : 1
    }
    if (mode == DEAD) {
      const p = anyLine ? nextLine(pos) : nextObjectLine(pos)
      if (p >= end) {
        // The newline before the next line may be the last byte so far.
        setPos(!final && pos < end && load<u8>(end - 1) == 0x0a ? end - 1 : end)
        return final ? 0 : 1
      }
      setPos(p)
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
      if (loose && (c == 0x2c || c == 0x5d || c == 0x7d)) {
        setPos(pos + 1)
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
      setErr(E_NONE)
      if (c == 0x2c) {
        setPos(pos + 1)
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
          if (skipValue()) {
            if (pos < end || final) continue
            setErr(E_EOF)
          }
        }
        if (err == E_EOF && !final) {
          setPos(mark)
          return 1
        }
      }
      setRecord(record + 1)
      giveUp(err == E_NONE ? E_SYNTAX : err, mark)
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
        giveUp(E_SYNTAX, mark)
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
    if (!item(final)) {
      setPos(mark)
      return 1
    }
    if (!wrapped) first = false
  }
}
