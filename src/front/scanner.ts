import { createHash } from 'node:crypto'
import type { LogFormat } from '../formats/format.js'
import { planOf, type ScanPlan } from './plan.js'
import { MAX_TOKENS, PlanMemory } from './plan-memory.js'
import { REASONS } from './reasons.js'
import { newFront, type FrontExports } from './wasm.js'

/** A record that could not be read. */
export interface Reject {
  /** Within the object, from 1; 0 for the object as a whole. */
  readonly row: number
  readonly reason: string
  readonly raw: string
}

/** Longest raw text that a reject keeps, bytes. */
export const REJECT_RAW_BYTES = 65_536

const MAX_REJECTS = 1024
/** What a value of a row takes: a pointer and a length, or a number, and whether it is there. */
const SLOT_BYTES = 9
/** Longest header line. */
const HEADER_BYTES = 16_384
const NEWLINE = 10
const DONE = 0
const MORE = 1
const ROWS_FULL = 2
const REJECTS_FULL = 3
const HEADER = 4

export interface ScannerLimits {
  /** Raw bytes held between two flushes. */
  readonly arenaBytes: number
  /** What the rows' tables of values may take beside them. */
  readonly slotBytes: number
  /** The secret of the batch, 16 bytes: rows get fingerprints. */
  readonly printKey?: Uint8Array
}

/**
 * Reads raw bytes of one format into rows held in WebAssembly memory, until `flush` takes them.
 * One object after another: `begin`, then `write` for each piece of it, the last one with `final`.
 */
export class Scanner {
  readonly format: LogFormat
  readonly plan: ScanPlan
  readonly front: FrontExports
  readonly #limits: ScannerLimits
  readonly #flush: (scanner: Scanner) => void
  readonly #arena: number
  readonly #sideStart: number
  readonly #planMemory: PlanMemory
  #fill: number
  #scanned: number
  /** Object of the batch and records of it so far. */
  #object = 0
  #skipLine = false
  #order = ''
  #tokens: readonly string[] | undefined
  #asked: readonly string[] | undefined
  #rejects: Reject[] = []
  #rejectCount = 0
  #onRejects: (rejects: readonly Reject[]) => void = () => {}
  /** Rows that the object under way has given. */
  objectRows = 0
  #rowsBefore = 0

  constructor(format: LogFormat, limits: ScannerLimits, flush: (scanner: Scanner) => void) {
    this.format = format
    this.plan = planOf(format)
    this.front = newFront()
    this.#limits = limits
    this.#flush = flush
    this.#planMemory = new PlanMemory(this.front)
    const root = format.framing.kind === 'json' ? this.#planMemory.node(this.plan.root) : 0
    this.#arena = this.front.layout(
      this.#planMemory.end,
      this.plan.slots.length,
      Math.max(
        64,
        Math.min(1 << 19, Math.floor(limits.slotBytes / (this.plan.slots.length * SLOT_BYTES))),
      ),
      MAX_REJECTS,
      limits.arenaBytes,
    )
    this.#sideStart = this.front.sideStart(limits.arenaBytes)
    if (format.framing.kind === 'json')
      this.front.configureJson(root, this.plan.unmappedSlot, this.plan.idSlot)
    this.front.setPrinting(limits.printKey ? 1 : 0)
    this.#keyFor('')
    this.#fill = this.#arena
    this.#scanned = this.#arena
  }

  get rows(): number {
    return this.front.rows.value as number
  }

  /** Most bytes that one call of `write` may bring. */
  get pieceBytes(): number {
    return Math.floor(this.#limits.arenaBytes / 4)
  }

  /** Starts an object; `tokens`: the order of its fields when it has no header. */
  begin(
    object: number,
    onRejects: (rejects: readonly Reject[]) => void,
    tokens?: readonly string[],
  ): void {
    this.#object = object
    this.#onRejects = onRejects
    this.#rejects = []
    this.#rejectCount = 0
    this.front.setObject(object, 0)
    this.objectRows = 0
    this.#rowsBefore = this.rows
    this.#skipLine = false
    this.#scanned = this.#fill
    if (this.format.framing.kind === 'json') this.front.beginJson()
    else {
      this.#asked = tokens
      this.#tokens = undefined
    }
  }

  /** Takes the next bytes of the object; with `final` they are its last. */
  write(bytes: Uint8Array, final: boolean): void {
    let from = 0
    do {
      const piece = bytes.subarray(from, from + this.pieceBytes)
      from += piece.length
      this.#append(piece)
      this.#scan(final && from >= bytes.length)
    } while (from < bytes.length)
    if (!final) return
    this.objectRows += this.rows - this.#rowsBefore
    this.#rowsBefore = this.rows
  }

  /** Rejects the object as a whole, or what is left of it. */
  rejectObject(reason: string, raw = ''): void {
    this.#reject({ row: 0, reason, raw })
  }

  /** How many records of the object under way were rejected; the last of them are handed over. */
  endRejects(): number {
    this.#giveRejects()
    const count = this.#rejectCount
    this.#rejectCount = 0
    return count
  }

  #reject(reject: Reject): void {
    this.#rejectCount++
    if (this.#rejects.push(reject) >= 256) this.#giveRejects()
  }

  #giveRejects(): void {
    if (this.#rejects.length > 0) this.#onRejects(this.#rejects)
    this.#rejects = []
  }

  /** Hands the rows over and forgets them; bytes not yet scanned stay. */
  flush(): void {
    if (this.rows > 0) this.#flush(this)
    this.objectRows += this.rows - this.#rowsBefore
    this.#rowsBefore = 0
    this.front.setRows(0)
    this.front.setSide(this.#sideStart)
    const left = this.#fill - this.#scanned
    if (left > 0 && this.#scanned !== this.#arena)
      this.#memory().copyWithin(this.#arena, this.#scanned, this.#fill)
    this.#scanned = this.#arena
    this.#fill = this.#arena + left
  }

  #memory(): Uint8Array {
    return new Uint8Array(this.front.memory.buffer)
  }

  #append(piece: Uint8Array): void {
    if (this.#fill + piece.length > this.#arena + this.#limits.arenaBytes) this.flush()
    while (this.#fill + piece.length > this.#arena + this.#limits.arenaBytes) this.#abandon()
    this.#memory().set(piece, this.#fill)
    this.#fill += piece.length
  }

  /** A record longer than the arena: what is there of it is rejected, and reading goes on behind it. */
  #abandon(): void {
    const raw = this.#text(this.#scanned, this.#fill - this.#scanned)
    this.#reject({
      row: (this.front.record.value as number) + 1,
      reason: `a record longer than ${Math.floor((this.#limits.arenaBytes * 3) / 4)} bytes`,
      raw,
    })
    this.front.setObject(this.#object, (this.front.record.value as number) + 1)
    if (this.format.framing.kind !== 'json') this.#skipLine = true
    else if (this.front.passJson() === 1) {
      this.#scan(false)
      this.flush()
      return
    } else this.front.abandonJson()
    // A line that starts with the next piece is known by the newline before it.
    const ends = this.#fill > this.#scanned && this.#memory()[this.#fill - 1] === NEWLINE
    if (ends) this.#memory()[this.#arena] = NEWLINE
    this.#fill = this.#arena + (ends ? 1 : 0)
    this.#scanned = this.#arena
  }

  #scan(final: boolean): void {
    const { front } = this
    for (;;) {
      if (this.#skipLine && !this.#skipToNextLine()) return
      if (
        this.format.framing.kind === 'fields' &&
        this.#tokens === undefined &&
        !this.#readHeader(final)
      )
        return
      front.setPos(this.#scanned)
      front.setEnd(this.#fill)
      const state =
        this.format.framing.kind === 'json'
          ? front.scanJson(final ? 1 : 0)
          : front.scanFields(final ? 1 : 0)
      this.#scanned = front.pos.value as number
      this.#drainRejects()
      if (state === DONE) this.#scanned = this.#fill
      if (state === DONE || state === MORE) return
      if (state === ROWS_FULL) this.flush()
      else if (state === HEADER) {
        if (!this.#takeHeader()) front.denyHeader()
      } else if (state !== REJECTS_FULL) throw new Error(`the scanner answered ${state}`)
    }
  }

  #skipToNextLine(): boolean {
    const at = this.#memory().subarray(this.#scanned, this.#fill).indexOf(NEWLINE)
    this.#scanned = at < 0 ? this.#fill : this.#scanned + at + 1
    this.#skipLine = at < 0
    return at >= 0
  }

  /** Reads the first line as a header, or takes the order asked for. False: the line is not complete yet. */
  #readHeader(final: boolean): boolean {
    const { framing } = this.format
    if (framing.kind !== 'fields') return true
    const bytes = this.#memory().subarray(this.#scanned, this.#fill)
    if (!final && !bytes.includes(NEWLINE)) return false
    if (!this.#takeHeader()) this.#configureTokens(this.#asked ?? framing.order)
    return true
  }

  /** Takes the line at hand for a header and moves behind it, if it names mostly fields of the format. */
  #takeHeader(): boolean {
    const bytes = this.#memory().subarray(this.#scanned, this.#fill)
    const at = bytes.indexOf(NEWLINE)
    const length = at < 0 ? bytes.length : at
    if (length > HEADER_BYTES) return false
    const tokens = this.#text(this.#scanned, length).trim().split(/\s+/)
    if (tokens.length > MAX_TOKENS) return false
    const known = tokens.filter((t) => this.plan.root.keys.some((k) => k.name === t)).length
    if (known < Math.max(2, tokens.length * 0.6)) return false
    this.#scanned += at < 0 ? length : length + 1
    this.#configureTokens(tokens)
    return true
  }

  #configureTokens(tokens: readonly string[]): void {
    // Equal lines in another order of fields are not equal records.
    const order = tokens.join(' ')
    if (order !== this.#order) this.#keyFor(order)
    this.#order = order
    const { framing } = this.format
    this.#tokens = tokens
    const table = this.#planMemory.tokens(this.plan.root, tokens)
    const absent = framing.kind === 'fields' ? framing.absent.charCodeAt(0) : 0x2d
    this.front.configureFields(table, tokens.length, this.plan.unmappedSlot, absent)
  }

  /** Fingerprints of other log types, and of other orders of fields, do not meet these. */
  #keyFor(order: string): void {
    const { printKey } = this.#limits
    if (!printKey) return
    const key = createHash('sha256').update(printKey).update(`${this.format.id} ${order}`).digest()
    this.front.setPrintKey(key.readBigUInt64LE(0), key.readBigUInt64LE(8))
  }

  #drainRejects(): void {
    const count = this.front.rejectCount.value as number
    if (count === 0) return
    const view = new DataView(this.front.memory.buffer)
    const base = this.front.rejects.value as number
    for (let i = 0; i < count; i++) {
      const at = base + i * 16
      this.#reject({
        row: view.getUint32(at, true),
        reason: REASONS[view.getUint32(at + 4, true)] ?? 'cannot be read',
        raw: this.#text(view.getUint32(at + 8, true), view.getUint32(at + 12, true)),
      })
    }
    this.front.setRejectCount(0)
  }

  #text(pointer: number, length: number): string {
    const bytes = Math.min(length, REJECT_RAW_BYTES)
    return Buffer.from(this.front.memory.buffer, pointer, bytes).toString('utf8')
  }
}
