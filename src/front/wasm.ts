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
  readonly nulls: WebAssembly.Global
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
  configureJson(root: number, unmapped: number, id: number): void
  beginJson(): void
  abandonJson(): void
  scanJson(final: number): number
  configureFields(
    table: number,
    count: number,
    unmapped: number,
    absent: number,
    header: number,
    length: number,
  ): void
  scanFields(final: number): number
  objectsAt(): number
  presentSlots(slotCount: number, order: number, from: number, count: number, out: number): number
  rowsForPage(slot: number, order: number, from: number, to: number, target: number): number
  gatherText(slot: number, order: number, from: number, count: number, out: number): number
  gatherNumber(
    slot: number,
    kind: number,
    order: number,
    from: number,
    count: number,
    out: number,
  ): number
  gatherIpKey(
    list: number,
    count: number,
    order: number,
    from: number,
    rows: number,
    out: number,
  ): number
  gatherId(slot: number, order: number, from: number, count: number, out: number): number
  gatherFixed(what: number, order: number, from: number, count: number, out: number): number
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
