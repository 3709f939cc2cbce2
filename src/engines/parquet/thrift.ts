/** A value of Thrift's compact protocol, with its type, so that it can be written as it was read. */
export type ThriftValue =
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'byte'; readonly value: number }
  | { readonly type: 'i16' | 'i32' | 'i64'; readonly value: bigint }
  | { readonly type: 'double' | 'binary'; readonly value: Buffer }
  | {
      readonly type: 'list' | 'set'
      readonly element: number
      readonly value: readonly ThriftValue[]
    }
  | { readonly type: 'struct'; readonly value: ThriftStruct }

/** Fields by id, in their order. */
export type ThriftStruct = ReadonlyMap<number, ThriftValue>

const CODES = {
  i16: 4,
  i32: 5,
  i64: 6,
  double: 7,
  binary: 8,
  list: 9,
  set: 10,
  struct: 12,
} as const
const BYTE = 3

/** Reads one struct; throws a RangeError for damaged bytes or a map, which Parquet's footers do not have. */
export function readThrift(bytes: Buffer): ThriftStruct {
  let at = 0
  const byte = (): number => bytes.readUInt8(at++)
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const b = byte()
      value |= BigInt(b & 0x7f) << shift
      if (b < 0x80) return value
    }
  }
  const zigzag = (): bigint => {
    const v = varint()
    return v & 1n ? -((v + 1n) >> 1n) : v >> 1n
  }
  const take = (length: number): Buffer => {
    if (at + length > bytes.length) throw new RangeError('footer ends early')
    at += length
    return bytes.subarray(at - length, at)
  }
  const value = (code: number): ThriftValue => {
    switch (code) {
      case 1:
      case 2:
        return { type: 'bool', value: byte() === 1 }
      case BYTE:
        return { type: 'byte', value: byte() }
      case CODES.i16:
        return { type: 'i16', value: zigzag() }
      case CODES.i32:
        return { type: 'i32', value: zigzag() }
      case CODES.i64:
        return { type: 'i64', value: zigzag() }
      case CODES.double:
        return { type: 'double', value: take(8) }
      case CODES.binary:
        return { type: 'binary', value: take(Number(varint())) }
      case CODES.list:
      case CODES.set: {
        const head = byte()
        const length = head >> 4 === 15 ? Number(varint()) : head >> 4
        const element = head & 15
        const items = Array.from({ length }, () => value(element))
        return { type: code === CODES.list ? 'list' : 'set', element, value: items }
      }
      case CODES.struct:
        return { type: 'struct', value: struct() }
      default:
        throw new RangeError(`type ${code} in a footer`)
    }
  }
  const struct = (): ThriftStruct => {
    const fields = new Map<number, ThriftValue>()
    let id = 0
    for (let head = byte(); head !== 0; head = byte()) {
      id = head >> 4 === 0 ? Number(zigzag()) : id + (head >> 4)
      const code = head & 15
      // A field's boolean is in its type.
      fields.set(id, code === 1 || code === 2 ? { type: 'bool', value: code === 1 } : value(code))
    }
    return fields
  }
  return struct()
}

/** The bytes of a struct. */
export function writeThrift(struct: ThriftStruct): Buffer {
  const parts: Buffer[] = []
  const small = (...bytes: number[]): number => parts.push(Buffer.from(bytes))
  const varint = (value: bigint): void => {
    const bytes: number[] = []
    let v = value
    for (; v >= 0x80n; v >>= 7n) bytes.push(Number(v & 0x7fn) | 0x80)
    small(...bytes, Number(v))
  }
  const zigzag = (value: bigint): void => varint(value >= 0n ? value << 1n : (-value << 1n) - 1n)
  const write = (v: ThriftValue): void => {
    switch (v.type) {
      case 'bool':
        small(v.value ? 1 : 2)
        return
      case 'byte':
        small(v.value)
        return
      case 'i16':
      case 'i32':
      case 'i64':
        zigzag(v.value)
        return
      case 'double':
        parts.push(v.value)
        return
      case 'binary':
        varint(BigInt(v.value.length))
        parts.push(v.value)
        return
      case 'list':
      case 'set':
        if (v.value.length < 15) small((v.value.length << 4) | v.element)
        else {
          small(0xf0 | v.element)
          varint(BigInt(v.value.length))
        }
        for (const item of v.value) write(item)
        return
      case 'struct':
        fields(v.value)
    }
  }
  const fields = (of: ThriftStruct): void => {
    let last = 0
    for (const [id, v] of of) {
      const code = v.type === 'bool' ? (v.value ? 1 : 2) : v.type === 'byte' ? BYTE : CODES[v.type]
      if (id > last && id - last <= 15) small(((id - last) << 4) | code)
      else {
        small(code)
        zigzag(BigInt(id))
      }
      last = id
      if (v.type !== 'bool') write(v)
    }
    small(0)
  }
  fields(struct)
  return Buffer.concat(parts)
}
