// Copies of records are left out of what readers write, and counted for their objects.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { FORMATS } from '../formats/index.js'
import { Fingerprints, fingerprintBytes } from './fingerprints.js'
import { ObjectReader } from './reader.js'
import { loadZstd } from './zstd.js'

let folder: string
beforeAll(async () => {
  await loadZstd()
  folder = mkdtempSync(join(tmpdir(), 'headrig-sift-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const batchOf = (key = 1) => ({
  fingerprints: new Fingerprints(new SharedArrayBuffer(fingerprintBytes(1 << 20, 4 << 20))),
  key: new Uint8Array(16).fill(key),
})

interface Result {
  /** Rows in each file, and in all. */
  readonly files: number[]
  written: number
  readonly repeats: Map<number, number>
  readonly ids: string[]
}

interface Reading {
  readonly result: Result
  readonly reader: ObjectReader
}

function newReader(batch?: ReturnType<typeof batchOf>, arenaBytes = 1 << 20): Reading {
  const result: Result = { files: [], written: 0, repeats: new Map(), ids: [] }
  const reader = new ObjectReader({
    formats: FORMATS,
    ...(batch ? { batch } : {}),
    folder,
    limits: { arenaBytes, slotBytes: arenaBytes },
    ingestedAt: new Date(0),
    createdBy: 'test',
    onSifted: (_format, { repeats, ids }) => {
      for (const [o, n] of repeats) result.repeats.set(o, (result.repeats.get(o) ?? 0) + n)
      result.ids.push(...ids)
    },
    onWritten: (file) => {
      result.files.push(file.stats.numRecords)
      result.written += file.stats.numRecords
    },
    onRejects: () => {},
  })
  return { result, reader }
}

async function give(reader: ObjectReader, index: number, text: string): Promise<number> {
  const bytes = Buffer.from(text)
  const key = `object-${index}`
  const { rows, state } = await reader.read({ index, uri: key, key, size: bytes.length, bytes })
  expect(state).toBe('done')
  return rows
}

async function readAll(
  objects: readonly string[],
  batch?: ReturnType<typeof batchOf>,
  arenaBytes?: number,
): Promise<Result & { readonly rows: number[] }> {
  const { reader, result } = newReader(batch, arenaBytes)
  const rows: number[] = []
  for (const [index, text] of objects.entries()) rows.push(await give(reader, index, text))
  reader.flush()
  return { ...result, rows }
}

const hello = (n: number, more = ''): string =>
  `{"at":"2024-01-15T08:00:00Z","said":"hello ${n}"${more}}`
const greetings = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) => `${hello(from + i)}\n`).join('')
const trail = (id: string, name: string): string =>
  `{"eventVersion":"1.08","eventTime":"2024-01-15T08:00:00Z","eventSource":"ec2.amazonaws.com","eventName":"${name}","eventID":"${id}"}`
const trails = (...records: readonly string[]): string => `{"Records":[${records.join(',')}]}`

it('each object knows its own copies, though its rows are in several files', async () => {
  const objects = [
    greetings(0, 3000),
    greetings(1000, 4000),
    greetings(0, 10),
    greetings(3990, 4010),
  ]
  const read = await readAll(objects, batchOf(), 1 << 17)
  expect(read.files.length).toBeGreaterThan(2)
  expect(read.rows).toEqual([3000, 3000, 10, 20])
  expect([...read.repeats]).toEqual([
    [1, 2000],
    [2, 10],
    [3, 10],
  ])
  expect(read.written).toBe(4010)
  expect(read.ids).toEqual([])
})

it('there is no file where nothing is left, and none of a day of which nothing is', async () => {
  const batch = batchOf()
  const days = `${hello(1)}\n${hello(2).replace('15T', '16T')}\n`
  expect((await readAll([days], batch)).files).toEqual([1, 1])
  const again = await readAll([days], batch)
  expect(again).toMatchObject({ files: [], rows: [2], repeats: new Map([[0, 2]]) })
  expect((await readAll([days + hello(3)], batch)).files).toEqual([1])
})

it('copies stay when no batch is given', async () => {
  const read = await readAll([greetings(0, 5), greetings(0, 5)])
  expect(read).toMatchObject({ written: 10, repeats: new Map() })
})

it('other orders of fields, and other log types, do not meet', async () => {
  const line = '1705305600 1705305660 1705305720'
  const flows = `start end version\n${line}\n${line}\n`
  const others = `end start version\n${line}\n`
  const read = await readAll([flows, others, flows], batchOf())
  expect(read).toMatchObject({ written: 2, rows: [2, 1, 2] })
  expect([...read.repeats]).toEqual([
    [0, 1],
    [2, 2],
  ])
})

it('an id that comes with other content is told, and both are kept', async () => {
  const read = await readAll(
    [
      trails(trail('a', 'One'), trail('b', 'One'), trail('a', 'Two')),
      trails(trail('a', 'One'), trail('b', 'Two'), trail('\\u0063', 'One'), trail('c', 'Two')),
    ],
    batchOf(),
  )
  expect(read).toMatchObject({ written: 6, ids: ['a', 'b', 'c'] })
  expect([...read.repeats]).toEqual([[1, 1]])
})

it('a record that is spelled otherwise is kept, and its id told', async () => {
  const spelled = trail('a', 'One').replace('{', '{ ')
  const read = await readAll([trails(trail('a', 'One'), spelled)], batchOf())
  expect(read).toMatchObject({ written: 2, ids: ['a'] })
})

it('records without an id are never told as having the same', async () => {
  const bare = (name: string): string => trail('x', name).replace(',"eventID":"x"', '')
  const read = await readAll([trails(bare('One'), bare('Two'), bare('One'))], batchOf())
  expect(read).toMatchObject({ written: 2, ids: [] })
})

it('readers of one batch leave out what the other has, whoever is first', async () => {
  const part = fc.array(fc.nat(30), { maxLength: 12 })
  const objects = fc.array(fc.record({ by: fc.nat(1), records: part, flush: fc.boolean() }), {
    maxLength: 10,
  })
  await fc.assert(
    fc.asyncProperty(objects, async (list) => {
      const batch = batchOf()
      const readers = [newReader(batch, 1 << 16), newReader(batch, 1 << 16)] as const
      let rows = 0
      for (const [index, { by, records, flush }] of list.entries()) {
        const { reader } = readers[by as 0 | 1]
        if (records.length > 0)
          rows += await give(reader, index, records.map((n) => hello(n)).join('\n'))
        if (flush) reader.flush()
      }
      for (const { reader } of readers) reader.flush()
      const all = list.flatMap(({ records }) => records)
      const written = readers.reduce((sum, { result }) => sum + result.written, 0)
      const repeats = readers.flatMap(({ result }) => [...result.repeats])
      expect(rows).toBe(all.length)
      expect(written).toBe(new Set(all).size)
      expect(written + repeats.reduce((sum, [, n]) => sum + n, 0)).toBe(all.length)
      for (const [object, count] of repeats)
        expect(count).toBeLessThanOrEqual(list[object]?.records.length ?? 0)
    }),
    { numRuns: 60 },
  )
})

it('readers with other keys do not agree on what is equal', async () => {
  const { fingerprints } = batchOf()
  const text = greetings(0, 10)
  await readAll([text], { fingerprints, key: new Uint8Array(16).fill(1) })
  const other = await readAll([text], { fingerprints, key: new Uint8Array(16).fill(2) })
  expect(other.written).toBe(10)
})
