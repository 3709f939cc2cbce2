// Every log type of the map: finds its own samples and no other's, reads them to what is expected,
// and survives what is damaged with counted rejects.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LogFormat } from '../../formats/format.js'
import { FORMATS } from '../../formats/index.js'
import { ObjectReader, type ReadOutcome, type ReadTask } from '../../front/reader.js'
import type { Reject } from '../../front/scanner.js'
import type { WrittenFile } from '../../front/parquet/data-file.js'
import { loadZstd } from '../../front/zstd.js'
import { literal } from '../../sql/text.js'
import { openDuckDb, type DuckDbEngine } from './open.js'
import { parquetToFields } from './parquet-source.js'

const ROOT = 'fixtures/formats'
const JSON_COLUMNS =
  /^(request_parameters|response_elements|additional_event_data|service_event_details|unmapped|addendum|edge_device_details|insight_details|event_context|web_id_federation_data)$/

let engine: DuckDbEngine
let folder: string
beforeAll(async () => {
  await loadZstd()
  folder = mkdtempSync(join(tmpdir(), 'headrig-formats-'))
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

interface Read {
  readonly outcome: ReadOutcome
  readonly rejects: readonly Reject[]
  readonly rows: readonly Record<string, unknown>[]
}

async function read(formatId: string, name: string, format?: LogFormat): Promise<Read> {
  const written: WrittenFile[] = []
  const rejects: Reject[] = []
  const reader = new ObjectReader({
    formats: FORMATS,
    ...(format ? { format } : {}),
    folder,
    ingestedAt: new Date(0),
    createdBy: 'headrig test',
    limits: { arenaBytes: 4 << 20, slotBytes: 1 << 20 },
    onWritten: (file) => written.push(file),
    onRejects: (_task, _format, list) => rejects.push(...list),
  })
  const path = join(ROOT, formatId, name)
  const task: ReadTask = {
    index: 0,
    uri: `s3://logs/${name}`,
    key: `logs/${name}`,
    size: readFileSync(path).length,
    path,
  }
  let outcome = await reader.read(task)
  if (outcome.state === 'parquet')
    outcome = await reader.read({ ...task, path: await parquetToFields(engine, path, folder) })
  reader.flush()
  const rows: Record<string, unknown>[] = []
  const of = FORMATS.find((f) => f.id === outcome.format)
  if (of) {
    const connection = await engine.connect()
    for (const file of written) {
      const result = await connection.run(
        `SELECT to_json(t) FROM read_parquet(${literal(file.path)}) t`,
      )
      for (const [json] of await result.getRows()) {
        rows.push({
          event_day: file.day,
          ...(JSON.parse(String(json)) as Record<string, unknown>),
        })
      }
    }
    connection.closeSync()
  }
  return {
    outcome,
    rejects,
    rows: rows.toSorted((a, b) => Number(a['source_row']) - Number(b['source_row'])),
  }
}

const OMITTED = /^(source_object|source_row|ingested_at|source_ip_key|dest_ip_key)$/

function normal(value: unknown, key = ''): unknown {
  if (key === 'time' && typeof value === 'string')
    return new Date(value.replace(' ', 'T').replace(/\+00$/, 'Z')).toISOString()
  if (JSON_COLUMNS.test(key) && typeof value === 'string') return JSON.parse(value) as unknown
  if (Array.isArray(value)) return value.map((v) => normal(v))
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value).filter(([k, v]) => v !== null && !OMITTED.test(k))
    return Object.fromEntries(entries.map(([k, v]) => [k, normal(v, k)]))
  }
  return value
}

describe.each(FORMATS.map((f) => [f.id, f] as const))('%s', (id, format) => {
  const files = readdirSync(join(ROOT, id))
  const samples = files.filter((f) => f.startsWith('sample.') && !f.endsWith('.expected.jsonl'))
  const garbage = files.filter((f) => f.startsWith('garbage.') && !f.endsWith('.expect.json'))

  it.each(samples)('reads %s', async (name) => {
    const { outcome, rejects, rows } = await read(id, name)
    const expected = readFileSync(join(ROOT, id, `${name}.expected.jsonl`), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => normal(JSON.parse(line)))
    expect(rejects).toEqual([])
    expect(outcome).toMatchObject({ format: id, state: 'done', rows: expected.length })
    const withoutHashedIds = rows.map((row, i) => {
      const copy = { ...row }
      const hashed = !('event_id' in (expected[i] as object))
      if (hashed && /^[0-9a-f]{16}$/.test(String(copy['event_id']))) delete copy['event_id']
      return normal(copy)
    })
    expect(withoutHashedIds).toEqual(expected)
  })

  it.each(samples)('no other log type claims %s', async (name) => {
    const { outcome } = await read(id, name)
    expect(outcome.format).toBe(id)
  })

  it.each(garbage)('survives %s', async (name) => {
    const wanted = JSON.parse(readFileSync(join(ROOT, id, `${name}.expect.json`), 'utf8')) as object
    const { outcome, rejects, rows } = await read(id, name, format)
    expect({ rows: rows.length, rejected: outcome.rejected }).toEqual(wanted)
    expect(rejects.every((r) => r.reason !== '')).toBe(true)
  })

  it.each(files.filter((f) => f.startsWith('skip.')))('knows that %s is no log', async (name) => {
    const { outcome } = await read(id, name)
    expect(outcome).toMatchObject({ format: id, state: 'skipped', rows: 0, rejected: 0 })
  })
})
