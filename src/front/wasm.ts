import { existsSync, readFileSync } from 'node:fs'

/** What wasm/assembly/index.ts exports; pointers and sizes are bytes in its memory. */
export interface FrontExports {
  readonly memory: WebAssembly.Memory
  readonly pos: WebAssembly.Global
  readonly side: WebAssembly.Global
  readonly rows: WebAssembly.Global
  readonly record: WebAssembly.Global
  readonly rejects: WebAssembly.Global
  readonly rejectCount: WebAssembly.Global
  readonly times: WebAssembly.Global
  /** Where memory is free for the caller. */
  heapBase(): number
  layout(
    planEnd: number,
    slotCount: number,
    maxRows: number,
    maxRejects: number,
    arenaBytes: number,
  ): number
  sideStart(arenaBytes: number): number
  ensure(pointer: number, bytes: number): void
  setPos(pointer: number): void
  setEnd(pointer: number): void
  setSide(pointer: number): void
  setRows(rows: number): void
  setRejectCount(count: number): void
  setObject(index: number, record: number): void
  /** Whether rows get fingerprints. */
  setPrinting(on: number): void
  setPrintKey(low: bigint, high: bigint): void
  sipHash(pointer: number, length: number, out: number): void
  /** Where a row's text is told, a pointer and a length; 0 when it has none. */
  slotOf(row: number, slot: number): number
  /** 64 bits for each row: of its id, or of its raw text when it has none. */
  readonly hashes: WebAssembly.Global
  /** 128 bits for each row. */
  readonly prints: WebAssembly.Global
  configureJson(root: number, unmapped: number, id: number): void
  beginJson(): void
  abandonJson(): void
  passJson(): number
  scanJson(final: number): number
  configureFields(table: number, count: number, unmapped: number, absent: number): void
  denyHeader(): void
  scanFields(final: number): number
  objectsAt(): number
  presentSlots(order: number, from: number, count: number, out: number): number
  room(from: number, entries: number): number
  collectText(
    list: number,
    count: number,
    presence: number,
    depth: number,
    facts: number,
    order: number,
    from: number,
    rows: number,
  ): void
  collectNumber(
    slot: number,
    kind: number,
    presence: number,
    depth: number,
    order: number,
    from: number,
    rows: number,
  ): void
  collectFixed(what: number, constant: bigint, order: number, from: number, rows: number): void
  collectId(slot: number, order: number, from: number, rows: number): void
  collectIpKeys(): void
  countElements(slot: number, order: number, from: number, rows: number): number
  collectListText(
    slot: number,
    name: number,
    length: number,
    order: number,
    from: number,
    rows: number,
  ): void
  anyEscape(): number
  valuePointer(value: number): number
  valueLength(value: number): number
  setValue(value: number, pointer: number, length: number): void
  number(text: number): number
  findRange(text: number): void
  numberAt(value: number): bigint
  page(
    from: number,
    entries: number,
    value: number,
    values: number,
    maxDef: number,
    maxRep: number,
    kind: number,
    out: number,
  ): number
  dictionary(kind: number, out: number): number
  entriesForPage(
    from: number,
    value: number,
    maxDef: number,
    maxRep: number,
    target: number,
  ): number
  valuesIn(from: number, entries: number, maxDef: number): number
  entriesAt(level: number): number
  readonly levels: WebAssembly.Global
  readonly values: WebAssembly.Global
  readonly distinct: WebAssembly.Global
  deltaBytes(kind: number): number
  dropDictionary(): void
  hashFrame(order: number, from: number, rows: number, out: number): number
  readonly frameContent: WebAssembly.Global
  readonly minNumber: WebAssembly.Global
  readonly maxNumber: WebAssembly.Global
  readonly minText: WebAssembly.Global
  readonly minTextLength: WebAssembly.Global
  readonly maxText: WebAssembly.Global
  readonly maxTextLength: WebAssembly.Global
}

let compiled: WebAssembly.Module | undefined

/** A fresh instance with a memory of its own. */
export function newFront(): FrontExports {
  compiled ??= new WebAssembly.Module(readFileSync(wasmUrl()))
  const { exports } = new WebAssembly.Instance(compiled, {
    env: {
      abort: () => {
        throw new Error('the front ran into a state it does not know')
      },
    },
  })
  return exports as unknown as FrontExports
}

/** Beside this file in a build, in `build/` when the sources run as they are. */
function wasmUrl(): URL {
  const built = new URL('./front.wasm', import.meta.url)
  return existsSync(built) ? built : new URL('../../build/front.wasm', import.meta.url)
}
