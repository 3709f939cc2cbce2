// Both engines answer the same: every format's samples, every view, every query of the docs, top
// talkers, the portable SQL of test/conformance, and generated SQL.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { agree, answerOf, difference, openPair, type Pair } from '../../test/support/conformance.js'
import { addDocumented } from '../../test/support/documented-lake.js'
import { rowsOf } from '../../test/support/lake.js'
import { randomSql } from '../../test/support/random-sql.js'
import { sharedSpark } from '../../test/support/spark.js'
import { collect } from '../app/collect.js'
import { lakeTables } from '../app/lake-tables.js'
import { viewsOver } from '../app/query-parts.js'
import { topTalkers, type TopTalkersOptions } from '../app/top-talkers.js'
import { FORMATS } from '../formats/index.js'
import type { Dialect } from '../sql/dialects.js'

const server = await sharedSpark()
const MINUTES = 60_000
/** Of each part. */
const SAMPLE = 8
const RUNS = Number(process.env['HEADRIG_TEST_RUNS'] ?? 0)
const root = mkdtempSync(join(tmpdir(), 'headrig-engines-'))
let documented: Pair
let samples: Pair

beforeAll(async () => {
  if (!server) return
  documented = await openPair(join(root, 'documented'), server.url)
  await addDocumented(documented.duckdb)
  samples = await openPair(join(root, 'samples'), server.url)
  for (const { id } of FORMATS) {
    await collect({ uris: [resolve('fixtures/formats', id)], format: id }, samples.duckdb)
  }
}, 10 * MINUTES)
afterAll(async () => {
  await documented?.close()
  await samples?.close()
  rmSync(root, { recursive: true, force: true })
})

// Most of the time goes into waiting for one another: several queries are asked at once.
describe.skipIf(!server)('both engines answer the same', () => {
  test.concurrent.each(FORMATS.map((f) => f.id))(
    'all rows and columns of %s',
    async (id) => {
      const rows = await agree({ sql: `FROM ${id}` }, samples)
      expect(rows.length).toBeGreaterThan(0)
    },
    5 * MINUTES,
  )

  test.concurrent(
    'what the ledger and the rejects have',
    async () => {
      await agree({ sql: 'SELECT * EXCLUDE (batch) FROM ingest_objects' }, samples)
      const rejects = await agree({ sql: 'FROM ingest_rejects' }, samples)
      expect(rejects.length).toBeGreaterThan(0)
    },
    5 * MINUTES,
  )

  test.concurrent(
    'every view',
    async () => {
      const views = viewsOver(await lakeTables(samples.duckdb))
      expect(views.length).toBeGreaterThan(0)
      for (const { name } of views) {
        for (const pair of [samples, documented]) await agree({ sql: `FROM ${name}` }, pair)
      }
    },
    5 * MINUTES,
  )

  test.concurrent.each(readdirSync('docs/queries').filter((f) => f.endsWith('.sql')))(
    'docs/queries/%s',
    async (file) => {
      const sql = readFileSync(join('docs/queries', file), 'utf8')
      const dialect = /^-- dialect: (\w+)$/m.exec(sql)?.[1] as Dialect
      const rows = await agree({ sql, dialect }, documented)
      expect(rows.length).toBeGreaterThan(0)
    },
    5 * MINUTES,
  )

  test.concurrent.each<TopTalkersOptions>([
    {},
    { by: 'bytes', limit: 1 },
    { allPorts: true, allActions: true, services: true },
    { group: 'cidr/16', by: 'packets' },
    { from: new Date('2024-01-15T01:00:00Z') },
  ])(
    'top talkers %j',
    async (options) => {
      for (const pair of [samples, documented]) {
        const [one, other] = [
          await topTalkers(options, pair.duckdb),
          await topTalkers(options, pair.spark),
        ]
        expect(other.columns).toEqual(one.columns)
        expect(difference(await rowsOf(one), await rowsOf(other), true)).toBe('')
      }
    },
    5 * MINUTES,
  )

  const portable = readFileSync('test/conformance/portable.sql', 'utf8').split('\n')
  test.concurrent.each(portable.filter((line) => line !== '' && !line.startsWith('--')))(
    '%s',
    async (sql) => {
      expect(await agree({ sql }, documented)).toBeDefined()
    },
    5 * MINUTES,
  )

  test.concurrent(
    'tables as they were',
    async () => {
      const sql = 'SELECT event_name, count(*) AS n FROM aws_cloudtrail GROUP BY ALL'
      const counts: number[] = []
      for (const version of [0, 1]) {
        const rows = await agree({ sql, asOf: { version } }, documented)
        counts.push(rows.reduce((sum, [, n]) => sum + Number(n), 0))
      }
      expect(counts).toEqual([3, 6])
    },
    5 * MINUTES,
  )

  test.concurrent(
    'parameters, injections among them',
    async () => {
      for (const value of ["o'x", "'; DROP TABLE t; --", '\\', '${env:HOME}', ':p1 ?', 'é🙂']) {
        const options = { sql: 'SELECT $1 AS a, $2 || $1 AS b', params: [value, 'x'] }
        const rows = await agree(options, documented)
        expect(rows).toEqual([[value, `x${value}`]])
      }
    },
    5 * MINUTES,
  )

  /** Whether there was something to compare. */
  async function compared(sql: string): Promise<boolean> {
    const [one, other] = await Promise.all([
      answerOf({ sql }, documented.duckdb),
      answerOf({ sql }, documented.spark),
    ])
    // What overflows is an error in both, though not at the same place always.
    if (one.error || other.error?.details['reason'] === 'engine-difference') return false
    expect(other.error, sql).toBeUndefined()
    expect(difference(one.rows ?? [], other.rows ?? [], sql.includes(' LIMIT ')), sql).toBe('')
    return true
  }

  const sample = fc.sample(randomSql, { seed: 20_240_115, numRuns: 5 * SAMPLE })
  test.concurrent.each(Array.from({ length: 5 }, (_, i) => i))(
    'generated SQL, part %i',
    async (part) => {
      let same = 0
      const queries = sample.slice(part * SAMPLE, (part + 1) * SAMPLE)
      for (const sql of queries) if (await compared(sql)) same++
      expect(same).toBeGreaterThan(SAMPLE / 3)
    },
    5 * MINUTES,
  )

  // Takes minutes: HEADRIG_TEST_RUNS says how many queries.
  test.runIf(RUNS > 0)(
    'much generated SQL',
    async () => {
      let same = 0
      await fc.assert(
        fc.asyncProperty(randomSql, async (sql) => {
          if (await compared(sql)) same++
        }),
        { numRuns: RUNS, endOnFailure: false },
      )
      expect(same).toBeGreaterThan(RUNS / 3)
    },
    10 * MINUTES,
  )
})
