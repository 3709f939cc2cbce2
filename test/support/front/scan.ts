import type { LogFormat } from '../../../src/formats/format.js'
import { NO_SLOT } from '../../../src/front/plan.js'
import { Scanner, type Reject, type ScannerLimits } from '../../../src/front/scanner.js'

/** A row as the scanner holds it. */
export interface ScannedRow {
  /** Raw text by slot; slots without a value are left out. */
  readonly slots: Readonly<Record<string, string>>
  /** µs since 1970. */
  readonly time: bigint
  readonly record: number
  /** The log's own id, else the hash of the raw record. */
  readonly id: string
}

export interface Scanned {
  readonly rows: readonly ScannedRow[]
  readonly rejects: readonly Reject[]
  /** As the scanner counted them for the object. */
  readonly objectRows: number
  readonly objectRejects: number
}

const scanners = new Map<string, { scanner: Scanner; sink: ScannedRow[] }>()

/** Feeds one object's pieces to a scanner and reads every row back out of WebAssembly memory. */
export function scan(
  format: LogFormat,
  pieces: readonly (Uint8Array | string)[],
  limits: ScannerLimits = { arenaBytes: 1 << 20, slotBytes: 1 << 16 },
  fields?: readonly string[],
): Scanned {
  const { scanner, sink } = scannerOf(format, limits)
  sink.length = 0
  scanners.delete(keyOf(format, limits))
  const rejects: Reject[] = []
  scanner.begin(0, (list) => rejects.push(...list), fields)
  pieces.forEach((piece, i) =>
    scanner.write(typeof piece === 'string' ? Buffer.from(piece) : piece, i === pieces.length - 1),
  )
  const objectRows = scanner.objectRows
  scanner.flush()
  const objectRejects = scanner.endRejects()
  // Kept for the next object, unless something above threw and left it half way.
  scanners.set(keyOf(format, limits), { scanner, sink })
  return { rows: [...sink], rejects, objectRows, objectRejects }
}

/** Bytes of WebAssembly memory that the scanner of these limits has come to hold. */
export function memoryOf(format: LogFormat, limits: ScannerLimits): number {
  return scannerOf(format, limits).scanner.front.memory.buffer.byteLength
}

function scannerOf(
  format: LogFormat,
  limits: ScannerLimits,
): { scanner: Scanner; sink: ScannedRow[] } {
  const key = keyOf(format, limits)
  let held = scanners.get(key)
  if (!held) {
    const sink: ScannedRow[] = []
    held = {
      sink,
      scanner: new Scanner(format, limits, (s) => sink.push(...rowsOf(s))),
    }
    scanners.set(key, held)
  }
  return held
}

function keyOf(format: LogFormat, limits: ScannerLimits): string {
  return `${format.id} ${JSON.stringify(limits)}`
}

/** Keys of the source addresses of all rows, null where the text is no address. */
export function sourceKeys(
  format: LogFormat,
  text: string,
  fields: readonly string[],
): (string | null)[] {
  const keys: (string | null)[] = []
  const limits = { arenaBytes: 1 << 20, slotBytes: 1 << 16 }
  const scanner = new Scanner(format, limits, (s) => {
    const { front, rows, order, list } = layOut(s)
    new Uint32Array(front.memory.buffer, list, 1)[0] = s.plan.sourceIp[0] as number
    front.collectText(list, 1, list, 0, 0, order, 0, rows)
    front.number(1)
    front.collectIpKeys()
    keys.push(...texts(s, rows))
  })
  scanner.begin(0, () => {}, fields)
  scanner.write(Buffer.from(text), true)
  scanner.flush()
  return keys
}

/** Kind of a column whose numbers the scanner has read. */
const READ = 0

function layOut(scanner: Scanner): {
  front: Scanner['front']
  rows: number
  order: number
  list: number
} {
  const { front, rows } = scanner
  const order = ((front.side.value as number) + 63) & ~63
  const list = (order + rows * 4 + 15) & ~15
  front.ensure(order, rows * 4 + 64)
  front.room(list + 16, Math.max(rows, 1))
  new Uint32Array(front.memory.buffer, order, rows).forEach((_, i, all) => (all[i] = i))
  return { front, rows, order, list }
}

/** The texts of the column that was collected last, row by row. */
function texts({ front }: Scanner, rows: number): (string | null)[] {
  let value = 0
  return Array.from({ length: rows }, (_, row) => {
    if (front.valuesIn(row, 1, 1) === 0) return null
    const bytes = Buffer.from(
      front.memory.buffer,
      front.valuePointer(value),
      front.valueLength(value),
    )
    value++
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  })
}

function rowsOf(scanner: Scanner): ScannedRow[] {
  const { front, rows, order, list } = layOut(scanner)
  const slots = Array.from({ length: rows }, (): Record<string, string> => ({}))
  scanner.plan.slots.forEach(({ name }, slot) => {
    if (scanner.plan.numbers.has(slot)) {
      front.collectNumber(slot, READ, list, 0, order, 0, rows)
      for (let row = 0, value = 0; row < rows; row++) {
        if (front.valuesIn(row, 1, 1) === 0) continue
        ;(slots[row] as Record<string, string>)[name] = String(front.numberAt(value++))
      }
      return
    }
    new Uint32Array(front.memory.buffer, list, 1)[0] = slot
    front.collectText(list, 1, list, 0, 0, order, 0, rows)
    texts(scanner, rows).forEach((text, row) => {
      if (text !== null) (slots[row] as Record<string, string>)[name] = text
    })
  })
  const fixed = (what: number): bigint[] => {
    front.collectFixed(what, 0n, order, 0, rows)
    return Array.from({ length: rows }, (_, row) => front.numberAt(row))
  }
  const times = fixed(0)
  const records = fixed(1)
  front.collectId(scanner.plan.idSlot ?? NO_SLOT, order, 0, rows)
  const ids = texts(scanner, rows)
  return slots.map((values, row) => ({
    slots: values,
    time: times[row] as bigint,
    record: Number(records[row]),
    id: ids[row] as string,
  }))
}
