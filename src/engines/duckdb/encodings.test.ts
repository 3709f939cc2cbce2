// However numbers and ids are coded in a data file, DuckDB reads back what the lines said.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hashId } from '../../../test/support/front/xxh64.js'
import { vpcFlow } from '../../formats/aws/vpc-flow.js'
import type { WrittenFile } from '../../front/parquet/data-file.js'
import { ObjectReader } from '../../front/reader.js'
import { loadZstd } from '../../front/zstd.js'
import { literal } from '../../sql/text.js'
import { type DuckDbEngine, openDuckDb } from './open.js'

let engine: DuckDbEngine
let folder: string
beforeAll(async () => {
  await loadZstd()
  folder = mkdtempSync(join(tmpdir(), 'headrig-encodings-'))
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

const FIELDS = ['start', 'srcport', 'bytes', 'srcaddr'] as const
interface Flow {
  readonly start: number
  readonly srcport: string
  readonly bytes: string
  readonly srcaddr: string
}

async function roundTrip(flows: readonly Flow[]) {
  const lines = flows.map((f) => FIELDS.map((name) => f[name]).join(' '))
  const path = join(folder, 'flows.log')
  writeFileSync(path, lines.join('\n'))
  const files: WrittenFile[] = []
  const reader = new ObjectReader({
    formats: [vpcFlow],
    format: vpcFlow,
    fields: FIELDS,
    folder,
    ingestedAt: new Date(0),
    createdBy: 'headrig test',
    limits: { arenaBytes: 64 << 20, slotBytes: 64 << 20 },
    onWritten: (file) => files.push(file),
    onRejects: (_task, _format, rejects) => expect(rejects).toEqual([]),
  })
  const task = { index: 0, uri: 's3://logs/f', key: 'f', size: 1, path }
  expect(await reader.read(task)).toMatchObject({ state: 'done', rows: flows.length })
  reader.flush()
  const connection = await engine.connect()
  try {
    const list = `[${files.map((f) => literal(f.path)).join(', ')}]`
    const source = `read_parquet(${list}, union_by_name = true)`
    const columns = await connection.run(`DESCRIBE SELECT * FROM ${source}`)
    const there = new Set((await columns.getRows()).map(([name]) => name))
    const text = (name: string): string =>
      there.has(name) ? `coalesce(${name}::VARCHAR, '-')` : `'-'`
    const result = await connection.run(
      `SELECT event_id, strftime(time AT TIME ZONE 'UTC', '%Y-%m-%d %H:%M:%S'), ${text('srcport')}, ${text('bytes')}, ${text('srcaddr')}, ${text('source_ip_key')}
       FROM ${source} ORDER BY source_row`,
    )
    const rows = await result.getRowsJson()
    const coded = await connection.run(
      `SELECT path_in_schema, encodings::VARCHAR FROM parquet_metadata(${list})`,
    )
    const encodings = new Map(
      (await coded.getRows()).map(([name, list]) => [String(name), String(list)]),
    )
    const wanted = flows.map((f, i) => [
      hashId(lines[i] as string),
      new Date(f.start * 1000).toISOString().slice(0, 19).replace('T', ' '),
      f.srcport,
      f.bytes,
      f.srcaddr,
      f.srcaddr === '-' ? '-' : keyOf(f.srcaddr),
    ])
    return { rows, wanted, encodings }
  } finally {
    connection.closeSync()
    for (const { path: file } of files) rmSync(file)
  }
}

function keyOf(address: string): string {
  if (address.includes(':')) return '20010db8000000000000000000000007'
  const digits = address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'))
  return `00000000000000000000ffff${digits.join('')}`
}

const START = 1_704_000_000
const extremes = (bits: bigint): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constantFrom('-', '0', '1', '-1', '12345678', '123456789'),
    fc.constantFrom(-(1n << bits), (1n << bits) - 1n).map(String),
    fc.bigInt({ min: -(1n << bits), max: (1n << bits) - 1n }).map(String),
    fc.bigInt({ min: 0n, max: 70_000n }).map(String),
  )
/** Lists of numbers that are alike, and of numbers that are not. */
const numbers = (bits: bigint): fc.Arbitrary<readonly string[]> =>
  fc.oneof(
    fc.array(extremes(bits), { minLength: 1, maxLength: 12 }),
    fc.array(extremes(bits), { minLength: 300, maxLength: 500 }),
  )

describe('numbers', () => {
  it('of any size are read back, some or all of them missing', async () => {
    await fc.assert(
      fc.asyncProperty(
        numbers(31n),
        numbers(63n),
        fc.integer({ min: 1, max: 700 }),
        fc.array(fc.constantFrom('-', '192.0.2.1', '198.51.100.20', '2001:db8::7'), {
          minLength: 1,
          maxLength: 5,
        }),
        async (ports, bytes, count, addresses) => {
          const { rows, wanted } = await roundTrip(
            Array.from({ length: count }, (_, i) => ({
              start: START + (i % 100),
              srcport: ports[i % ports.length] as string,
              bytes: bytes[i % bytes.length] as string,
              srcaddr: addresses[i % addresses.length] as string,
            })),
          )
          expect(rows).toEqual(wanted)
        },
      ),
      { numRuns: 25 },
    )
  })

  it.each([
    ['nothing', () => '-', undefined],
    ['one value', (i: number) => (i === 4321 ? '9223372036854775807' : '-'), 'RLE_DICTIONARY'],
    ['both ends', (i: number) => (i % 2 ? '9223372036854775807' : '-9223372036854775808'), 'DICT'],
    ['sizes', (i: number) => String((i * 7919) % 1_000_003), 'DELTA_BINARY_PACKED'],
    ['gaps', (i: number) => (i % 3 ? '-' : String(i * i)), 'DELTA_BINARY_PACKED'],
    ['wide steps', (i: number) => String(BigInt(i % 2 ? -1 : 1) << 62n), 'DICT'],
    ['64 bits', (i: number) => BigInt.asIntN(64, BigInt(i) * 0x9e3779b97f4a7c15n), 'DELTA'],
  ])('of %s, many of them', async (_what, bytes, encoding) => {
    const { rows, wanted, encodings } = await roundTrip(
      Array.from({ length: 10_000 }, (_, i) => ({
        start: START + Math.floor(i / 7),
        srcport: String((i * 40_503) % 65_536),
        bytes: String(bytes(i)),
        srcaddr: `203.0.113.${i % 251}`,
      })),
    )
    expect(rows).toEqual(wanted)
    if (encoding === undefined) expect(encodings.has('bytes')).toBe(false)
    else expect(encodings.get('bytes')).toContain(encoding)
    expect(encodings.get('srcport')).toContain('DELTA_BINARY_PACKED')
    expect(encodings.get('srcaddr')).toContain('RLE_DICTIONARY')
  })
})

describe('ids of records without one', () => {
  it.each([1, 2, 5, 63, 64, 67, 128, 129, 130, 8191, 8192, 8193, 8260, 65_536, 65_541])(
    'are read back: %i of them',
    async (count) => {
      const { rows, wanted, encodings } = await roundTrip(
        Array.from({ length: count }, (_, i) => ({
          start: START + (i % 977),
          srcport: '443',
          bytes: String(i),
          srcaddr: '-',
        })),
      )
      expect(rows).toEqual(wanted)
      expect(encodings.get('event_id')).toContain('DELTA_LENGTH_BYTE_ARRAY')
    },
  )
})
