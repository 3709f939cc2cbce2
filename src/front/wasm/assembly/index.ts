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
  setDropRepeats,
  setRepeats,
  forget,
  repeats,
  pos,
  side,
  rows,
  rejects,
  rejectCount,
  record,
  times,
} from './state'
export { configureJson, beginJson, abandonJson, passJson, scanJson } from './json'
export { configureFields, denyHeader, scanFields } from './fields'
export {
  room, collectText, collectNumber, collectFixed, collectId, collectIpKeys, countElements, collectListText, anyEscape,
  valuePointer, valueLength, setValue, number, findRange, numberAt, page, dictionary, entriesForPage, valuesIn, entriesAt, presentSlots,
  levels, values, distinct, deltaBytes, dropDictionary, minNumber, maxNumber, minText, minTextLength, maxText, maxTextLength,
} from './encode'

export { hashFrame, frameContent } from './hash-frame'

import { objects } from './state'
export function heapBase(): usize {
  return (__heap_base + 15) & ~15
}
/** The object of each row, u32 each. */
export function objectsAt(): usize {
  return objects
}
