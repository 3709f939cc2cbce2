import { chmod, chown, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadAddon } from '../../src/front/native/load.js'
import {
  type LakeContent,
  ledgerFacts,
  type LedgerEntry,
  readLake,
  rejectFacts,
} from '../support/collect-lake.js'
import {
  writeBomb,
  writeHugeLine,
  writeHugeRecord,
  writeOddRecord,
  writeOneLine,
} from '../support/collect-hostile.js'
import { flowLine, trailBytes, trailRecord } from '../support/collect-logs.js'
import { type CollectOutcome, collectInProcess, startCollect } from '../support/collect-process.js'
import { testContext } from '../support/lake.js'

const GIB = 2 ** 30
const MANY = 200_000
/** One flow record, compressed by bzip2. */
const BZIP2 =
  'QlpoOTFBWSZTWXaNajIAABvfAEAQQAN/4CoIxAA/ISAAdBqm0RibUPUZDJ6INU9MU8iG1AABXZ87xJRAZjGx+ogWUhUqTKoMySmIYQ8AgUyIevRpDesZHHoOGlqawZ9EBW3nIGHc5MrYK1bnCk0eeE/F3JFOFCQdo1qMgA=='

const { addon, why } = loadAddon()
if (!addon) process.stderr.write(`skipped: no native front to read hostile objects: ${why}\n`)
const FRONTS = addon ? ['native', 'portable'] : ['portable']

interface Collected {
  readonly outcome: CollectOutcome
  readonly content: LakeContent
}

let root: string
let source: string
const collected = new Map<string, Collected>()

const lines = (from: number, count: number): string =>
  Array.from({ length: count }, (_, i) => JSON.stringify(trailRecord(from + i))).join('\n')

async function makeSource(): Promise<void> {
  const at = (name: string): string => join(source, name)
  const head = (n: number): string => `{"Records":[${JSON.stringify(trailRecord(n))}`
  await writeBomb(at('bomb-nul.gz'), '', '\0', 3072)
  await writeBomb(at('bomb-space.json.gz'), `${head(800_001)},`, ' ', 3072)
  const open = `${head(800_002)},{"eventVersion":"1.08","x":"`
  await writeBomb(at('bomb-string.json.gz'), open, 'x', 3072)
  await writeBomb(at('bomb-lines.log.gz'), `${flowLine(800_000)}\n`, '\n', 3072)
  await writeOneLine(at('one-line.json'), MANY)
  await writeHugeRecord(at('huge-record.json'), 900_000, 200, 'document')
  await writeHugeRecord(at('huge-record.ndjson'), 910_000, 200, 'lines')
  await writeHugeLine(at('huge-line.log'), [flowLine(700_000), flowLine(700_001)], 200)
  const long = gzipSync(lines(600_000, 4000), { level: 1 })
  const hurt = Buffer.from(long)
  hurt.fill(0xff, long.length >> 1, (long.length >> 1) + 64)
  await writeFile(at('hurt.ndjson.gz'), hurt)
  await writeFile(at('cut.ndjson.gz'), long.subarray(0, long.length >> 1))
  await writeFile(at('empty.json'), '')
  await writeFile(at('empty.json.gz'), gzipSync(''))
  await mkdir(at('folder.json'))
  await writeFile(join(at('folder.json'), 'inside.json.gz'), trailBytes([trailRecord(500_000)]))
  await symlink(at('nowhere'), at('dangling.json'))
  await symlink(source, at('loop'))
  await writeFile(at('nul.ndjson'), `${lines(400_000, 2)}\n\0\0\0\n${lines(400_002, 1)}\n`)
  await writeFile(at('utf16.ndjson'), Buffer.from(`\ufeff${lines(400_010, 3)}`, 'utf16le'))
  await writeFile(at('bom.ndjson'), `\ufeff${lines(400_020, 3)}`)
  const members = [lines(400_030, 2), '\n', lines(400_032, 2)].map((text) => gzipSync(text))
  await writeFile(at('members.ndjson.gz'), Buffer.concat(members))
  await writeFile(at('flow.log.bz2'), Buffer.from(BZIP2, 'base64'))
  await writeFile(at('frames.log.zst'), Buffer.concat([await zstd(1), await zstd(2)]))
  await writeFile(at('noise.json.gz'), Buffer.from('\x1f\x8b but no gzip at all', 'latin1'))
  await writeFile(at('good.json.gz'), trailBytes([trailRecord(300_000)]))
  await writeOddRecord(at('wide.json'), 310_000, 'wide', 1_000_000)
  await writeOddRecord(at('deep.json'), 320_000, 'deep', 100_000)
  const documents = [330_000, 330_001].map((n) => `{"Records":[${JSON.stringify(trailRecord(n))}]}`)
  await writeFile(at('concatenated.json'), documents.join(''))
}

/** A zstd frame with one flow record. */
async function zstd(number: number): Promise<Uint8Array> {
  const context = await testContext(join(root, 'none'))
  const connection = await (await context.engine()).connect()
  const path = join(root, `frame-${number}.zst`)
  await connection.run(
    `COPY (SELECT '${flowLine(200_000 + number)}') TO '${path}' (FORMAT csv, HEADER false, DELIMITER '|', QUOTE '', COMPRESSION zstd)`,
  )
  connection.closeSync()
  await context.close()
  return readFile(path)
}

function entry({ content }: Collected, name: string): LedgerEntry {
  const found = content.ledger.filter((e) => e.uri === `file://${source}/${name}`)
  expect(found, name).toHaveLength(1)
  return found[0] as LedgerEntry
}

function reasons({ content }: Collected, name: string): readonly unknown[] {
  return content.rejects
    .filter((r) => r['source_object'] === `file://${source}/${name}`)
    .map((r) => r['reason'])
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'headrig-hostile-'))
  source = join(root, 'source')
  await mkdir(source)
  await makeSource()
  for (const front of FRONTS) {
    const lake = join(root, front)
    const options = { uris: [source], format: 'auto' }
    const outcome = await collectInProcess({ lake, options, env: { HEADRIG_FRONT: front } })
    collected.set(front, { outcome, content: await readLake(lake) })
  }
}, 300_000)
afterAll(() => rm(root, { recursive: true, force: true }))

describe.each(FRONTS)('among good logs, the %s front', (front) => {
  const of = (): Collected => collected.get(front) as Collected

  test('everything stays within the memory that was set, and the event loop goes on', () => {
    const { outcome } = of()
    process.stderr.write(
      `peak of hostile objects, ${front} front: ${((outcome.peakBytes ?? 0) / 2 ** 20).toFixed(0)} MiB\n`,
    )
    expect(outcome.peakBytes).toBeGreaterThan(0)
    expect(outcome.peakBytes).toBeLessThanOrEqual(GIB)
    expect(outcome.ticks).toBeGreaterThan((outcome.workMs ?? 0) / 50 / 4)
  })

  test.each([
    ['bomb-nul.gz', 0],
    ['bomb-space.json.gz', 1],
    ['bomb-string.json.gz', 1],
    ['bomb-lines.log.gz', 1],
  ])('a bomb is stopped: %s', (name, rows) => {
    expect(entry(of(), name)).toMatchObject({ rows, state: 'done' })
    expect(entry(of(), name).error).toMatch(/bomb|no log type/)
    expect(reasons(of(), name).length).toBeGreaterThanOrEqual(1)
    expect(entry(of(), name).rejected).toBe(reasons(of(), name).length)
  })

  test('a line of 200 MB is read whole', () => {
    expect(entry(of(), 'one-line.json')).toMatchObject({ rows: MANY, rejected: 0, duplicates: 0 })
  })

  test('a record, or a line, of 200 MB is rejected alone', () => {
    expect(entry(of(), 'huge-record.ndjson')).toMatchObject({ rows: 2, rejected: 1, state: 'done' })
    expect(reasons(of(), 'huge-record.ndjson')[0]).toMatch(/longer than/)
    expect(entry(of(), 'huge-record.json')).toMatchObject({ rows: 2, rejected: 1, state: 'done' })
    expect(reasons(of(), 'huge-record.json')[0]).toMatch(/longer than/)
    expect(entry(of(), 'huge-line.log')).toMatchObject({ rows: 2, rejected: 1, state: 'done' })
    expect(reasons(of(), 'huge-line.log')[0]).toMatch(/longer than/)
    for (const { raw } of of().content.rejects)
      expect(String(raw).length).toBeLessThanOrEqual(65_536)
  })

  test('of a gzip that is hurt or cut in its middle, what comes before is kept', () => {
    for (const name of ['hurt.ndjson.gz', 'cut.ndjson.gz']) {
      const { rows, duplicates, rejected, error } = entry(of(), name)
      expect(rows + duplicates, name).toBeGreaterThan(1500)
      expect(rows + duplicates, name).toBeLessThan(2500)
      expect(rejected, name).toBeGreaterThanOrEqual(1)
      expect(error, name).toMatch(/gzip/)
    }
  })

  test.each([
    ['empty.json', { state: 'skipped', rows: 0 }],
    ['empty.json.gz', { state: 'skipped', rows: 0 }],
    ['folder.json/inside.json.gz', { state: 'done', rows: 1 }],
    ['dangling.json', { state: 'failed', rows: 0 }],
    ['nul.ndjson', { state: 'done', rows: 3, rejected: 1 }],
    ['utf16.ndjson', { state: 'done', rows: 3, rejected: 0, error: 'decoded from UTF-16' }],
    ['bom.ndjson', { state: 'done', rows: 3, rejected: 0 }],
    ['members.ndjson.gz', { state: 'done', rows: 4, rejected: 0, error: null }],
    ['flow.log.bz2', { state: 'done', rows: 1, rejected: 0, error: null }],
    ['frames.log.zst', { state: 'done', rows: 2, rejected: 0, error: null }],
    ['noise.json.gz', { state: 'done', rows: 0, rejected: 1 }],
    ['wide.json', { state: 'done', rows: 2, rejected: 1 }],
    ['deep.json', { state: 'done', rows: 2, rejected: 1 }],
    ['concatenated.json', { state: 'done', rows: 2, rejected: 0, error: null }],
    ['good.json.gz', { state: 'done', rows: 1, rejected: 0, error: null }],
  ])('%s', (name, expected) => {
    expect(entry(of(), name)).toMatchObject(expected)
  })

  test('the ledger has every file once, and adds up', () => {
    const { content, outcome } = of()
    expect(content.ledger).toHaveLength(25)
    const total = (name: 'rows' | 'rejected'): number =>
      content.ledger.reduce((sum, e) => sum + e[name], 0)
    expect(total('rejected')).toBe(content.rejects.length)
    expect(total('rows')).toBe(
      Object.values(content.tables).reduce((sum, rows) => sum + rows.length, 0),
    )
    expect(outcome.summary).toMatchObject({ objects: 25, failed: 1, skipped: 2 })
    expect(outcome.summary?.failures.map((f) => f.uri)).toContain(`file://${source}/dangling.json`)
  })
})

test.skipIf(!addon)('both fronts make the same of it', () => {
  const [native, portable] = FRONTS.map((front) => (collected.get(front) as Collected).content)
  expect(native?.tables).toEqual(portable?.tables)
  // Where a bomb is stopped is where a piece ends, and fronts cut them differently.
  const told = (text: string): string => text.replace(/after \d+ bytes/, 'after some bytes')
  const [a, b] = [native, portable].map((c) => ({
    ledger: ledgerFacts(c?.ledger ?? []).map((e) => told(JSON.stringify(e))),
    rejects: rejectFacts(c?.rejects ?? []).map((r) => told(r).slice(0, 500)),
  }))
  expect(a).toEqual(b)
})

test('files and folders without permission fail by themselves', async (context) => {
  const folder = join(root, 'denied')
  const lake = join(root, 'denied-lake')
  await mkdir(join(folder, 'closed'), { recursive: true })
  await writeFile(join(folder, 'good.json.gz'), trailBytes([trailRecord(1)]))
  await writeFile(join(folder, 'secret.json.gz'), trailBytes([trailRecord(2)]))
  await writeFile(join(folder, 'closed', 'inside.json.gz'), trailBytes([trailRecord(3)]))
  // Root may read everything: the collector then is somebody else.
  const isRoot = process.getuid?.() === 0
  const nobody = 65_534
  await mkdir(lake)
  await chmod(root, 0o755)
  if (isRoot) await chown(lake, nobody, nobody)
  await chmod(join(folder, 'secret.json.gz'), 0)
  await chmod(join(folder, 'closed'), 0)
  const job = { lake, options: { uris: [folder], format: 'auto' } }
  const ended = await startCollect({ ...job, ...(isRoot && { user: nobody }) }).ended
  await chmod(join(folder, 'closed'), 0o755)
  if (/EACCES|Cannot find module/.test(ended.stderr))
    context.skip('nobody may not run the program here')
  expect(ended.summary).toMatchObject({ objects: 3, rows: 1, failed: 2 })
  expect(ended.summary?.failures.map((f) => f.kind)).toEqual(['forbidden', 'forbidden'])
  const uris = ended.summary?.failures.map((f) => f.uri.slice(`file://${folder}/`.length))
  expect(new Set(uris)).toEqual(new Set(['secret.json.gz', 'closed']))
})
