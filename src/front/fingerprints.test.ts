import { Worker } from 'node:worker_threads'
import { existsSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Fingerprints, fingerprintBytes, type Meeting } from './fingerprints.js'

const LARGEST = 64 << 20

interface Item {
  readonly id: number
  readonly content: number
}

const table = (storedBytes = 0): Fingerprints =>
  new Fingerprints(new SharedArrayBuffer(fingerprintBytes(storedBytes, LARGEST)))

/** Spread over all bits, as hashes are, and different for different numbers. */
const mix = (n: number): number => Math.imul(n + 1, 0x9e37_79b1) >>> 0

function add(into: Fingerprints, items: readonly Item[]): Meeting[] {
  const ids = Uint32Array.from(items.flatMap(({ id }) => [mix(id), mix(id * 3)]))
  const prints = Uint32Array.from(
    items.flatMap(({ content: c }) => [mix(c) & ~1, c, mix(c + 7), 0]),
  )
  const met: Meeting[] = []
  into.add(items.length, ids, prints, (i, meeting) => (met[i] = meeting))
  return met
}

const itemOf = fc.record({ id: fc.nat(20), content: fc.nat(5) })

describe('fingerprints of a batch', () => {
  it('tell what came before as a map of everything does, in whatever pieces it comes', () => {
    fc.assert(
      fc.property(fc.array(fc.array(itemOf, { maxLength: 40 }), { maxLength: 8 }), (pieces) => {
        const fingerprints = table()
        const seen = new Map<number, Set<number>>()
        for (const piece of pieces) {
          const met = add(fingerprints, piece)
          piece.forEach(({ id, content }, i) => {
            const contents = seen.get(id) ?? new Set()
            expect(met[i]).toBe(
              contents.has(content) ? 'again' : contents.size > 0 ? 'same-id' : 'new',
            )
            seen.set(id, contents.add(content))
          })
        }
        expect(fingerprints.complete).toBe(true)
        expect(fingerprints.size).toBe([...seen.values()].reduce((sum, s) => sum + s.size, 0))
      }),
    )
  })

  it('decide by each of the words of a content, and by the id', () => {
    const base = [2, 3, 4, 0]
    const fingerprints = table()
    const meet = (id: readonly number[], print: readonly number[]): Meeting => {
      let met: Meeting | undefined
      fingerprints.add(1, Uint32Array.from(id), Uint32Array.from(print), (_, m) => (met = m))
      return met as Meeting
    }
    expect(meet([1, 9], base)).toBe('new')
    expect(meet([1, 9], base)).toBe('again')
    for (const word of [0, 1, 2]) expect(meet([1, 9], base.with(word, 1 << 20))).toBe('same-id')
    expect(meet([2, 9], base)).toBe('new')
    expect(meet([1, 9], [0, 0, 0, 0])).toBe('same-id')
    expect(meet([1, 9], [0, 0, 0, 0])).toBe('again')
  })

  it('that are full still know what they hold, lose nothing, and say that they are not complete', () => {
    const fingerprints = table()
    const items = Array.from({ length: 5000 }, (_, id) => ({ id, content: id }))
    expect(add(fingerprints, items).every((m) => m === 'new')).toBe(true)
    expect(fingerprints.complete).toBe(false)
    const places = (fingerprintBytes(0, LARGEST) - 64) / 16
    expect(fingerprints.size).toBe(places * (13 / 16))
    const again = add(fingerprints, items)
    expect(again.slice(0, fingerprints.size).every((m) => m === 'again')).toBe(true)
    expect(again.slice(fingerprints.size).every((m) => m === 'new')).toBe(true)
  })

  it('of one id with ever other contents do not take for ever', () => {
    const fingerprints = table(64 << 20)
    const items = Array.from({ length: 20_000 }, (_, content) => ({ id: 1, content }))
    const met = add(fingerprints, items)
    expect(met[0]).toBe('new')
    expect(met.slice(1).every((m) => m === 'same-id')).toBe(true)
    expect(fingerprints.complete).toBe(false)
    expect(fingerprints.size).toBe(1024)
  })

  it('take four times the memory of the batch as it is stored, within bounds', () => {
    expect(fingerprintBytes(0, LARGEST)).toBe(64 + (64 << 10))
    expect(fingerprintBytes(1_000_001, LARGEST)).toBe(64 + 4_000_016)
    expect(fingerprintBytes(2 ** 40, LARGEST)).toBe(64 + LARGEST)
    expect(fingerprintBytes(2 ** 40, 0)).toBe(64 + (64 << 10))
  })
})

it('threads that add the same records at once let each in once', async () => {
  const built = new URL('../../dist/front/fingerprints.js', import.meta.url)
  expect(existsSync(built), 'npm run build comes first').toBe(true)
  const source = `
    import { parentPort, workerData } from 'node:worker_threads'
    const { Fingerprints } = await import(workerData.module)
    const { memory, start, records } = workerData
    const mix = (n) => Math.imul(n + 1, 0x9e3779b1) >>> 0
    const table = new Fingerprints(memory)
    const gate = new Int32Array(start)
    Atomics.add(gate, 0, 1)
    while (Atomics.load(gate, 0) < 3);
    let fresh = 0
    for (let piece = 0; piece < records; piece += 50) {
      const order = Array.from({ length: 50 }, (_, i) => piece + i)
      const ids = Uint32Array.from(order.flatMap((n) => [mix(n), mix(n * 3)]))
      const prints = Uint32Array.from(order.flatMap((n) => [mix(n), n, mix(n + 7), 0]))
      table.add(50, ids, prints, (_, met) => { if (met === 'new') fresh++ })
    }
    parentPort.postMessage(fresh)`
  const memory = new SharedArrayBuffer(fingerprintBytes(1 << 20, LARGEST))
  const start = new SharedArrayBuffer(4)
  const records = 20_000
  const url = new URL(`data:text/javascript,${encodeURIComponent(source)}`)
  const fresh = await Promise.all(
    Array.from(
      { length: 3 },
      () =>
        new Promise<number>((resolve, reject) => {
          const workerData = { memory, start, records, module: built.href }
          const worker = new Worker(url, { workerData })
          worker.once('message', resolve)
          worker.once('error', reject)
        }),
    ),
  )
  expect(fresh.reduce((a, b) => a + b, 0)).toBe(records)
  const all = new Fingerprints(memory)
  expect(all.size).toBe(records)
  expect(all.complete).toBe(true)
  expect(add(all, [{ id: 5, content: 5 }])).toEqual(['again'])
}, 20_000)
