// SipHash-1-3 with 128 bits against vectors of another implementation: OpenSSL 3.0,
// `openssl mac -macopt hexkey:<00 … 0f> -macopt size:16 -macopt c-rounds:1 -macopt d-rounds:3 SIPHASH`
// over the bytes 00, 01, 02, … of each length.
import { expect, it } from 'vitest'
import { newFront } from './wasm.js'

const VECTORS: readonly (readonly [length: number, hex: string])[] = [
  [0, 'e77ebcb22788a5befd62db6add303001'],
  [1, 'fc6f370460d3eda85e0573cc2b2ff063'],
  [2, '75787f090569839b855bc9548c6aea95'],
  [3, '6bc5ccfa1edcf79f4823187712ebd743'],
  [7, '1084b923f2aae0c3a62f2ec80848ab77'],
  [8, 'aa12fee1d5e3dab4724f16ab35f9c799'],
  [9, '81ddb8042cf33994f4720e0094137c42'],
  [15, 'c17e5505b2bd526c2921cdec1e7e0109'],
  [16, 'd0a8d95715518eebb513b0f83d9e1793'],
  [17, '234126f93fbb668d975112e8febdf7ec'],
  [31, '42ea961c5b3c858b17c3e550dfa79010'],
  [32, '406c44dee67857b2943160f30c7417d3'],
  [33, 'c5f57bae1320fcf4b4e868e71d56c66b'],
  [63, '4c5800e34efe426f079f6b0aa75260ad'],
  [64, '1253def24b4aa5364ec8a759ba6a66c2'],
  [100, 'f5b5ac6ce178def62167de514156b939'],
  [255, 'f528a4c10a2158a5f1a465d0aebb3ee9'],
  [256, 'f56c8b243a0c025a6a687aa2b99c707a'],
  [1000, 'e782faff9d1d1648254286a620d3f3fa'],
]

it.each(VECTORS)('of %i bytes is %s', (length, hex) => {
  const front = newFront()
  const at = front.heapBase()
  front.ensure(at, length + 32)
  const bytes = Uint8Array.from({ length }, (_, i) => i & 0xff)
  const memory = new Uint8Array(front.memory.buffer)
  // What lies behind must not matter.
  memory.fill(0xa5, at, at + length + 32)
  memory.set(bytes, at)
  front.setPrintKey(0x07_06_05_04_03_02_01_00n, 0x0f_0e_0d_0c_0b_0a_09_08n)
  const out = (at + length + 15) & ~15
  front.sipHash(at, length, out)
  expect(Buffer.from(front.memory.buffer, out, 16).toString('hex')).toBe(hex)
})
