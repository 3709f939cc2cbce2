// What docs/engines.md says that Spark refuses is refused, by name, before a server is asked.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { answerOf, openPair, type Pair } from '../../test/support/conformance.js'
import { addDocumented } from '../../test/support/documented-lake.js'
import { rowsOf } from '../../test/support/lake.js'
import { query } from '../app/query.js'

const root = mkdtempSync(join(tmpdir(), 'headrig-differences-'))
let pair: Pair
beforeAll(async () => {
  pair = await openPair(join(root, 'lake'), 'sc://127.0.0.1:9')
  await addDocumented(pair.duckdb)
}, 60_000)
afterAll(async () => {
  await pair.close()
  rmSync(root, { recursive: true, force: true })
})

const [, refused = ''] = readFileSync('docs/engines.md', 'utf8').split('## Refused on Spark')
const examples = [...refused.matchAll(/^\| `(.+?)` +\|/gm)].map(([, sql = '']) => sql)

test('the table has rows', () => {
  expect(examples.length).toBeGreaterThan(10)
})

test.each(examples)('%s', async (sql) => {
  const { error: none } = await answerOf({ sql }, pair.duckdb)
  expect(none).toBeUndefined()
  const { error } = await answerOf({ sql }, pair.spark)
  expect(error).toMatchObject({
    kind: 'invalid',
    details: { reason: 'engine-difference' },
    message: expect.stringContaining('use --engine duckdb'),
  })
})

test('auto leaves small work to DuckDB', async () => {
  const { settings } = pair.spark
  const auto = { ...pair.spark, settings: { ...settings, engine: 'auto' as const } }
  expect(await rowsOf(await query({ sql: 'SELECT typeof(1.5)' }, auto))).toEqual([['DECIMAL(2,1)']])
})

test('what tells of tables is answered without Spark', async () => {
  const { rows } = await answerOf({ sql: 'DESCRIBE aws_vpc_flow' }, pair.spark)
  expect(rows?.length).toBeGreaterThan(20)
})

test.each(['DROP VIEW x', 'SELECT 1; SELECT 2', "COPY aws_vpc_flow TO '/tmp/x'"])(
  'the guard stands before Spark too: %s',
  async (sql) => {
    const { error } = await answerOf({ sql }, pair.spark)
    expect(error?.kind).toMatch(/invalid|not-found/)
  },
)

test.each(["SELECT * FROM read_csv('/etc/passwd')", 'SELECT * FROM "/etc/passwd"'])(
  'files are not read: %s',
  async (sql) => {
    const { error } = await answerOf({ sql }, pair.spark)
    expect(error).toBeDefined()
    expect(error?.kind).not.toBe('unavailable')
  },
)
