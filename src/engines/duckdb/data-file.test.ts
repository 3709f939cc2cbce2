// Whatever values come, DuckDB reads back from a data file what was in the records.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { helloWorld } from '../../formats/hello-world.js'
import type { WrittenFile } from '../../front/parquet/data-file.js'
import { ObjectReader } from '../../front/reader.js'
import { loadZstd } from '../../front/zstd.js'
import { literal } from '../../sql/text.js'
import { readThrift } from '../parquet/thrift.js'
import { type DuckDbEngine, openDuckDb } from './open.js'

let engine: DuckDbEngine
let folder: string
beforeAll(async () => {
  await loadZstd()
  folder = mkdtempSync(join(tmpdir(), 'headrig-data-file-'))
  engine = await openDuckDb({
    memoryLimitBytes: 1 << 29,
    threads: 1,
    tempFolder: join(folder, 'spill'),
  })
})
afterAll(() => {
  engine.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Greeting {
  readonly at: string
  readonly who?: string | null
  readonly said: string | null
  readonly volume?: number
  readonly from_ip?: string
}

async function roundTrip(
  greetings: readonly Greeting[],
): Promise<{ files: WrittenFile[]; rows: Record<string, unknown>[] }> {
  const path = join(folder, 'greetings.ndjson')
  writeFileSync(path, greetings.map((g) => JSON.stringify(g)).join('\n'))
  const files: WrittenFile[] = []
  const reader = new ObjectReader({
    formats: [helloWorld],
    format: helloWorld,
    folder,
    ingestedAt: new Date(0),
    createdBy: 'headrig test',
    limits: { arenaBytes: 64 << 20, slotBytes: 32 << 20 },
    onWritten: (file) => files.push(file),
    onRejects: (_task, _format, rejects) => expect(rejects).toEqual([]),
  })
  const outcome = await reader.read({ index: 0, uri: 's3://logs/g', key: 'g', size: 1, path })
  expect(outcome).toMatchObject({ state: 'done', rows: greetings.length })
  reader.flush()
  const connection = await engine.connect()
  const list = files.map((f) => literal(f.path)).join(', ')
  const result = await connection.run(
    `SELECT * FROM read_parquet([${list}], union_by_name = true) ORDER BY source_row`,
  )
  const rows = (await result.getRowObjectsJson()) as Record<string, unknown>[]
  connection.closeSync()
  return { files, rows }
}

const text = fc.oneof(
  fc.constantFrom('', 'hello', 'hi', 'a'.repeat(300)),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
)
const greeting = fc.record(
  {
    at: fc
      .date({
        min: new Date('1999-12-30T00:00:00Z'),
        max: new Date('2000-01-02T00:00:00Z'),
        noInvalidDate: true,
      })
      .map((d) => d.toISOString()),
    who: fc.oneof(fc.constant(null), text),
    said: fc.oneof(fc.constant(null), text),
    volume: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    from_ip: fc.oneof(fc.ipV4(), fc.ipV6(), fc.constantFrom('AWS Internal', '2001:db8::7')),
  },
  { requiredKeys: ['at', 'said'] },
)

describe('a data file', () => {
  it('holds the values of random records, sorted by time, a file a day', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(greeting, { minLength: 1, maxLength: 200 }), async (greetings) => {
        const { files, rows } = await roundTrip(greetings)
        expect(
          rows.map((r) => [
            r['who'] ?? null,
            r['said'] ?? null,
            r['volume'] ?? null,
            r['source_ip'] ?? null,
          ]),
        ).toEqual(
          greetings.map((g) => [g.who ?? null, g.said, g.volume ?? null, g.from_ip ?? null]),
        )
        expect(
          rows.map((r) =>
            Date.parse(`${String(r['time']).replace(' ', 'T').replace(/\+00$/, 'Z')}`),
          ),
        ).toEqual(greetings.map((g) => Date.parse(g.at)))
        expect(files.map((f) => f.day).toSorted()).toEqual(
          [...new Set(greetings.map((g) => g.at.slice(0, 10)))].toSorted(),
        )
        expect(files.reduce((sum, f) => sum + f.stats.numRecords, 0)).toBe(greetings.length)
      }),
      { numRuns: 60 },
    )
  })

  it.each([
    ['few values', (i: number) => `who ${i % 7}`],
    ['values that never repeat', (i: number) => `${i * 2654435761}`.padStart(20, '0')],
    ['more values than a dictionary takes', (i: number) => `who ${(i * 7919) % 40_000}`],
    ['long values over several pages', (i: number) => `${i % 900}-${'x'.repeat(200)}`],
    [
      'long values that differ in the middle only',
      (i: number) => `${'a'.repeat(50)}${i % 5000}${'b'.repeat(50)}`,
    ],
    ['mostly nothing', (i: number) => (i % 1000 === 0 ? `who ${i}` : null)],
    ['runs', (i: number) => `who ${Math.floor(i / 5000)}`],
  ])('holds %s', async (_name, who) => {
    const greetings = Array.from({ length: 50_000 }, (_, i) => ({
      at: new Date(Date.UTC(2024, 0, 15) + i * 500).toISOString(),
      who: who(i),
      said: `${i % 3}`,
      volume: (i * 31) % 70_001,
    }))
    const { rows } = await roundTrip(greetings)
    expect(rows.map((r) => r['who'] ?? null)).toEqual(greetings.map((g) => g.who))
    expect(rows.map((r) => r['volume'])).toEqual(greetings.map((g) => g.volume))
  })

  it('says the range and the nulls of its columns', async () => {
    const { files } = await roundTrip([
      { at: '2024-01-15T08:00:00.000Z', who: 'b', said: 'x', from_ip: '10.0.0.9' },
      {
        at: '2024-01-15T09:00:00.123Z',
        who: `z${'z'.repeat(40)}`,
        said: null,
        from_ip: 'AWS Internal',
      },
    ])
    expect(files[0]?.stats).toMatchObject({
      numRecords: 2,
      minValues: {
        time: '2024-01-15T08:00:00.000000Z',
        who: 'b',
        source_ip_key: '00000000000000000000ffff0a000009',
      },
      maxValues: { time: '2024-01-15T09:00:00.123000Z', who: `${'z'.repeat(32)}\u{10ffff}` },
      nullCount: { said: 1, source_ip: 0, source_ip_key: 1, volume: 2, region: 2 },
    })
  })

  it('declares the order of its bounds, without which readers may not use them', async () => {
    const { files } = await roundTrip([{ at: '2024-01-15T08:00:00.000Z', who: 'b', said: 'x' }])
    const bytes = readFileSync(files[0]?.path ?? '')
    const footer = readThrift(bytes.subarray(-8 - bytes.readUInt32LE(bytes.length - 8), -8))
    const listOf = (field: number) => {
      const list = footer.get(field)
      return list?.type === 'list' ? list.value : []
    }
    // A schema element with children is no leaf.
    const leaves = listOf(2).filter((e) => e.type === 'struct' && !e.value.has(5))
    expect(leaves.length).toBeGreaterThan(5)
    expect(listOf(7)).toHaveLength(leaves.length)
  })
})
