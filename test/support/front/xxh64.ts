// XXH64 by its published specification, in whole numbers without end: slow and hard to get wrong.
const P1 = 0x9e3779b185ebca87n
const P2 = 0xc2b2ae3d27d4eb4fn
const P3 = 0x165667b19e3779f9n
const P4 = 0x85ebca77c2b2ae63n
const P5 = 0x27d4eb2f165667c5n
const word = (n: bigint): bigint => BigInt.asUintN(64, n)
const rotate = (n: bigint, by: bigint): bigint => word((n << by) | (n >> (64n - by)))
const round = (acc: bigint, lane: bigint): bigint => word(rotate(word(acc + lane * P2), 31n) * P1)

export function xxh64(bytes: Uint8Array, seed: bigint): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  let h: bigint
  if (bytes.length >= 32) {
    const lanes = [word(seed + P1 + P2), word(seed + P2), seed, word(seed - P1)]
    for (; at + 32 <= bytes.length; at += 32)
      lanes.forEach((acc, i) => (lanes[i] = round(acc, view.getBigUint64(at + i * 8, true))))
    const [a, b, c, d] = lanes as [bigint, bigint, bigint, bigint]
    h = word(rotate(a, 1n) + rotate(b, 7n) + rotate(c, 12n) + rotate(d, 18n))
    for (const lane of lanes) h = word((h ^ round(0n, lane)) * P1 + P4)
  } else h = word(seed + P5)
  h = word(h + BigInt(bytes.length))
  for (; at + 8 <= bytes.length; at += 8)
    h = word(rotate(h ^ round(0n, view.getBigUint64(at, true)), 27n) * P1 + P4)
  if (at + 4 <= bytes.length) {
    h = word(rotate(h ^ word(BigInt(view.getUint32(at, true)) * P1), 23n) * P2 + P3)
    at += 4
  }
  for (; at < bytes.length; at++)
    h = word(rotate(h ^ word(BigInt(view.getUint8(at)) * P5), 11n) * P1)
  h = word((h ^ (h >> 33n)) * P2)
  h = word((h ^ (h >> 29n)) * P3)
  return h ^ (h >> 32n)
}

/** As the scanner writes the id of a record that has none. */
export function hashId(text: string): string {
  return xxh64(Buffer.from(text), 42n).toString(16).padStart(16, '0')
}
