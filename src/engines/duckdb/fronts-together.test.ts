// What the native front gives up goes to the portable one, and each record is still there once.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { trailBytes, trailRecord } from '../../../test/support/collect-logs.js'
import { addedUp } from '../../../test/support/front/progress.js'
import { silentLogger } from '../../core/logger.js'
import type { NativeAddon } from '../../front/native/addon.js'
import { loadAddon } from '../../front/native/load.js'
import { literal } from '../../sql/text.js'
import { DuckDbConverter } from './converter.js'
import { type DuckDbEngine, openDuckDb } from './open.js'

let engine: DuckDbEngine
let root: string
let folders = 0
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'headrig-fronts-'))
  const tempFolder = join(root, 'spill')
  engine = await openDuckDb({ memoryLimitBytes: 1 << 29, threads: 2, tempFolder })
})
afterAll(() => {
  engine.close()
  rmSync(root, { recursive: true, force: true })
})

/** An addon whose threads answer as they are told to. */
function standIn(answer: (tasks: readonly { index: number }[]) => object): NativeAddon {
  return {
    version: () => '',
    Copies: class {
      complete = true
      begin = () => undefined
    },
    FrontThread: class {
      readonly listener: (told: string) => void
      constructor(_setup: string, listener: (told: string) => void) {
        this.listener = listener
      }
      begin(): void {}
      read(text: string): void {
        this.#tell(answer((JSON.parse(text) as { tasks: { index: number }[] }).tasks))
      }
      flush(): void {
        this.#tell({ kind: 'flushed', rejects: null })
      }
      close = () => Promise.resolve()
      #tell(told: object): void {
        setImmediate(() => this.listener(JSON.stringify(told)))
      }
    },
  }
}

const NOTHING = { format: null, rows: 0, rejected: 0, textBytes: 0 }

async function convert(addon: NativeAddon | undefined, objects: readonly Uint8Array[]) {
  const folder = join(root, String(folders++))
  mkdirSync(folder)
  const warnings: string[] = []
  const { progress, onProgress } = addedUp()
  const logger = { ...silentLogger, warn: (text: string) => void warnings.push(text) }
  const converter = new DuckDbConverter(engine, { threads: 2, arenaBytes: 8 << 20, addon, logger })
  try {
    const batch = await converter.convert({
      objects: objects.map((bytes, i) => {
        const uri = `s3://b/object-${i}`
        const place = { uri, key: `object-${i}`, size: bytes.length }
        if (i % 2 === 0) return place
        const localPath = join(folder, `in-${i}`)
        writeFileSync(localPath, bytes)
        return { ...place, localPath }
      }),
      fetch: (index) => Promise.resolve(Uint8Array.from(objects[index] as Uint8Array)),
      format: 'auto',
      folder,
      ingestedAt: new Date(0),
      keepDuplicates: false,
      signal: new AbortController().signal,
      onProgress,
    })
    const paths: string[] = []
    for (const table of batch.tables) {
      await table.dropDuplicates([])
      paths.push(...(await table.encode()).map((f) => f.path))
      await table.discard()
    }
    const connection = await engine.connect()
    const from = `read_parquet([${paths.map(literal).join(', ')}], union_by_name = true)`
    const rows = await connection.runAndReadAll(`SELECT event_id FROM ${from} ORDER BY 1`)
    connection.closeSync()
    const ids = rows.getRows().map(([id]) => String(id))
    const outcomes = batch.outcomes.toSorted((a, b) => a.index - b.index)
    return { ids, outcomes, progress, warnings }
  } finally {
    await converter.close()
  }
}

const trail = (...numbers: number[]): Uint8Array => trailBytes(numbers.map((n) => trailRecord(n)))
const OBJECTS = [trail(1, 2), trail(2, 3), trail(4), trail(5, 1)]

test.each<[string, (tasks: readonly { index: number }[]) => object, number]>([
  [
    'objects that it is not made for',
    (tasks) => ({
      kind: 'outcomes',
      outcomes: tasks.map(({ index }) => ({ ...NOTHING, index, state: 'portable' })),
    }),
    0,
  ],
  ['a thread that breaks', () => ({ kind: 'broken', message: 'a bug: here' }), 1],
  [
    'a file that it names and is not there',
    () => ({
      kind: 'written',
      formatId: 'aws_cloudtrail',
      file: { path: join(root, 'none', 'x'), columns: [], chunks: [], rows: 0, day: 0 },
    }),
    1,
  ],
])('%s', async (_, answer, warned) => {
  const expected = await convert(undefined, OBJECTS)
  const got = await convert(standIn(answer), OBJECTS)
  expect(got.ids).toEqual(expected.ids)
  expect(got.outcomes).toEqual(expected.outcomes)
  expect(got.progress).toEqual(expected.progress)
  expect(got.warnings).toHaveLength(warned)
})

test.skipIf(loadAddon().addon === undefined)(
  'a record that both fronts read is kept once',
  async () => {
    const records = Array.from({ length: 400 }, (_, n) => trailRecord(n))
    // Cut off in the middle: the portable front saves what comes before.
    const long = gzipSync(JSON.stringify({ Records: records }), { level: 0 })
    const objects = [...OBJECTS, long.subarray(0, long.length - 200), trail(399)]
    const expected = await convert(undefined, objects)
    const got = await convert(loadAddon().addon, objects)
    expect(got.ids).toEqual(expected.ids)
    expect(new Set(got.ids).size).toBe(got.ids.length)
    expect(got.ids.length).toBeGreaterThan(100)
    expect(got.progress).toEqual(expected.progress)
    expect(got.warnings).toEqual([])
    const counts = (of: typeof got) =>
      of.outcomes.map(({ format, rejected, state, error }) => [format, rejected, state, error])
    expect(counts(got)).toEqual(counts(expected))
  },
)
