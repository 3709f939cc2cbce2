// Batches as the converter reads them: what is left out of each, and that nothing else is.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { loadAddon } from '../../front/native/load.js'
import { literal } from '../../sql/text.js'
import type { ConvertedBatch } from '../engine.js'
import { DuckDbConverter } from './converter.js'
import { type DuckDbEngine, openDuckDb } from './open.js'

let engine: DuckDbEngine
let converter: DuckDbConverter
let root: string
let folders = 0
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'headrig-duplicates-'))
  engine = await openDuckDb({
    memoryLimitBytes: 1 << 29,
    threads: 2,
    tempFolder: join(root, 'spill'),
  })
  const addon = process.env['HEADRIG_FRONT'] === 'portable' ? undefined : loadAddon().addon
  converter = new DuckDbConverter(engine, { threads: 2, arenaBytes: 8 << 20, addon })
})
afterAll(async () => {
  await converter.close()
  engine.close()
  rmSync(root, { recursive: true, force: true })
})

async function convert(texts: readonly string[], keepDuplicates = false): Promise<ConvertedBatch> {
  const folder = join(root, String(folders++))
  mkdirSync(folder)
  const objects = texts.map((text, i) => {
    const localPath = join(folder, `object-${i}.gz`)
    const bytes = gzipSync(text)
    writeFileSync(localPath, bytes)
    return { uri: `file://${localPath}`, key: `object-${i}`, size: bytes.length, localPath }
  })
  return converter.convert({
    objects,
    fetch: () => Promise.reject(new Error('all objects are local')),
    format: 'auto',
    folder,
    ingestedAt: new Date(0),
    keepDuplicates,
    signal: new AbortController().signal,
  })
}

interface Finished {
  /** Ids of what is left, sorted. */
  readonly ids: string[]
  readonly paths: string[]
  /** Rows and copies of each object. */
  readonly counts: (readonly [rows: number, duplicates: number])[]
}

/** What committing does with a batch of one log type. */
async function finish(batch: ConvertedBatch, lake: readonly string[] = []): Promise<Finished> {
  const [table, ...more] = batch.tables
  if (!table) return { ids: [], paths: [], counts: [] }
  expect(more).toEqual([])
  const left = await table.dropDuplicates(lake)
  const paths = (await table.encode()).map((f) => f.path)
  const counts = batch.outcomes
    .toSorted((a, b) => a.index - b.index)
    .map((o) => {
      const uri = [...left.keys()].find((u) => u.endsWith(`object-${o.index}.gz`)) ?? ''
      const later = left.get(uri) ?? 0
      return [o.rows - later, o.repeats + later] as const
    })
  await table.discard()
  if (paths.length === 0) return { ids: [], paths, counts }
  const connection = await engine.connect()
  const list = paths.map((p) => literal(p)).join(', ')
  const result = await connection.run(
    `SELECT event_id FROM read_parquet([${list}], union_by_name = true) ORDER BY 1`,
  )
  const ids = (await result.getRows()).map(([id]) => String(id))
  connection.closeSync()
  return { ids, paths, counts }
}

const trail = (id: string, name = 'One', more = ''): string =>
  `{"eventVersion":"1.08","eventTime":"2024-01-15T08:00:00Z","eventSource":"ec2.amazonaws.com","eventName":"${name}","eventID":"${id}"${more}}`
const trails = (...records: readonly string[]): string => `{"Records":[${records.join(',')}]}`
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) => from + i)
const hello = (n: number): string => `{"at":"2024-01-15T08:00:00Z","said":"hello ${n}"}`
const greetings = (...numbers: readonly number[]): string => numbers.map(hello).join('\n')

it('the same batch, read again after it was not committed, loses nothing', async () => {
  const texts = [trails(trail('a'), trail('b')), trails(trail('b'), trail('c'))]
  const first = await finish(await convert(texts))
  const second = await finish(await convert(texts))
  expect(first.ids).toEqual(['a', 'b', 'c'])
  expect(second.ids).toEqual(first.ids)
  expect(second.counts.map(([rows, copies]) => rows + copies)).toEqual([2, 2])
})

it('no forged id hides a record; what is equal but spelled otherwise counts once', async () => {
  const spelled = trail('a').replace('{"eventVersion":"1.08",', '{ "eventVersion" : "1.08",')
  const read = await finish(
    await convert([
      trails(trail('a'), trail('b')),
      trails(trail('a', 'Forged'), spelled, trail('a', 'One', ',"note":1'), trail('b')),
    ]),
  )
  expect(read.ids).toEqual(['a', 'a', 'a', 'b'])
  expect(read.counts.map(([rows, copies]) => rows + copies)).toEqual([2, 4])
  expect(read.counts.reduce((sum, [, copies]) => sum + copies, 0)).toBe(2)
})

it('copies are found in the lake as well, and those of a batch still count once', async () => {
  const { paths } = await finish(await convert([trails(trail('a'), trail('b'), trail('c', 'One'))]))
  const next = trails(trail('b'), trail('c', 'Two'), trail('d'), trail('d'), trail('b'))
  const read = await finish(await convert([next]), paths)
  expect(read).toMatchObject({ ids: ['c', 'd'], counts: [[2, 3]] })
  const gone = await finish(await convert([trails(trail('a'), trail('b'))]), paths)
  expect(gone).toMatchObject({ ids: [], paths: [], counts: [[0, 2]] })
})

it('all copies stay when that is asked for', async () => {
  const batch = await convert([greetings(1, 1, 2), greetings(2)], true)
  expect(batch.outcomes.map((o) => o.repeats)).toEqual([0, 0])
  const files = await batch.tables[0]?.encode()
  expect(files?.map((f) => f.stats.numRecords)).toEqual([4])
})

it('a batch of more records than fingerprints find place for is looked through by its ids', async () => {
  const numbers = range(0, 6000)
  const texts = [greetings(...numbers), greetings(...numbers.slice(5900), 7000)]
  const batch = await convert(texts)
  const repeats = batch.outcomes.reduce((sum, o) => sum + o.repeats, 0)
  // What was too much for the table has no copies yet; the engine finds them.
  expect(repeats).toBeLessThan(100)
  const read = await finish(batch)
  expect(read.ids).toHaveLength(6001)
  expect(read.counts.map(([rows, copies]) => rows + copies)).toEqual([6000, 101])
  expect(read.counts.reduce((sum, [, copies]) => sum + copies, 0)).toBe(100)
})

it('a batch with ever so many ids of two contents is looked through as a whole', async () => {
  const ids = range(0, 10_100).map((n) => `id-${n * 7919}`)
  const texts = [
    trails(...ids.map((id) => trail(id))),
    trails(...ids.map((id) => trail(id).replace('{', '{ '))),
    trails(...ids.slice(0, 5).map((id) => trail(id, 'Forged'))),
  ]
  const read = await finish(await convert(texts))
  expect(read.ids).toHaveLength(10_105)
  expect(read.counts.reduce((sum, [, copies]) => sum + copies, 0)).toBe(10_100)
})

it('two threads leave out what the other has', async () => {
  // Too much for one thread: 200 objects of their own, then each of them again.
  const objects = range(0, 200).map((n) => greetings(...range(n * 50, n * 50 + 50)))
  const read = await finish(await convert([...objects, ...objects.toReversed()]))
  expect(read.ids).toHaveLength(10_000)
  expect(new Set(read.ids).size).toBe(10_000)
  expect(read.counts.reduce((sum, [, copies]) => sum + copies, 0)).toBe(10_000)
  for (const [rows, copies] of read.counts) expect(rows + copies).toBe(50)
})
