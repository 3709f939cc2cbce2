import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TableColumn } from '../../formats/table-schema.js'
import type { MountedFile, QueryResult } from '../engine.js'
import { openDuckDb } from './open.js'
import type { QuerySession } from '../engine.js'
import { openSession } from './session.js'

const root = mkdtempSync(join(tmpdir(), 'headrig-session-'))
const options = { memoryLimitBytes: 2 ** 28, threads: 2, tempFolder: join(root, 'spill') }

const col = (name: string, type: TableColumn['type']): TableColumn => ({
  name,
  type,
  doc: '',
  hot: false,
})
const columns = [
  col('time', 'timestamp'),
  col('event_day', 'date'),
  col('end', 'long'),
  col('who', { struct: [col('arn', 'string'), col('name', 'string')] }),
  col('added', 'string'),
]

async function write(path: string, select: string): Promise<string> {
  const engine = await openDuckDb(options)
  try {
    mkdirSync(join(path, '..'), { recursive: true })
    const connection = await engine.connect()
    await connection.run(`COPY (${select}) TO '${path.replaceAll("'", "''")}' (FORMAT parquet)`)
    return path
  } finally {
    engine.close()
  }
}

async function rowsOf({ batches }: QueryResult): Promise<unknown[][]> {
  const rows: unknown[][] = []
  for await (const batch of batches) rows.push(...batch.map((r) => [...r]))
  return rows
}

const OLD = `SELECT TIMESTAMPTZ '2024-01-15 10:00:00Z' AS time, 1::BIGINT AS "end", {'arn': 'a'} AS who`
const NEW = `SELECT TIMESTAMPTZ '2024-01-16 11:00:00.5Z' AS time, 2::BIGINT AS "end", {'arn': 'b', 'name': 'bob'} AS who, 'x' AS added`

async function open(files: MountedFile[]): Promise<QuerySession> {
  return openSession(options, { tables: [{ name: 'logs', columns, files }] })
}

let files: MountedFile[] = []
beforeAll(async () => {
  const lake = join(root, 'lake')
  files = [
    {
      path: await write(join(lake, 'event_day=2024-01-15/a.parquet'), OLD),
      eventDay: '2024-01-15',
    },
    {
      path: await write(join(lake, 'event_day=2024-01-16/b.parquet'), NEW),
      eventDay: '2024-01-16',
    },
    {
      path: await write(join(lake, 'event_day=__HIVE_DEFAULT_PARTITION__/c.parquet'), NEW),
      eventDay: null,
    },
  ]
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

describe('mounted tables', () => {
  it('have the columns of the schema, whatever their files hold', async () => {
    const session = await open(files)
    const result = await session.query('SELECT * FROM logs ORDER BY event_day NULLS LAST')
    expect(result.columns.map((c) => c.name)).toEqual(columns.map((c) => c.name))
    expect(await rowsOf(result)).toEqual([
      ['2024-01-15T10:00:00Z', '2024-01-15', 1, { arn: 'a', name: null }, null],
      ['2024-01-16T11:00:00.5Z', '2024-01-16', 2, { arn: 'b', name: 'bob' }, 'x'],
      ['2024-01-16T11:00:00.5Z', null, 2, { arn: 'b', name: 'bob' }, 'x'],
    ])
    await session.close()
  })

  it('take the day from the log when no folder says it, or a folder says something else', async () => {
    const odd = join(root, 'end=7', 'day=x [1]*?', "it's")
    const plain = { path: await write(join(odd, 'p.parquet'), NEW), eventDay: '2024-02-01' }
    const none = { path: await write(join(odd, 'q.parquet'), NEW), eventDay: null }
    const session = await open([plain, none])
    expect(
      await rowsOf(await session.query('SELECT event_day, "end" FROM logs ORDER BY 1')),
    ).toEqual([
      ['2024-02-01', 2],
      [null, 2],
    ])
    await session.close()
  })

  it('are read in groups when it is known what the files hold', async () => {
    const holds = (name: boolean, end: boolean): ReadonlyMap<string, boolean> =>
      new Map([
        ['who', true],
        ['added', name],
        ['end', end],
        ['time', true],
      ])
    const known = files.map((f, i) => ({ ...f, holds: holds(i > 0, i < 2) }))
    const needed = new Set(['end', 'who', 'added'])
    const session = await openSession(options, {
      tables: [{ name: 'logs', columns, files: known, needed }],
    })
    expect(
      await rowsOf(await session.query('SELECT "end", who.name, added FROM logs ORDER BY ALL')),
    ).toEqual([
      [1, null, null],
      [2, 'bob', 'x'],
      [null, 'bob', 'x'],
    ])
    await expect(session.query('SELECT time FROM logs').then(rowsOf)).rejects.toThrow(
      'column time was not planned for',
    )
    await session.close()
  })

  it('look into many files of which little is known', async () => {
    const many = await Promise.all(
      Array.from({ length: 70 }, async (_, i) => ({
        path: await write(join(root, 'many', `${i} [x].parquet`), i % 2 ? NEW : OLD),
        eventDay: '2024-01-15',
      })),
    )
    const session = await openSession(options, {
      tables: [{ name: 'logs', columns, files: many, needed: new Set(['added', 'who']) }],
    })
    expect(
      await rowsOf(
        await session.query(
          'SELECT count(*), count(added), count(who.name), min(event_day) FROM logs',
        ),
      ),
    ).toEqual([[70, 35, 35, '2024-01-15']])
    await session.close()
  })

  it('are empty and typed without files', async () => {
    const session = await open([])
    const { columns: found } = await session.query('SELECT who.name, "end", time FROM logs')
    expect(found.map((c) => c.type)).toEqual(['VARCHAR', 'BIGINT', 'TIMESTAMP WITH TIME ZONE'])
    await session.close()
  })
})

describe('a session', () => {
  it.each([
    `FROM read_csv('/etc/passwd')`,
    `FROM read_text('/etc/passwd')`,
    `FROM glob('/etc/*')`,
    `FROM '/etc/passwd.csv'`,
    `COPY logs TO '${root}/out.csv'`,
    `ATTACH '${root}/out.db'`,
  ])('reads and writes no other file: %s', async (sql) => {
    const session = await open(files)
    await expect(session.query(sql).then(rowsOf)).rejects.toMatchObject({ kind: 'forbidden' })
    await session.close()
  })

  it.each([`SET enable_external_access = true`, `SET threads = 1`, `SET TimeZone = 'Asia/Tokyo'`])(
    'keeps its settings: %s',
    async (sql) => {
      const session = await open(files)
      await expect(session.query(sql).then(rowsOf)).rejects.toMatchObject({ kind: 'invalid' })
      await session.close()
    },
  )

  it('streams, binds parameters, and stops early', async () => {
    const session = await open([])
    const many = await session.query('SELECT range AS n FROM range($1::BIGINT)', {
      params: [50_000_000],
    })
    let seen = 0
    for await (const rows of many.batches) {
      seen += rows.length
      if (seen > 10_000) break
    }
    expect(await rowsOf(await session.query('SELECT 1'))).toEqual([[1]])
    await session.close()
  })

  it('is interrupted by its signal', async () => {
    const session = await open([])
    const controller = new AbortController()
    const reason = new Error('enough')
    setTimeout(() => controller.abort(reason), 100)
    const run = async (): Promise<unknown> =>
      rowsOf(
        await session.query(
          'SELECT sum(a.range * b.range) FROM range(1000000) a, range(1000000) b',
          {
            signal: controller.signal,
          },
        ),
      )
    await expect(run()).rejects.toBe(reason)
    await session.close()
  })

  it('tells an error that comes after many rows, and where it is', async () => {
    const session = await open([])
    const sql = `SELECT CAST(CASE WHEN range = 2999999 THEN 'late' ELSE '1' END AS INTEGER) FROM range(3000000)`
    const { batches, columns: found } = await session.query(sql)
    await expect(rowsOf({ batches, columns: found })).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringMatching(
        /could not convert string 'late' to INT32 \(line 1, column 8\)/i,
      ),
    })
    await session.close()
  })

  it('spills within its own folder although it is locked', async () => {
    const session = await openSession(
      { ...options, memoryLimitBytes: 40 * 2 ** 20 },
      { tables: [] },
    )
    const rows = await rowsOf(
      await session.query(
        `SELECT count(*) FROM (SELECT DISTINCT range || 'some text to fill memory' FROM range(1500000))`,
      ),
    )
    expect(rows).toEqual([[1_500_000]])
    await session.close()
  })
})
