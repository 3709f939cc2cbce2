import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { rowsOf, testContext } from '../../../test/support/lake.js'
import type { LakeContext } from '../context.js'
import { query } from '../query.js'

const root = mkdtempSync(join(tmpdir(), 'headrig-pruning-'))
const NAMES = ['a', 'B', "o'x", 'é', '10', '9', null]
const NUMBERS = [-1, 0, 7, 10, null]
const DAYS = ['2024-01-15', '2024-02-01']
let context: LakeContext

const run = async (sql: string) => rowsOf(await query({ sql, cwd: root }, context))
const io = async (sql: string) => {
  const answer = await query({ sql, cwd: root }, context)
  await rowsOf(answer)
  return answer.io.externals
}

beforeAll(async () => {
  context = await testContext(join(root, 'lake'), { memory: '512MiB', threads: '1' })
  const part = (value: string | number | null): string =>
    value === null ? '__HIVE_DEFAULT_PARTITION__' : encodeURIComponent(String(value))
  for (const s of NAMES) {
    for (const n of NUMBERS) {
      for (const d of DAYS) {
        const folder = join(root, 'files', `s=${part(s)}`, `n=${part(n)}`, `d=${d}`)
        mkdirSync(folder, { recursive: true })
        writeFileSync(join(folder, "a [1]* 'é.log"), `${JSON.stringify({ s, n, d })}\n`)
      }
    }
  }
  await run(
    `CREATE EXTERNAL TABLE logs (line string) PARTITIONED BY (s string, n int, d date) LOCATION 'files'`,
  )
  await run('MSCK REPAIR TABLE logs')
})

afterAll(async () => {
  await context.close()
  rmSync(root, { recursive: true, force: true })
})

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`
const text = fc.constantFrom(...NAMES.map((s) => literal(s ?? 'none')))
const number = fc.constantFrom('-1', '0', '5', '7', '10')
const day = fc.constantFrom("DATE '2024-01-15'", "DATE '2024-01-20'", "DATE '2024-02-01'")
const op = fc.constantFrom('=', '<', '<=', '>', '>=', '<>')
const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small' },
    fc.tuple(fc.constant('s'), op, text).map((p) => p.join(' ')),
    fc.tuple(fc.constant('n'), op, number).map((p) => p.join(' ')),
    fc.tuple(fc.constant('d'), op, day).map((p) => p.join(' ')),
    fc.array(text, { minLength: 1, maxLength: 3 }).map((list) => `s IN (${list.join(', ')})`),
    fc.tuple(number, number).map(([a, b]) => `n BETWEEN ${a} AND ${b}`),
    fc.constantFrom('s IS NULL', 'n IS NOT NULL', 'upper(s) = s', 'n + 1 > 7'),
    fc.tuple(tie('condition'), tie('condition')).map(([a, b]) => `(${a} AND ${b})`),
    fc.tuple(tie('condition'), tie('condition')).map(([a, b]) => `(${a} OR ${b})`),
    tie('condition').map((c) => `NOT (${c})`),
  ),
}))

it('leaves out no partition that holds rows of the answer', { timeout: 60_000 }, async () => {
  const all = NAMES.flatMap((s) => NUMBERS.flatMap((n) => DAYS.map((d) => ({ s, n, d }))))
  const values = all.map(
    ({ s, n, d }) => `(${s === null ? 'NULL' : literal(s)}, ${n ?? 'NULL'}::INT, DATE '${d}')`,
  )
  let pruned = 0
  await fc.assert(
    fc.asyncProperty(condition, async (where) => {
      const sql = `SELECT line, s, n, d FROM logs WHERE ${where} ORDER BY ALL`
      const expected = await run(
        `SELECT s, n, d FROM (VALUES ${values.join(', ')}) AS v(s, n, d) WHERE ${where}`,
      )
      const found = await run(sql)
      const key = (row: unknown): string => JSON.stringify(row)
      expect(found.map(([, ...row]) => key(row)).toSorted()).toEqual(expected.map(key).toSorted())
      for (const [line, s, n, d] of found) expect(JSON.parse(line as string)).toEqual({ s, n, d })
      const [read] = await io(sql)
      if (read && read.files < all.length) pruned++
    }),
    { numRuns: 25 },
  )
  expect(pruned).toBeGreaterThan(5)
})

it('reads only what equalities leave', async () => {
  expect(
    await io(`SELECT * FROM logs WHERE s = 'a' AND n >= 7 AND d = DATE '2024-02-01'`),
  ).toMatchObject([{ partitions: 2, files: 2 }])
  expect(
    await io(`SELECT * FROM logs x JOIN logs y ON x.n = y.n WHERE x.s = 'a' AND y.s = 'B'`),
  ).toMatchObject([{ files: 2 * NUMBERS.length * DAYS.length }])
})

it('reads a place that two partitions share once for each', async () => {
  await run(`CREATE EXTERNAL TABLE twice (line string) PARTITIONED BY (p string) LOCATION 'x'`)
  const place = 'files/s=a/n=0/d=2024-02-01'
  await run(
    `ALTER TABLE twice ADD PARTITION (p='1') LOCATION '${place}' PARTITION (p='2') LOCATION '${place}'`,
  )
  expect(await run('SELECT p, count(*) FROM twice GROUP BY 1 ORDER BY 1')).toEqual([
    ['1', 1],
    ['2', 1],
  ])
})
