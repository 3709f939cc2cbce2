// The native front against the portable one: the same objects, the same rows, rejects, outcomes, statistics and pages.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { differences } from '../../../test/support/front/differences.js'
import {
  BothFronts,
  type BothReadings,
  type ReadOptions,
  type Reading,
} from '../../../test/support/front/both-fronts.js'
import {
  bzip2,
  isZstd,
  logTexts,
  type StoredObject,
  storedObjects,
} from '../../../test/support/front/stored.js'
import { mixedLogs } from '../../../test/support/collect-logs.js'
import { FORMATS } from '../../formats/index.js'
import { loadAddon } from '../../front/native/load.js'
import { loadZstd } from '../../front/zstd.js'

const { addon, why } = loadAddon()
if (!addon) {
  if (process.env['HEADRIG_FRONT'] === 'native') throw new Error(`no native front: ${why}`)
  process.stderr.write(`skipped: no native front to hold against the portable one: ${why}\n`)
}
/** More of it with HEADRIG_TEST_FRONT_RUNS. */
const RUNS = Number(process.env['HEADRIG_TEST_FRONT_RUNS'] ?? 25)
const PATIENCE = 60_000 + RUNS * 4000
/** A failure is made smaller for a while only. */
const SHRINK = { interruptAfterTimeLimit: PATIENCE - 20_000, markInterruptAsFailure: true }

let fronts: BothFronts
let tight: BothFronts
beforeAll(async () => {
  if (!addon) return
  await loadZstd()
  fronts = await BothFronts.open(addon)
  // Flushes come often, and much is longer than a piece; nothing is nearly as long as the room, where how pieces are cut
  // decides whether a record is too long.
  tight = await BothFronts.open(addon, 1 << 20)
})
afterAll(async () => {
  await fronts?.close()
  await tight?.close()
})

/** All that both made is the same; where an object was handed on, rows are in other files. */
function expectSame({ native, portable, handed }: BothReadings, pieces = false): void {
  const { files: _native, ...nativeRows } = native
  const { files: _portable, ...portableRows } = portable
  if (handed.length === 0) expect(differences(native, portable, pieces)).toEqual([])
  else expect(differences(nativeRows, portableRows, pieces)).toEqual([])
}

/** Which of several equal records is kept is chance once objects were handed on: only what is left of each counts. */
function expectSameOnce(both: BothReadings, pieces = false): void {
  if (both.handed.length === 0) expectSame(both, pieces)
  else expect(differences(once(both.native), once(both.portable), pieces)).toEqual([])
}

function once({ rejects, detected, ...of }: Reading): Partial<Reading> {
  return { rejects, detected, rows: contents(of), outcomes: records(of) }
}

/** What comes from the object's name is not in the record. */
const OF_OBJECT = new Set(['source_object', 'source_row', 'account_id', 'region'])

function contents({ rows }: Pick<Reading, 'rows'>): string[] {
  const isContent = ([name]: [string, unknown]): boolean => !OF_OBJECT.has(name)
  return rows
    .map((row) => {
      const at = row.indexOf('{')
      const values = JSON.parse(row.slice(at)) as object
      return row.slice(0, at) + JSON.stringify(Object.entries(values).filter(isContent))
    })
    .toSorted()
}

function records({ outcomes }: Pick<Reading, 'outcomes'>): unknown[] {
  return (outcomes as { rows: number; repeats: number }[]).map(({ rows, repeats, ...o }) => ({
    ...o,
    records: rows + repeats,
  }))
}

/** Both ways of dealing with copies. */
async function expectAgreement(
  of: BothFronts,
  objects: readonly StoredObject[],
  options: ReadOptions = {},
  pieces = false,
): Promise<readonly number[]> {
  const all = await of.read(objects, options)
  expectSame(all, pieces)
  expectSameOnce(await of.read(objects, { ...options, keepDuplicates: false }), pieces)
  return all.handed
}

describe.skipIf(!addon)('samples', () => {
  const ROOT = 'fixtures/formats'
  const samples = (id: string): StoredObject[] =>
    readdirSync(join(ROOT, id))
      .filter((name) => !/\.(expected\.jsonl|expect\.json)$/.test(name))
      .map((name) => ({ key: `logs/${name}`, bytes: readFileSync(join(ROOT, id, name)) }))

  it.each(FORMATS.map((f) => f.id))('of %s are read the same, damaged ones as well', async (id) => {
    const objects = samples(id)
    for (const format of ['auto', ...FORMATS.map((f) => f.id)])
      await expectAgreement(fronts, objects, { format })
    const packed = objects.map(({ key, bytes }) => ({ key: `${key}.gz`, bytes: gzipSync(bytes) }))
    await expectAgreement(fronts, [...packed, ...objects], { fetched: true })
    await expectAgreement(tight, [...objects, ...packed], {}, true)
  })

  it('that are whole are not handed on', async () => {
    for (const { id } of FORMATS) {
      const whole = samples(id).filter(({ key }) => key.startsWith('logs/sample.'))
      const { handed } = await fronts.read(whole)
      // Parquet is the engine's in either front.
      expect(handed.map((i) => whole[i]?.key)).toEqual([])
    }
  })

  it('of both log types together, over midnight, a quarter of them copies', async () => {
    const { objects } = mixedLogs(11)
    await expectAgreement(fronts, objects)
    // With two threads it is chance who is first.
    const apart = await fronts.read(objects, { keepDuplicates: false, threads: 2 })
    expect(differences(once(apart.native), once(apart.portable))).toEqual([])
  })
})

const LOGS = resolve('../shared/data/logs')
if (addon && !existsSync(LOGS)) process.stderr.write(`skipped: no real logs at ${LOGS}\n`)

describe.skipIf(!addon || !existsSync(LOGS))('real logs', () => {
  const objects = (): StoredObject[] =>
    readdirSync(LOGS, { recursive: true, withFileTypes: true })
      .filter((e) => e.isFile())
      .map((e) => ({ key: e.name, bytes: readFileSync(join(e.parentPath, e.name)) }))
      // In zstd with a window of 128 MiB: more than the portable front reads.
      .filter(({ key }) => key !== 'nds_q88_photon_db_13_3.zstd')
      .toSorted((a, b) => (a.key < b.key ? -1 : 1))

  it('are read the same', { timeout: 300_000 }, async () => {
    const list = objects()
    const handed = await expectAgreement(fronts, list, {}, true)
    expect(handed.length).toBeLessThan(list.length / 20)
    for (const { id } of FORMATS) expectSame(await fronts.read(list, { format: id }), true)
  })
})

describe.skipIf(!addon)('any objects', () => {
  const ids = ['auto', ...FORMATS.map((f) => f.id)]
  const batch = fc.record({
    objects: fc.array(storedObjects(FORMATS), { minLength: 1, maxLength: 12 }),
    format: fc.constantFrom(...ids),
    fetched: fc.boolean(),
  })

  it('are read the same', { timeout: PATIENCE }, async () => {
    await fc.assert(
      fc.asyncProperty(batch, async ({ objects, ...options }) => {
        const pieces = objects.some(({ bytes }) => isZstd(bytes))
        expectSame(await fronts.read(objects, options), pieces)
      }),
      { numRuns: RUNS * 2, ...SHRINK },
    )
  })

  it('are read the same with little memory', { timeout: PATIENCE }, async () => {
    await fc.assert(
      fc.asyncProperty(batch, async ({ objects, ...options }) => {
        expectSame(await tight.read(objects, options), true)
      }),
      { numRuns: RUNS, ...SHRINK },
    )
  })

  it('leave the same when copies are dropped', { timeout: PATIENCE }, async () => {
    await fc.assert(
      fc.asyncProperty(batch, fc.array(fc.nat()), async ({ objects, ...options }, again) => {
        const copies = again.flatMap((n) => objects[n % objects.length] ?? [])
        const all = [...objects, ...copies]
        const pieces = objects.some(({ bytes }) => isZstd(bytes))
        expectSameOnce(await fronts.read(all, { ...options, keepDuplicates: false }), pieces)
      }),
      { numRuns: RUNS, ...SHRINK },
    )
  })

  it.each(FORMATS.map((f) => [f.id, f] as const))(
    'of %s that are whole are read without help',
    { timeout: PATIENCE },
    async (format, of) => {
      const texts = fc.array(logTexts(of), { minLength: 1, maxLength: 12 })
      await fc.assert(
        fc.asyncProperty(texts, async (list) => {
          const objects = list.map((text, i) => ({
            key: `${i}`,
            bytes: i % 2 === 0 ? gzipSync(text) : Buffer.from(text),
          }))
          const both = await fronts.read(objects, { format })
          expectSame(both)
          expect(both.handed).toEqual([])
        }),
        { numRuns: RUNS, ...SHRINK },
      )
    },
  )

  it('are read the same in bzip2', { timeout: PATIENCE }, async (context) => {
    const texts = FORMATS.flatMap((f) => fc.sample(logTexts(f), RUNS))
    const files = bzip2(
      texts.map((t, i) => (i % 3 === 0 ? [Buffer.from(t), Buffer.from(t)] : [Buffer.from(t)])),
    )
    if (!files) return context.skip('there is no Python with bzip2 here')
    const hurt = files.map((bytes, i) => {
      if (i % 4 !== 3) return bytes
      const copy = Buffer.from(bytes.subarray(0, i % 8 === 3 ? undefined : bytes.length >> 1))
      if (copy.length > 0)
        copy.writeUInt8((copy[(i * 7919) % copy.length] ?? 0) ^ 0x10, (i * 7919) % copy.length)
      return copy
    })
    expectSame(await fronts.read(hurt.map((bytes, i) => ({ key: `${i}.bz2`, bytes }))))
    return undefined
  })
})
