/** A value in the distinguished encoding of ASN.1. */
export function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts)
  return Buffer.concat([Buffer.from([tag]), lengthOf(body.length), body])
}

export const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts)
export const setOf = (...parts: readonly Uint8Array[]): Buffer => der(0x31, ...parts)
export const octets = (bytes: Uint8Array): Buffer => der(0x04, bytes)
export const bits = (bytes: Uint8Array, unused = 0): Buffer =>
  der(0x03, Buffer.from([unused]), bytes)
export const text = (value: string): Buffer => der(0x0c, Buffer.from(value))
export const truth = (value: boolean): Buffer => der(0x01, Buffer.from([value ? 0xff : 0]))

/** A positive whole number, from its bytes. */
export function integer(bytes: Uint8Array): Buffer {
  const isHigh = ((bytes[0] ?? 0) & 0x80) !== 0
  return der(0x02, Buffer.from(isHigh ? [0] : []), bytes)
}

/** A point in time to the second; of two digits' years before 2050, as X.509 wants it. */
export function time(date: Date): Buffer {
  const stamp = date.toISOString().replace(/[-:T]|\.\d{3}/g, '')
  const isShort = date.getUTCFullYear() < 2050
  return der(isShort ? 0x17 : 0x18, Buffer.from(isShort ? stamp.slice(2) : stamp))
}

/** An object identifier: `1.2.840.10045.4.3.2`. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const bytes = [first * 40 + second, ...rest].flatMap((part) => {
    const groups = [part & 0x7f]
    for (let left = Math.floor(part / 128); left > 0; left = Math.floor(left / 128))
      groups.unshift((left & 0x7f) | 0x80)
    return groups
  })
  return der(0x06, Buffer.from(bytes))
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length])
  const bytes: number[] = []
  for (let left = length; left > 0; left >>>= 8) bytes.unshift(left & 0xff)
  return Buffer.from([0x80 | bytes.length, ...bytes])
}
