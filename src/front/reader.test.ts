// Objects as they are stored: encodings, compressions, damage; what is counted for each.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { FORMATS } from '../formats/index.js'
import { ObjectReader, type ReadOutcome } from './reader.js'
import type { Reject } from './scanner.js'
import { loadZstd } from './zstd.js'

let folder: string
beforeAll(async () => {
  await loadZstd()
  folder = mkdtempSync(join(tmpdir(), 'headrig-reader-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Read extends ReadOutcome {
  readonly rejects: readonly Reject[]
  /** Rows in the files that were written. */
  readonly written: number
}

let files = 0
/** Reads objects with one reader: from files, or from bytes as a store gives them. */
async function readAll(
  objects: readonly (Uint8Array | string)[],
  inPlace = false,
): Promise<Read[]> {
  const rejects: Reject[][] = objects.map(() => [])
  const written: number[] = []
  const reader = new ObjectReader({
    formats: FORMATS,
    folder,
    limits: { arenaBytes: 1 << 18, slotBytes: 1 << 18 },
    ingestedAt: new Date(0),
    createdBy: 'test',
    onWritten: (file) => written.push(file.stats.numRecords),
    onRejects: (task, _format, list) => rejects[task.index]?.push(...list),
  })
  const outcomes: ReadOutcome[] = []
  for (const [index, object] of objects.entries()) {
    const bytes = Buffer.from(object)
    const path = join(folder, `object-${files++}`)
    writeFileSync(path, bytes)
    outcomes.push(
      await reader.read({
        index,
        uri: 'file:///object',
        key: 'object',
        // Large objects are streamed; this one is called large.
        size: inPlace ? 1 << 30 : bytes.length,
        ...(inPlace ? { path } : { bytes }),
      }),
    )
  }
  reader.flush()
  const sum = written.reduce((all, n) => all + n, 0)
  return outcomes.map((o, i) => ({ ...o, rejects: rejects[i] ?? [], written: sum }))
}

async function read(object: Uint8Array | string, inPlace = false): Promise<Read> {
  const [one] = await readAll([object], inPlace)
  return one as Read
}

const line = (i: number): string =>
  `{"at":"2024-01-15T08:00:00Z","who":"${['ada', 'b\u00e9b', '漢😀'][i % 3]}","said":"hello ${i * 7919}"}`
const lines = (count: number, end = '\n'): string =>
  Array.from({ length: count }, (_, i) => line(i) + end).join('')

const SIZES = [3, 20_000] as const

it.each(SIZES)('reads %i lines in any encoding, whole or in pieces', async (count) => {
  const text = `\uFEFF${lines(count, '\r\n')}`
  const encodings = [
    Buffer.from(text),
    Buffer.from(text, 'utf16le'),
    Buffer.from(text, 'utf16le').swap16(),
  ]
  for (const bytes of encodings) {
    for (const stored of [bytes, gzipSync(bytes)]) {
      for (const inPlace of [false, true]) {
        const { state, rows, rejected, written } = await read(stored, inPlace)
        expect({ state, rows, rejected, written }).toEqual({
          state: 'done',
          rows: count,
          rejected: 0,
          written: count,
        })
      }
    }
  }
})

it.each(SIZES)('keeps what came before a fault in %i lines of gzip', async (count) => {
  const bytes = gzipSync(lines(count))
  const hurt = Buffer.from(bytes)
  hurt.fill(0xff, Math.floor(bytes.length * 0.75))
  for (const stored of [bytes.subarray(0, Math.floor(bytes.length * 0.75)), hurt]) {
    for (const inPlace of [false, true]) {
      const { state, format, rows, rejects, rejected, written } = await read(stored, inPlace)
      expect({ state, format }).toEqual({ state: 'done', format: 'hello_world' })
      expect(rows).toBeGreaterThanOrEqual(Math.floor(count / 3))
      expect(rows).toBeLessThan(count)
      expect(written).toBe(rows)
      expect(rejected).toBe(rejects.length)
      expect(rejects.at(-1)?.reason).toMatch(/^corrupt gzip data/)
    }
  }
})

it('says that bytes were replaced, and keeps their record', async () => {
  const bytes = Buffer.from(lines(3))
  bytes[bytes.indexOf('hello')] = 0xff
  expect(await read(bytes)).toMatchObject({
    rows: 3,
    rejected: 0,
    error: 'bytes that are no UTF-8 were replaced by U+FFFD',
  })
})

it('accounts for objects in which there is nothing to read', async () => {
  expect(await read('')).toMatchObject({ state: 'skipped', rows: 0 })
  expect(await read('\uFEFF')).toMatchObject({ state: 'skipped', rows: 0 })
  expect(await read(gzipSync(''))).toMatchObject({ state: 'skipped', rows: 0 })
  expect(await read(gzipSync('').subarray(0, 12))).toMatchObject({ state: 'done', rejected: 1 })
  expect(await read('no log at all')).toMatchObject({ state: 'done', rejected: 1, rows: 0 })
  expect(await read(Buffer.from([0x1f, 0x8b, 0, 0, 0]))).toMatchObject({ rejected: 1, rows: 0 })
})

it('counts rows and rejects of each object for itself', async () => {
  const bad = `${line(1)}\nnonsense\n${line(2)}\n{"at":`
  const corrupt = gzipSync(lines(9)).subarray(0, 60)
  const all = await readAll([bad, lines(4), corrupt, line(5), bad])
  expect(all.map((o) => [o.rows, o.rejected, o.rejects.length])).toEqual([
    [2, 2, 2],
    [4, 0, 0],
    [all[2]?.rows, all[2]?.rejects.length, all[2]?.rejected],
    [1, 0, 0],
    [2, 2, 2],
  ])
  expect(all[0]?.written).toBe(all.reduce((sum, o) => sum + o.rows, 0))
})

it('a folder that cannot be written to ends the batch, not an object', async () => {
  const reader = new ObjectReader({
    formats: FORMATS,
    folder: join(folder, 'is not there'),
    limits: { arenaBytes: 1 << 18, slotBytes: 1 << 18 },
    ingestedAt: new Date(0),
    createdBy: 'test',
    onWritten: () => undefined,
    onRejects: () => undefined,
  })
  const task = (index: number, bytes: Uint8Array) => {
    return { index, uri: `file:///${index}`, key: 'object', size: bytes.length, bytes }
  }
  expect((await reader.read(task(0, Buffer.from(lines(10))))).state).toBe('done')
  // The rows of the first object are held; those of the second make them be written.
  await expect(reader.read(task(1, Buffer.from(lines(20_000))))).rejects.toThrow('ENOENT')
  await expect(reader.read(task(2, Buffer.from(lines(1))))).rejects.toThrow('ENOENT')
})
