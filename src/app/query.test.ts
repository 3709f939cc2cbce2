import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TableColumn } from '../formats/table-schema.js'
import { addRows, rowsOf, testContext } from '../../test/support/lake.js'
import type { LakeContext } from './context.js'
import { query, type QueryOptions } from './query.js'

const root = mkdtempSync(join(tmpdir(), 'headrig-query-'))
let context: LakeContext

const col = (name: string, type: TableColumn['type'], hot = false): TableColumn => ({
  name,
  type,
  doc: '',
  hot,
})
const columns = [
  col('time', 'timestamp', true),
  col('event_day', 'date'),
  col('event_name', 'string', true),
  col('dstport', 'int', true),
  col('who', { struct: [col('user_name', 'string')] }),
  col('tags', { list: [col('tag_key', 'string')] }),
]
const wider = [...columns, col('note', 'string')]

const NAMES = ['Alpha', 'Bravo', 'Delete', 'DeleteX', 'omega', 'ünicode', "o'x", 'z\nz']
const nameList = NAMES.map((n) => `'${n.replaceAll("'", "''")}'`).join(', ')

/** 60 rows a day; each file holds a part of the names and ports, so that statistics differ. */
function rowsFor(day: string, part: number, extra = ''): string {
  return `SELECT TIMESTAMPTZ '${day} 00:00:00Z' + INTERVAL (range * 24 + ${part} * 1440 // 2) MINUTE AS time,
    ([${nameList}])[1 + (range + ${part} * 3) % (3 + ${part})] AS event_name,
    CASE WHEN range % 7 = 3 THEN NULL ELSE (${part} * 400 + range * 5)::INTEGER END AS dstport,
    {'user_name': 'u' || (range % 3)} AS who, [{'tag_key': 'k' || range}] AS tags ${extra}
    FROM range(30)`
}

beforeAll(async () => {
  context = await testContext(join(root, 'lake'), { memory: '512MiB', threads: '2' })
  for (const day of ['2024-01-14', '2024-01-15', '2024-01-16']) {
    for (const part of [0, 1]) {
      await addRows(context, { table: 'logs', columns, day, select: rowsFor(day, part) })
    }
  }
  await addRows(context, {
    table: 'logs',
    columns: wider,
    day: '2024-01-17',
    select: rowsFor('2024-01-17', 2, `, 'n' || range AS note`),
  })
  await addRows(context, {
    table: 'logs',
    columns: wider,
    day: null,
    select: `SELECT NULL::TIMESTAMPTZ AS time, 'Alpha' AS event_name, {'user_name': 'x'} AS who`,
  })
}, 30_000)
afterAll(async () => {
  await context.close()
  rmSync(root, { recursive: true, force: true })
})

const ask = async (sql: string, more: Partial<QueryOptions> = {}) => {
  const answer = await query({ sql, ...more }, context)
  return { ...answer, rows: await rowsOf(answer) }
}
const filesRead = async (sql: string, more: Partial<QueryOptions> = {}): Promise<number[]> =>
  (await ask(sql, more)).io.tables.map((t) => t.files)

describe('query', () => {
  it('answers over files of every schema', async () => {
    const { rows, columns: found } = await ask(
      `SELECT event_day, count(*) AS n, count(note) AS notes, count(time) AS times FROM logs GROUP BY 1 ORDER BY 1 NULLS LAST`,
    )
    expect(found.map((c) => c.name)).toEqual(['event_day', 'n', 'notes', 'times'])
    expect(rows).toEqual([
      ['2024-01-14', 60, 0, 60],
      ['2024-01-15', 60, 0, 60],
      ['2024-01-16', 60, 0, 60],
      ['2024-01-17', 30, 30, 30],
      [null, 1, 0, 0],
    ])
  })

  it('gives every column of every file to SELECT *', async () => {
    const { rows, columns: found } = await ask(
      `SELECT * FROM logs WHERE event_day = '2024-01-17' OR event_day IS NULL ORDER BY time LIMIT 1`,
    )
    expect(found.map((c) => c.name)).toEqual(wider.map((c) => c.name))
    expect(rows[0]?.slice(4)).toEqual([{ user_name: 'u0' }, [{ tag_key: 'k0' }], 'n0'])
  })

  it.each([
    [`SELECT count(*) FROM logs`, [8]],
    [`SELECT count(*) FROM logs WHERE event_day = '2024-01-15'`, [2]],
    [`SELECT count(*) FROM logs WHERE time >= '2024-01-16' AND time < '2024-01-17'`, [2]],
    [`SELECT count(*) FROM logs WHERE time::DATE = '2024-01-16'`, [2]],
    [`SELECT count(*) FROM logs WHERE date_trunc('day', time) = '2024-01-16'`, [2]],
    [`SELECT count(*) FROM logs WHERE dstport > 800`, [1]],
    [`SELECT count(*) FROM logs WHERE eventName = 'Aaa'`, [0]],
    [`SELECT count(*) FROM logs WHERE event_day = '2024-01-15' AND event_day = '2024-01-16'`, []],
    [`WITH a AS (SELECT * FROM logs) SELECT count(*) FROM a WHERE event_day > '2024-01-16'`, [1]],
    [
      `SELECT count(*) FROM logs a JOIN logs b USING (time) WHERE a.event_day = '2024-01-15' AND b.dstport > 800`,
      [3],
    ],
    [`SELECT 1`, []],
    [`SHOW TABLES`, []],
  ])('reads only the files that may matter: %s', async (sql, files) => {
    expect(await filesRead(sql)).toEqual(files)
  })

  it('tells how much was read of what there is', async () => {
    const { io } = await ask(`SELECT count(*) FROM logs WHERE event_day = '2024-01-15'`)
    const [logs] = io.tables
    expect(logs).toMatchObject({ table: 'logs', version: 7, files: 2, filesTotal: 8 })
    expect(logs!.bytes).toBeGreaterThan(0)
    expect(logs!.bytes).toBeLessThan(logs!.bytesTotal)
  })

  it('binds parameters, which rule files out too', async () => {
    const { rows, io } = await ask('SELECT count(*) FROM logs WHERE event_day = $1', {
      params: ['2024-01-15'],
    })
    expect([rows, io.tables[0]?.files]).toEqual([[[60]], 2])
  })

  it('goes back in time', async () => {
    expect((await ask('SELECT count(*) FROM logs', { asOf: { version: 0 } })).rows).toEqual([[30]])
    const at = context.lake.table('logs')
    const second = (await at.snapshot({ version: 1 }))!.timestamp
    expect((await ask('SELECT count(*) FROM logs', { asOf: { timestamp: second } })).rows).toEqual([
      [60],
    ])
    await expect(ask('SELECT count(*) FROM logs', { asOf: { version: 99 } })).rejects.toMatchObject(
      {
        kind: 'not-found',
      },
    )
    expect((await ask('SELECT 1', { asOf: { version: 99 } })).rows).toEqual([[1]])
  })

  it('explains what is read and why', async () => {
    const sql = `SELECT eventName FROM logs WHERE event_day IN ('2024-01-15', '2024-01-17')`
    const lines = (await ask(sql, { explain: true })).rows.map(([line]) => String(line))
    expect(lines.slice(0, 2)).toEqual(['logs: version 7', '  files  3 of 8'])
    expect(lines[3]).toBe(`  where  event_day in ('2024-01-15', '2024-01-17')`)
    expect(lines.join('\n')).toContain('SELECT "event_name" AS "eventName" FROM logs')
    expect(lines.join('\n')).toContain('READ_PARQUET')
    const typed = (await ask(`EXPLAIN ${sql}`)).rows.map(([line]) => String(line))
    expect(typed.slice(0, 3)).toEqual(lines.slice(0, 3))
    const analyzed = (await ask(`EXPLAIN ANALYZE ${sql}`)).rows.map(([line]) => String(line))
    expect(analyzed.join('\n')).toContain('Total Time')
  })

  it('reads nothing but the lake', async () => {
    await expect(ask(`FROM read_csv('/etc/passwd')`)).rejects.toMatchObject({ kind: 'forbidden' })
    const file = `${root}/lake/tables/logs/_delta_log/00000000000000000000.json`
    await expect(ask(`FROM read_text('${file}')`)).rejects.toMatchObject({ kind: 'forbidden' })
  })

  it('ends with its signal', async () => {
    const controller = new AbortController()
    setTimeout(() => controller.abort(new Error('enough')), 200)
    const answer = query(
      { sql: 'SELECT sum(a.range * b.range) FROM range(1000000) a, range(1000000) b' },
      { ...context, signal: controller.signal },
    )
    await expect(answer.then(rowsOf)).rejects.toThrow('enough')
  })

  it('needs a lake', async () => {
    const none = await testContext(join(root, 'none'))
    await expect(query({ sql: 'SELECT 1' }, none)).rejects.toMatchObject({ kind: 'not-found' })
    await none.close()
  })

  it('gives the same rows as without ruling files out, whatever the condition', async () => {
    const text = fc
      .constantFrom(...NAMES, 'Del', '', 'zz')
      .map((n) => `'${n.replaceAll("'", "''")}'`)
    const day = fc.constantFrom('2024-01-13', '2024-01-15', '2024-01-16', '2024-01-17')
    const moment = fc
      .tuple(day, fc.nat(23), fc.constantFrom('', '.5', '.000001'))
      .map(([d, h, f]) => `TIMESTAMPTZ '${d} ${String(h).padStart(2, '0')}:00:00${f}Z'`)
    const port = fc.oneof(fc.integer({ min: -5, max: 1000 }).map(String), fc.constant('22.5'))
    const op = fc.constantFrom('=', '<', '<=', '>', '>=', '<>', 'IS DISTINCT FROM')
    const atom = fc.oneof(
      fc.tuple(op, text).map(([o, v]) => `event_name ${o} ${v}`),
      fc.tuple(op, day).map(([o, v]) => `event_day ${o} '${v}'`),
      fc.tuple(op, moment).map(([o, v]) => `time ${o} ${v}`),
      fc.tuple(op, day).map(([o, v]) => `time::DATE ${o} '${v}'`),
      fc.tuple(op, port).map(([o, v]) => `dstport ${o} ${v}`),
      fc.array(text, { minLength: 1, maxLength: 3 }).map((l) => `event_name IN (${l.join(', ')})`),
      fc
        .array(day, { minLength: 1, maxLength: 3 })
        .map((l) => `event_day NOT IN ('${l.join("', '")}')`),
      fc.tuple(day, day).map(([a, b]) => `event_day BETWEEN '${a}' AND '${b}'`),
      fc.tuple(text).map(([t]) => `event_name LIKE ${t.slice(0, -1)}%'`),
      fc.constantFrom(
        'dstport IS NULL',
        'event_day IS NOT NULL',
        'note IS NULL',
        'dstport % 2 = 0',
      ),
    )
    const { condition } = fc.letrec<{ condition: string }>((tie) => ({
      condition: fc.oneof(
        { maxDepth: 3 },
        atom,
        fc.tuple(tie('condition'), tie('condition')).map(([a, b]) => `(${a} AND ${b})`),
        fc.tuple(tie('condition'), tie('condition')).map(([a, b]) => `(${a} OR ${b})`),
        tie('condition').map((a) => `NOT (${a})`),
      ),
    }))
    await fc.assert(
      fc.asyncProperty(condition, async (where) => {
        const pruned = await ask(
          `SELECT count(*), min(time), max(dstport), min(event_name) FROM logs WHERE ${where}`,
        )
        const only = `FILTER (WHERE ${where})`
        const all = await ask(
          `SELECT count(*) ${only}, min(time) ${only}, max(dstport) ${only}, min(event_name) ${only} FROM logs`,
        )
        expect(all.io.tables[0]?.files).toBe(8)
        expect(pruned.rows).toEqual(all.rows)
      }),
      { numRuns: 40 },
    )
  }, 60_000)
})
