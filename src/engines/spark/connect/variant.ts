import { isoDay } from '../../values.js'
import { decimalText } from './decimal-text.js'
import { timestampText } from './timestamp-text.js'

/**
 * A VARIANT as the JSON text that Spark's `to_json` makes of it, but for the spelling of doubles.
 * @throws RangeError when the bytes break off
 */
export function variantText(value: Uint8Array, metadata: Uint8Array): string {
  return text(new Bytes(value), 0, keysOf(new Bytes(metadata)))
}

const [PRIMITIVE, SHORT_STRING, OBJECT] = [0, 1, 2]

function text(value: Bytes, at: number, keys: readonly string[]): string {
  const header = value.unsigned(at, 1)
  const [kind, info] = [header & 3, header >> 2]
  if (kind === PRIMITIVE) return primitive(value, at + 1, info)
  if (kind === SHORT_STRING) return JSON.stringify(value.utf8(at + 1, info))
  const isObject = kind === OBJECT
  const offsetSize = (info & 3) + 1
  const idSize = isObject ? ((info >> 2) & 3) + 1 : 0
  const countSize = ((info >> (isObject ? 4 : 2)) & 1) === 1 ? 4 : 1
  const count = value.unsigned(at + 1, countSize)
  const ids = at + 1 + countSize
  const offsets = ids + count * idSize
  const start = offsets + (count + 1) * offsetSize
  const items = Array.from({ length: count }, (_, i) => {
    const item = text(value, start + value.unsigned(offsets + i * offsetSize, offsetSize), keys)
    if (!isObject) return item
    return `${JSON.stringify(keys[value.unsigned(ids + i * idSize, idSize)] ?? '')}:${item}`
  })
  return isObject ? `{${items.join(',')}}` : `[${items.join(',')}]`
}

function primitive(value: Bytes, at: number, type: number): string {
  switch (type) {
    case 0:
      return 'null'
    case 1:
      return 'true'
    case 2:
      return 'false'
    case 3:
    case 4:
    case 5:
    case 6:
      return value.signed(at, 1 << (type - 3)).toString()
    case 7:
      return float(value.view.getFloat64(at, true))
    case 8:
    case 9:
    case 10: {
      const scale = value.unsigned(at, 1)
      return trimmed(decimalText(value.signed(at + 1, 4 << (type - 8)), scale))
    }
    case 11:
      return JSON.stringify(isoDay(Number(value.signed(at, 4))))
    case 12:
      return JSON.stringify(`${timestampText(value.signed(at, 8))}+00:00`)
    case 13:
      return JSON.stringify(timestampText(value.signed(at, 8)))
    case 14:
      return float(shortest(value.view.getFloat32(at, true)))
    case 15:
      return JSON.stringify(value.base64(at + 4, value.unsigned(at, 4)))
    case 16:
      return JSON.stringify(value.utf8(at + 4, value.unsigned(at, 4)))
    case 20:
      return JSON.stringify(value.uuid(at))
    default:
      return JSON.stringify(`variant type ${type}`)
  }
}

function keysOf(metadata: Bytes): string[] {
  const size = (metadata.unsigned(0, 1) >> 6) + 1
  const count = metadata.unsigned(1, size)
  const offset = (i: number): number => metadata.unsigned(1 + size + i * size, size)
  const start = 1 + size + (count + 1) * size
  return Array.from({ length: count }, (_, i) =>
    metadata.utf8(start + offset(i), offset(i + 1) - offset(i)),
  )
}

/** Whole numbers with a point, as Java writes them. */
function float(n: number): string {
  if (!Number.isFinite(n)) return JSON.stringify(String(n))
  return Number.isInteger(n) && Math.abs(n) < 1e7 ? `${Object.is(n, -0) ? '-0' : n}.0` : String(n)
}

/** The digits that tell a 32-bit number from its neighbours. */
function shortest(n: number): number {
  const digits = [6, 7, 8].find((d) => Math.fround(Number(n.toPrecision(d))) === n)
  return digits === undefined ? n : Number(n.toPrecision(digits))
}

const trimmed = (decimal: string): string =>
  decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal

class Bytes {
  readonly view: DataView
  readonly #buffer: Buffer

  constructor(bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  unsigned(at: number, size: number): number {
    return this.#buffer.readUIntLE(at, size)
  }

  signed(at: number, size: number): bigint {
    let value = 0n
    for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.view.getUint8(at + i))
    return BigInt.asIntN(size * 8, value)
  }

  utf8(at: number, length: number): string {
    return this.#buffer.toString('utf8', at, at + length)
  }

  base64(at: number, length: number): string {
    return this.#buffer.toString('base64', at, at + length)
  }

  uuid(at: number): string {
    const hex = this.#buffer.toString('hex', at, at + 16)
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
  }
}
