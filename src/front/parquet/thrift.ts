/** Writes Thrift's compact protocol, as much of it as Parquet's metadata needs. */
export class ThriftWriter {
  #bytes: number[] = []
  #lastIds: number[] = [0]

  /** An i32 field. */
  i32(id: number, value: number): this {
    return this.#field(id, 5).#zigzag(BigInt(value))
  }
  /** An i64 field. */
  i64(id: number, value: number | bigint): this {
    return this.#field(id, 6).#zigzag(BigInt(value))
  }
  bool(id: number, value: boolean): this {
    return this.#field(id, value ? 1 : 2)
  }
  text(id: number, value: string): this {
    return this.#field(id, 8).#text(value)
  }
  bytes(id: number, value: Uint8Array): this {
    this.#field(id, 8).#varint(BigInt(value.length))
    for (const b of value) this.#bytes.push(b)
    return this
  }
  struct(id: number, write: (w: this) => void): this {
    this.#field(id, 12)
    return this.#struct(write)
  }
  structs<T>(id: number, items: readonly T[], write: (w: this, item: T) => void): this {
    this.#field(id, 9).#listHeader(items.length, 12)
    for (const item of items) this.#struct((w) => write(w, item))
    return this
  }
  texts(id: number, items: readonly string[]): this {
    this.#field(id, 9).#listHeader(items.length, 8)
    for (const item of items) this.#text(item)
    return this
  }
  i32s(id: number, items: readonly number[]): this {
    this.#field(id, 9).#listHeader(items.length, 5)
    for (const item of items) this.#zigzag(BigInt(item))
    return this
  }
  /** Ends the outermost struct and gives its bytes. */
  finish(): Uint8Array {
    this.#bytes.push(0)
    return Uint8Array.from(this.#bytes)
  }

  #struct(write: (w: this) => void): this {
    this.#lastIds.push(0)
    write(this)
    this.#bytes.push(0)
    this.#lastIds.pop()
    return this
  }
  #field(id: number, type: number): this {
    const last = this.#lastIds.at(-1) ?? 0
    this.#lastIds[this.#lastIds.length - 1] = id
    if (id > last && id - last <= 15) this.#bytes.push(((id - last) << 4) | type)
    else {
      this.#bytes.push(type)
      this.#zigzag(BigInt(id))
    }
    return this
  }
  #listHeader(length: number, type: number): this {
    if (length < 15) this.#bytes.push((length << 4) | type)
    else {
      this.#bytes.push(0xf0 | type)
      this.#varint(BigInt(length))
    }
    return this
  }
  #text(value: string): this {
    const bytes = Buffer.from(value)
    this.#varint(BigInt(bytes.length))
    for (const b of bytes) this.#bytes.push(b)
    return this
  }
  #zigzag(value: bigint): this {
    return this.#varint(value >= 0n ? value << 1n : (-value << 1n) - 1n)
  }
  #varint(value: bigint): this {
    let v = value
    while (v >= 0x80n) {
      this.#bytes.push(Number(v & 0x7fn) | 0x80)
      v >>= 7n
    }
    this.#bytes.push(Number(v))
    return this
  }
}
