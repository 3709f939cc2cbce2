// Logs that are Parquet: what is the object's fault, what is not, and how they are counted.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addedUp } from '../../../test/support/front/progress.js'
import { loadAddon } from '../../front/native/load.js'
import { literal } from '../../sql/text.js'
import { DuckDbConverter } from './converter.js'
import { type DuckDbEngine, openDuckDb } from './open.js'
import { parquetToFields } from './parquet-source.js'

let engine: DuckDbEngine
let root: string
let good: string
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'headrig-parquet-'))
  engine = await openDuckDb({
    memoryLimitBytes: 1 << 28,
    threads: 1,
    tempFolder: join(root, 'spill'),
  })
  good = join(root, 'good.parquet')
  const connection = await engine.connect()
  await connection.run(
    `COPY (SELECT 2 AS version, '123456789012' AS account_id, 'eni-1' AS interface_id,
       '192.0.2.' || i AS srcaddr, '198.51.100.7' AS dstaddr, 443 AS dstport, 6 AS protocol,
       1705305600 + i AS "start", 1705305660 + i AS "end", 'ACCEPT' AS action, 'OK' AS log_status
     FROM range(9) r(i)) TO ${literal(good)} (FORMAT parquet)`,
  )
  connection.closeSync()
})
afterAll(() => {
  engine.close()
  rmSync(root, { recursive: true, force: true })
})

describe('what cannot be read', () => {
  const cut = (name: string, change: (bytes: Buffer) => Buffer): string => {
    const path = join(root, name)
    writeFileSync(path, change(readFileSync(good)))
    return path
  }

  it.each([
    ['garbage', () => Buffer.from('PAR1 and no more of it')],
    ['cut short', (bytes: Buffer) => bytes.subarray(0, -40)],
    [
      'without its pages',
      (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 4), bytes.subarray(-600)]),
    ],
    [
      'of other bytes',
      (bytes: Buffer) => Buffer.from(bytes.map((b, i) => (i % 7 === 5 ? b ^ 85 : b))),
    ],
  ])('%s: it is the object', async (name, change) => {
    await expect(parquetToFields(engine, cut(name, change), root)).rejects.toMatchObject({
      kind: 'invalid',
    })
  })

  it('without room for its text: it is not the object', async () => {
    const reading = parquetToFields(engine, good, join(root, 'is not there'))
    await expect(reading).rejects.toMatchObject({ kind: 'unavailable' })
  })

  it('without the file: it is not the object', async () => {
    const reading = parquetToFields(engine, join(root, 'none.parquet'), root)
    await expect(reading).rejects.toMatchObject({ kind: 'unavailable' })
  })

  it('without memory: it is not the object', async () => {
    const tempFolder = join(root, 'spill')
    const small = await openDuckDb({
      memoryLimitBytes: 1 << 20,
      tempLimitBytes: 0,
      threads: 1,
      tempFolder,
    })
    const connection = await engine.connect()
    const large = join(root, 'large.parquet')
    await connection.run(
      `COPY (SELECT repeat('x', 1000) || i AS log_status FROM range(20000) r(i)) TO ${literal(large)} (FORMAT parquet)`,
    )
    connection.closeSync()
    try {
      const reading = parquetToFields(small, large, root)
      await expect(reading).rejects.toMatchObject({ kind: 'unavailable' })
    } finally {
      small.close()
    }
  })
})

const { addon } = loadAddon()
describe.each(addon ? ['native', 'portable'] : ['portable'])('the %s front', (front) => {
  it('counts each once, and tells each reject once', async () => {
    const folder = join(root, front)
    mkdirSync(folder)
    const bytes = readFileSync(good)
    const broken = Buffer.from('PAR1 and no more of it')
    // The native front leaves what is damaged to the portable one, which finds Parquet in it.
    const damaged = gzipSync(bytes).subarray(0, -9)
    const objects = [bytes, broken, damaged]
    const { progress, onProgress } = addedUp()
    const converter = new DuckDbConverter(engine, {
      threads: 2,
      arenaBytes: 8 << 20,
      addon: front === 'native' ? addon : undefined,
    })
    try {
      const batch = await converter.convert({
        objects: objects.map((object, i) => {
          return { uri: `s3://b/${i}`, key: `${i}`, size: object.length }
        }),
        fetch: (index) => Promise.resolve(Uint8Array.from(objects[index] ?? [])),
        format: 'aws_vpc_flow',
        folder,
        ingestedAt: new Date(0),
        keepDuplicates: false,
        signal: new AbortController().signal,
        onProgress,
      })
      const told = batch.outcomes.map((o) => [o.index, o.state, o.rows, o.rejected])
      expect(told).toEqual([
        [0, 'done', 9, 0],
        [1, 'done', 0, 1],
        [2, 'done', 0, 1],
      ])
      const lines = batch.rejects.flatMap((path) => readFileSync(path, 'utf8').trim().split('\n'))
      expect(lines).toHaveLength(2)
      const stored = objects.reduce((sum, object) => sum + object.length, 0)
      expect(progress).toEqual({ objects: 3, bytes: stored, rows: 9 })
    } finally {
      await converter.close()
    }
  })
})
