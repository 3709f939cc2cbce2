import { HeadrigError } from '../core/errors.js'
import { NO_SLOT, type PlanNode } from './plan.js'
import type { FrontExports } from './wasm.js'

/** Room for names and tables of a plan. */
const PLAN_BYTES = 1 << 20
/** Most fields of a line: as many as the scanner of lines has places for. */
export const MAX_TOKENS = 128

/** @throws HeadrigError `invalid` for more names than a line can have fields */
export function checkTokens(tokens: readonly string[]): void {
  if (tokens.length > MAX_TOKENS)
    throw new HeadrigError(
      'invalid',
      `${tokens.length} fields in a line: name ${MAX_TOKENS} at most`,
    )
}

/** A format's plan as the scanners read it, at the start of WebAssembly memory. */
export class PlanMemory {
  readonly #front: FrontExports
  readonly #start: number
  #used = 0

  constructor(front: FrontExports) {
    this.#front = front
    this.#start = front.heapBase()
    front.ensure(this.#start, PLAN_BYTES)
  }

  /** Where memory is free for other things. */
  get end(): number {
    return this.#start + PLAN_BYTES
  }

  /** Writes a tree of JSON keys; returns where its root is. */
  node(node: PlanNode): number {
    const children = node.keys.map((k) => (k.child ? this.node(k.child) : 0))
    const names = node.keys.map((k) => this.#text(k.name))
    const keys = this.#take(node.keys.length * 32)
    const at = this.#take(16)
    const view = new DataView(this.#front.memory.buffer)
    node.keys.forEach((key, i) => {
      const words = [
        names[i]?.pointer ?? 0,
        names[i]?.length ?? 0,
        key.kind,
        key.slot,
        children[i] ?? 0,
        key.flags,
      ]
      words.forEach((word, w) => view.setUint32(keys + i * 32 + w * 4, word, true))
    })
    view.setUint32(at, node.keys.length, true)
    view.setUint32(at + 4, keys, true)
    view.setUint32(at + 8, 0, true)
    return at
  }

  /**
   * Writes the table of a line's fields over what was there; returns where it is.
   * @throws HeadrigError invalid: more than 128 fields
   */
  tokens(root: PlanNode, tokens: readonly string[]): number {
    checkTokens(tokens)
    this.#used = 0
    const names = tokens.map((t) => this.#text(t))
    const table = this.#take(tokens.length * 12)
    const view = new DataView(this.#front.memory.buffer)
    tokens.forEach((token, i) => {
      // A name that comes twice has its column once; what the second says is kept as unmapped.
      const key = tokens.indexOf(token) === i ? root.keys.find((k) => k.name === token) : undefined
      const at = table + i * 12
      view.setUint16(at, key?.slot ?? NO_SLOT, true)
      view.setUint8(at + 2, key?.kind ?? 0)
      view.setUint8(at + 3, key?.flags ?? 0)
      view.setUint32(at + 4, names[i]?.pointer ?? 0, true)
      view.setUint32(at + 8, names[i]?.length ?? 0, true)
    })
    return table
  }

  #text(text: string): { pointer: number; length: number } {
    const bytes = Buffer.from(text)
    const pointer = this.#take(bytes.length)
    new Uint8Array(this.#front.memory.buffer).set(bytes, pointer)
    return { pointer, length: bytes.length }
  }

  #take(bytes: number): number {
    const at = this.#used
    this.#used = (at + bytes + 7) & ~7
    if (this.#used > PLAN_BYTES)
      throw new HeadrigError('invalid', 'the names of the fields take more than 1 MiB')
    return this.#start + at
  }
}
