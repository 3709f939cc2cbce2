export {
  layout,
  sideStart,
  ensure,
  setPos,
  setEnd,
  setSide,
  setRows,
  setRejectCount,
  setObject,
  setPrinting,
  pos,
  side,
  rows,
  rejects,
  rejectCount,
  record,
  times,
  hashes,
  prints,
} from './state'
export { setPrintKey, sipHash } from './prints'
export { configureJson, beginJson, abandonJson, passJson, scanJson } from './json'
export { configureFields, denyHeader, scanFields } from './fields'
export {
  room, collectText, collectNumber, collectFixed, collectId, collectIpKeys, countElements, collectListText, anyEscape,
  valuePointer, valueLength, setValue, number, findRange, numberAt, page, dictionary, entriesForPage, valuesIn, entriesAt, presentSlots,
  levels, values, distinct, deltaBytes, dropDictionary, minNumber, maxNumber, minText, minTextLength, maxText, maxTextLength,
} from './encode'

export { hashFrame, frameContent } from './hash-frame'

import { hasSlot, objects, slotAt } from './state'
export function heapBase(): usize {
  return (__heap_base + 15) & ~15
}
/** The object of each row, u32 each. */
export function objectsAt(): usize {
  return objects
}
/** Where a row's text is told, a pointer and a length; 0 when there is none. */
export function slotOf(row: u32, slot: u32): usize {
  return hasSlot(row, slot) ? slotAt(row, slot) : 0
}
