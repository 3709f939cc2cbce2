// Lines of fields against a plain second reading of them; and the texts that become values.
import { isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cut } from '../../test/support/front/documents.js'
import { files, readLines } from '../../test/support/front/flow-lines.js'
import { scan, sourceKeys } from '../../test/support/front/scan.js'
import { vpcFlow, VPC_FLOW_V2 } from '../formats/aws/vpc-flow.js'

const V2 =
  '2 111122223333 eni-0a1b2c3d 192.0.2.1 198.51.100.2 443 50000 6 10 840 1705305600 1705305660 ACCEPT OK'

describe('lines of fields', () => {
  it('are read as the model reads them', () => {
    fc.assert(
      fc.property(files, (text) => {
        expect(scan(vpcFlow, [text])).toEqual(readLines(text))
      }),
      { numRuns: 500 },
    )
  })

  it('are read the same whatever the pieces, with little memory', () => {
    fc.assert(
      fc.property(files, fc.array(fc.nat(), { maxLength: 12 }), (text, places) => {
        const limits = { arenaBytes: 4096, slotBytes: 1 }
        expect(scan(vpcFlow, cut(Buffer.from(text), places), limits)).toEqual(readLines(text))
      }),
      { numRuns: 300 },
    )
  })

  it('are read by the order asked for until a header says otherwise', () => {
    const order = ['dstaddr', 'srcaddr', 'start']
    const text = `192.0.2.1 192.0.2.2 1\nsrcaddr dstaddr start\n192.0.2.1 192.0.2.2 2\n`
    const { rows, rejects } = scan(vpcFlow, [text], undefined, order)
    expect(rejects).toEqual([])
    expect(rows.map((r) => r.slots['srcaddr'])).toEqual(['192.0.2.2', '192.0.2.1'])
    expect(scan(vpcFlow, [text], undefined, order)).toEqual(readLines(text, order))
  })

  it('that only look like a header are rejected, each once', () => {
    const odd = ['version x y', 'version', 'version x y', VPC_FLOW_V2.slice(0, 6).join(' x ')]
    const text = [V2, ...odd, V2].join('\n')
    const { rows, rejects } = scan(vpcFlow, [text])
    expect(rows.map((r) => r.record)).toEqual([1, 6])
    expect(rejects.map((r) => r.raw)).toEqual(odd)
  })

  it('with more fields than a table can have are rejected, and so is such a header', () => {
    const wide = Array.from({ length: 200 }, (_, i) => `${i}`).join(' ')
    const header = Array.from({ length: 15 }, () => VPC_FLOW_V2.join(' ')).join(' ')
    const huge = `${VPC_FLOW_V2.join(' ')} ${'x'.repeat(2 << 20)}`
    const text = [wide, header, huge, wide, V2].join('\n')
    const { rows, rejects } = scan(vpcFlow, [text], { arenaBytes: 16 << 20, slotBytes: 1 << 20 })
    expect(rows.map((r) => r.slots['srcaddr'])).toEqual(['192.0.2.1'])
    expect(rejects.map((r) => r.row)).toEqual([1, 2, 3, 4])
  })

  it('cannot be asked for with more fields than a table can have', () => {
    const order = Array.from({ length: 129 }, (_, i) => `f${i}`)
    expect(() => scan(vpcFlow, [V2], undefined, order)).toThrow(/129 fields in a line/)
  })

  it('longer than the arena are rejected, and the next is read', () => {
    const limits = { arenaBytes: 4096, slotBytes: 1 }
    for (const length of [4000, 4096, 5000, 100_000]) {
      const text = `${V2}\n${'1 '.repeat(length / 2)}\n${V2}\n`
      const bytes = Buffer.from(text)
      const places = Array.from({ length: 40 }, (_, i) => i * 1021)
      const { rows, rejects } = scan(vpcFlow, cut(bytes, places), limits)
      expect(rows.map((r) => r.record)).toEqual([1, 3])
      expect(rejects.map((r) => r.row)).toEqual([2])
    }
  })
})

/** The keys of these texts, as source addresses of a row each. */
function keysOf(texts: readonly string[]): (string | null)[] {
  return sourceKeys(vpcFlow, texts.map((t) => `${t} 0`).join('\n'), ['srcaddr', 'start'])
}

describe('addresses', () => {
  const group = fc.oneof(
    fc.integer({ min: 0, max: 0xffff }).map((n) => n.toString(16)),
    fc.constantFrom('0', '0000', 'FFFF', '12345', 'g', ''),
  )
  const quad = fc
    .array(
      fc.oneof(fc.integer({ min: 0, max: 260 }).map(String), fc.constantFrom('00', '01', '')),
      {
        minLength: 3,
        maxLength: 5,
      },
    )
    .map((parts) => parts.join('.'))
  const six = fc
    .tuple(
      fc.array(group, { maxLength: 9 }),
      fc.constantFrom('', '::', ':'),
      fc.array(group, { maxLength: 8 }),
      fc.oneof(fc.constant(''), quad),
    )
    .map(([a, gap, b, v4]) =>
      [a.join(':') + gap + b.join(':'), v4].filter((s) => s !== '').join(':'),
    )
  const text = fc.oneof(fc.ipV4(), fc.ipV6(), quad, six).filter((t) => t !== '' && t !== '-')

  it('have a key exactly when Node takes them for addresses', () => {
    fc.assert(
      fc.property(fc.uniqueArray(text, { minLength: 1, maxLength: 50 }), (texts) => {
        expect(keysOf(texts)).toEqual(texts.map(keyOf))
      }),
      { numRuns: 300 },
    )
  })

  it('have the keys that they are documented to have', () => {
    const keys: Readonly<Record<string, string | null>> = {
      '192.0.2.1': '00000000000000000000ffffc0000201',
      '::ffff:192.0.2.1': '00000000000000000000ffffc0000201',
      '2001:DB8::1': '20010db8000000000000000000000001',
      '::': '00000000000000000000000000000000',
      '1:2:3:4:5:6:7::': '00010002000300040005000600070000',
      'fe80::1%eth0': null,
      '192.0.2.01': null,
      '192.0.2': null,
      '1:2:3:4:5:6:7:8:9': null,
      'AWS-Internal': null,
    }
    expect(keysOf(Object.keys(keys))).toEqual(Object.values(keys))
  })
})

/** 32 hex digits of an address, spelled out the long way. */
function keyOf(address: string): string | null {
  const version = isIP(address)
  if (version === 0 || address.includes('%')) return null
  const hex4 = (a: number, b: number): string => ((a << 8) | b).toString(16)
  const dotted = (v4: string): string => {
    const [a, b, c, d] = v4.split('.').map(Number) as [number, number, number, number]
    return `${hex4(a, b)}:${hex4(c, d)}`
  }
  const full =
    version === 4
      ? `0:0:0:0:0:ffff:${dotted(address)}`
      : address.replace(/(\d+\.){3}\d+$/, (v4) => dotted(v4))
  const [head = '', tail] = full.split('::')
  const parts = (s: string): string[] => (s === '' ? [] : s.split(':'))
  const before = parts(head)
  const behind = tail === undefined ? [] : parts(tail)
  const zeros = Array.from({ length: 8 - before.length - behind.length }, () => '0')
  return [...before, ...zeros, ...behind].map((p) => p.toLowerCase().padStart(4, '0')).join('')
}
