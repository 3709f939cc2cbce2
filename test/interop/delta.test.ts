import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { collect } from '../../src/app/collect.js'
import type { LakeContext } from '../../src/app/context.js'
import { compact } from '../../src/app/maintain.js'
import { query } from '../../src/app/query.js'
import { openLake } from '../../src/lake/lake.js'
import { checkpointIo } from '../../src/engines/duckdb/checkpoint-io.js'
import type { Snapshot } from '../../src/lake/snapshot.js'
import { trailRecord } from '../support/collect-logs.js'
import { column } from '../support/delta.js'
import { addRows, testContext } from '../support/lake.js'
import { startPeer, type Peer, type Row } from './peer.js'
import { interopTools } from './tools.js'

const tools = await interopTools()

const BASE = [
  column('time', 'timestamp', true),
  column('event_day', 'date'),
  column('text', 'string', true),
  column('small', 'int', true),
  column('big', 'long', true),
  column('ratio', 'double', true),
  column('yes', 'boolean', true),
  column('born', 'date', true),
  column('none', 'string', true),
  column('who', {
    struct: [column('id', 'string'), column('in', { struct: [column('x', 'int')] })],
  }),
  column('seen', { list: [column('p', 'string'), column('q', 'long')] }),
]
const EVOLVED = [
  ...BASE.slice(0, 9),
  column('who', {
    struct: [
      column('id', 'string'),
      column('in', { struct: [column('x', 'int'), column('y', 'timestamp')] }),
    ],
  }),
  column('seen', { list: [column('p', 'string'), column('q', 'long'), column('r', 'boolean')] }),
  column('later', 'string', true),
]
const DAYS = ['2024-01-15', '2024-02-29', null]

let folder: string
let context: LakeContext
let peer: Peer

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headrig-interop-'))
  context = await testContext(join(folder, 'lake'), { memory: '512MiB', threads: '2' })
  if (tools) peer = startPeer(tools.python, tools.jars, folder)
})
afterAll(async () => {
  await peer?.stop()
  await context.close()
  await rm(folder, { recursive: true, force: true })
})

const pathOf = (table: string): string => join(folder, 'lake', 'tables', table)
const inSpark = (table: string): string => `delta.\`${pathOf(table)}\``

async function write(table: string, seed: number, evolved = false): Promise<void> {
  for (const day of DAYS) {
    const time =
      day === null
        ? 'NULL::TIMESTAMPTZ'
        : `TIMESTAMPTZ '${day} 00:00:00.000001Z' + INTERVAL (r * 7919 + ${seed}) MILLISECOND`
    const inner = evolved
      ? `{x: r::INT, y: TIMESTAMPTZ '2024-01-01 00:00:00.123456Z'}`
      : '{x: r::INT}'
    const item = `{p: 'p' || r, q: r::BIGINT${evolved ? ', r: r % 2 = 0' : ''}}`
    await addRows(context, {
      table,
      columns: evolved ? EVOLVED : BASE,
      day,
      select: `SELECT ${time} AS "time",
        CASE WHEN r % 7 = 0 THEN NULL WHEN r % 5 = 0 THEN repeat('long é', 20) || r ELSE 'naïve "' || r || '" 🙂' END AS "text",
        (r - 20 + ${seed})::INT AS small, (9007199254740993 + r)::BIGINT AS big, r / 8 AS ratio,
        r % 3 = 0 AS yes, DATE '1969-12-31' + r::INT AS born, NULL::VARCHAR AS "none",
        CASE WHEN r % 4 = 0 THEN NULL ELSE {id: CASE WHEN r % 3 = 0 THEN NULL ELSE 'u' || r END, "in": ${inner}} END AS who,
        CASE WHEN r % 6 = 0 THEN NULL WHEN r % 6 = 1 THEN [] ELSE [${item}, ${item}] END AS seen
        ${evolved ? `, 'new ' || r AS later` : ''} FROM range(40) q(r) ORDER BY "time"`,
    })
  }
}

/** One spelling for rows of every engine: keys sorted, six digits of a second, null for what is absent. */
function canonical(rows: readonly Row[]): string[] {
  const plain = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(plain)
    if (typeof value === 'object' && value !== null) {
      const entries = Object.entries(value).filter(([, v]) => v !== null)
      return Object.fromEntries(
        entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [k, plain(v)]),
      )
    }
    if (typeof value !== 'string') return value
    const [, second, fraction] = /^(\d{4}-\d\d-\d\dT[\d:]{8})(?:\.(\d+))?Z$/.exec(value) ?? []
    return second === undefined ? value : `${second}.${(fraction ?? '').padEnd(6, '0')}Z`
  }
  return rows.map((row) => JSON.stringify(plain(row))).toSorted()
}

/** Rows as the lake of a fresh process has them. */
async function ours(sql: string): Promise<string[]> {
  const fresh = {
    ...context,
    lake: openLake(
      context.store,
      checkpointIo(() => context.engine()),
    ),
  }
  const answer = await query({ sql }, fresh)
  const rows: Row[] = []
  for await (const batch of answer.batches) {
    for (const values of batch)
      rows.push(Object.fromEntries(answer.columns.map((c, i) => [c.name, values[i]])))
  }
  return canonical(rows)
}

/** The rows of a table, after each reader was seen to find the same. */
async function alike(table: string, others: readonly (keyof typeof READERS)[] = ['rs', 'spark']) {
  const expected = await ours(`SELECT * FROM ${table}`)
  for (const other of others)
    expect(canonical(await READERS[other](table)), other).toEqual(expected)
  return expected
}

const READERS = {
  rs: (table: string) => peer.rs<Row[]>('rows', pathOf(table)),
  spark: (table: string) => peer.spark(`SELECT * FROM ${inSpark(table)}`),
}

async function fresh(table: string): Promise<Snapshot> {
  const lake = openLake(
    context.store,
    checkpointIo(() => context.engine()),
  )
  return (await lake.table(table).snapshot())!
}

async function logFiles(table: string): Promise<string[]> {
  const names: string[] = []
  const prefix = `tables/${table}/_delta_log/`
  for await (const { key } of context.store.list(prefix)) names.push(key.slice(prefix.length))
  return names
}

/** Deletes the commits before a version, so that a reader needs its checkpoint. */
async function forget(table: string, version: number): Promise<void> {
  for (const name of await logFiles(table)) {
    if (/^\d{20}\.(json|crc)$/.test(name) && Number(name.slice(0, 20)) < version)
      await context.store.delete(`tables/${table}/_delta_log/${name}`)
  }
}

// One Spark runs all of it, on machines that may be busy.
vi.setConfig({ testTimeout: 240_000 })

describe.skipIf(!tools)('delta-rs and Spark read what we write', () => {
  test('a table of a few commits, with every type, nulls and a day that is none', async () => {
    await write('flows', 0)
    await write('flows', 1)
    expect(await alike('flows')).toHaveLength(240)
  })

  test('collected logs, however their columns are coded', async () => {
    const source = join(folder, 'source')
    await mkdir(source)
    const sizes = ['-', '-9223372036854775808', '9223372036854775807', '-1', '0', '70000']
    const lines = Array.from({ length: 9000 }, (_, i) =>
      [
        1_704_000_000 + Math.floor(i / 5) * 17,
        `192.0.2.${i % 251}`,
        i % 9 === 0 ? '-' : (i * 40_503) % 65_536,
        i < 40 ? sizes[i % sizes.length] : i % 7 === 0 ? '-' : (i * 7919) % 1_000_003,
        i === 77 ? -2_147_483_648 : 2_147_483_647 - i,
      ].join(' '),
    )
    const header = 'start srcaddr srcport bytes dstport'
    await writeFile(join(source, 'flows.log'), [header, ...lines].join('\n'))
    const trail = Array.from({ length: 300 }, (_, i) => trailRecord(i))
    await writeFile(join(source, 'trail.json'), JSON.stringify({ Records: trail }))
    const summary = await collect({ uris: [source], format: 'auto' }, context)
    expect(summary).toMatchObject({ rows: 9300, rejected: 0 })
    expect(await alike('aws_vpc_flow')).toHaveLength(9000)
    expect(await alike('aws_cloudtrail')).toHaveLength(300)
  })

  test('statistics: neither skips a file that holds a row asked for', async () => {
    const ranges: [string, string, string][] = [
      ['time', '2024-01-15T00:00:00.000001+00:00', '2024-01-15T00:00:07.919001+00:00'],
      ['time', '2024-02-29T00:05:08.841001+00:00', '2024-02-29T00:05:08.842001+00:00'],
      ['text', 'long élong é', 'long ê'],
      ['text', 'naïve "39" 🙂', 'naïve "39" 🙂'],
    ]
    for (const [name, low, high] of ranges) {
      const cast = name === 'time' ? 'TIMESTAMP ' : ''
      const wanted = await ours(
        `SELECT * FROM flows WHERE "${name}" BETWEEN ${cast ? 'TIMESTAMPTZ ' : ''}'${low}' AND ${cast ? 'TIMESTAMPTZ ' : ''}'${high}'`,
      )
      expect(wanted.length, `${name} ${low}`).toBeGreaterThan(0)
      const spark = await peer.spark(
        `SELECT * FROM ${inSpark('flows')} WHERE \`${name}\` BETWEEN ${cast}'${low}' AND ${cast}'${high}'`,
      )
      expect(canonical(spark), `spark ${name} ${low}`).toEqual(wanted)
      const rs = await peer.rs<Row[]>('filtered', pathOf('flows'), name, low, high)
      expect(canonical(rs), `delta-rs ${name} ${low}`).toEqual(wanted)
    }
  })

  test('the same after new columns and fields, compaction, and from a checkpoint alone', async () => {
    await write('flows', 2, true)
    expect(await alike('flows')).toHaveLength(360)
    await compact({ tables: ['flows'] }, context)
    expect(await alike('flows')).toHaveLength(360)
    expect((await (await fresh('flows')).totals()).files).toBe(3)
    await context.lake.table('flows').commit({
      operation: 'WRITE',
      txn: { appId: 'lane-1', version: 41 },
      build: async () => [],
    })
    await context.lake.table('flows').checkpoint()
    const { version } = await fresh('flows')
    await forget('flows', version)
    const facts = await peer.rs('facts', pathOf('flows'), 'lane-1')
    expect(facts).toEqual({ version, txn: 41, files: 3 })
    expect(await alike('flows')).toHaveLength(360)
    await write('flows', 3, true)
    expect(await alike('flows')).toHaveLength(480)
  })
})

describe.skipIf(!tools)('row groups that compaction copied', () => {
  test('read alike, though each file lacks other columns and some were written by Spark', async () => {
    // Text that does not compress, since small row groups are sorted instead.
    const text = `(SELECT string_agg(md5(r || '-' || k), '') FROM range(2600) z(k)) AS "text"`
    const time = (hour: number): string =>
      `TIMESTAMPTZ '2024-01-15 00:00:00Z' + INTERVAL (${hour} * 3600 + r) SECOND AS "time"`
    const big = (hour: number): string => `(${hour} * 1000 + r)::BIGINT AS big`
    const add = (hour: number, more: string): Promise<void> =>
      addRows(context, {
        table: 'copied',
        columns: BASE,
        day: '2024-01-15',
        select: `SELECT ${time(hour)}, ${text}, ${big(hour)}, ${more} FROM range(60) q(r)`,
      })
    await add(9, `r % 2 = 0 AS yes, DATE '2000-01-01' + r::INT AS born`)
    await add(
      3,
      `CASE WHEN r % 3 = 0 THEN NULL ELSE {id: 'u' || r, "in": CASE WHEN r % 2 = 0 THEN NULL ELSE {x: r::INT} END} END AS who`,
    )
    await add(6, `CASE WHEN r % 3 = 0 THEN [] ELSE [{p: 'p' || r, q: r::BIGINT}, NULL] END AS seen`)
    const groupsOf = async (): Promise<string[]> => {
      const snapshot = await fresh('copied')
      const files = (await snapshot.files()).map((f) => context.store.localPath(snapshot.keyOf(f))!)
      const groups = await Promise.all(files.map((f) => peer.rs<unknown[]>('row_groups', f)))
      return groups.flat().map(String).toSorted()
    }
    const before = await groupsOf()
    const table = inSpark('copied')
    const later = 'CAST(time + INTERVAL 9 HOURS AS TIMESTAMP)'
    await peer.spark('SET spark.sql.parquet.outputTimestampType = TIMESTAMP_MICROS')
    await peer.spark(
      `INSERT INTO ${table} SELECT ${later}, event_day, text, small, big + 9000, ratio, yes, born, none, who, seen FROM ${table} WHERE big < 4000 OR big >= 9000`,
    )
    expect(await alike('copied')).toHaveLength(300)
    await compact({ tables: ['copied'] }, context)
    expect((await (await fresh('copied')).totals()).files).toBe(1)
    // Of the same bytes as before: none of ours was encoded again.
    expect(await groupsOf()).toEqual(expect.arrayContaining(before))
    expect(before).toHaveLength(3)
    expect(await alike('copied')).toHaveLength(300)
    for (const [from, to] of [
      [3000, 3059],
      [6058, 9001],
      [18_010, 18_020],
    ] as const) {
      const wanted = await ours(`SELECT * FROM copied WHERE big BETWEEN ${from} AND ${to}`)
      expect(wanted.length).toBeGreaterThan(0)
      const sql = `SELECT * FROM ${table} WHERE big BETWEEN ${from} AND ${to}`
      expect(canonical(await peer.spark(sql))).toEqual(wanted)
      expect(canonical(await peer.rs('filtered', pathOf('copied'), 'big', from, to))).toEqual(
        wanted,
      )
    }
  })
})

describe.skipIf(!tools)('we read what others wrote, and they what we write after', () => {
  test('Spark appends, evolves, deletes, compacts and checkpoints in parts', async () => {
    await write('shared', 0)
    const table = inSpark('shared')
    await peer.spark(`INSERT INTO ${table} SELECT * FROM ${table} WHERE small < 0`)
    await peer.spark(`ALTER TABLE ${table} ADD COLUMNS (added STRING)`)
    await peer.spark(`DELETE FROM ${table} WHERE small = 3`)
    await peer.spark(`OPTIMIZE ${table}`)
    expect(await alike('shared')).toHaveLength(177)
    await write('shared', 5)
    await peer.spark('SET spark.databricks.delta.checkpoint.partSize = 2')
    await peer.spark(`ALTER TABLE ${table} SET TBLPROPERTIES ('delta.checkpointInterval' = '1')`)
    await peer.spark(`INSERT INTO ${table} SELECT * FROM ${table} LIMIT 3`)
    await peer.spark('RESET spark.databricks.delta.checkpoint.partSize')
    const parts = (await logFiles('shared')).filter((n) => /checkpoint\.\d{10}\.\d{10}/.test(n))
    expect(parts.length).toBeGreaterThan(2)
    await forget('shared', Number(parts.at(-1)!.slice(0, 20)))
    expect(await ours('SELECT * FROM shared')).toHaveLength(300)
    await write('shared', 6)
    expect(await alike('shared')).toHaveLength(420)
  })

  test.each(['json', 'parquet'])(
    'Spark checkpoints as v2, %s on top, with sidecars',
    async (top) => {
      const name = `v2_${top}`
      await write(name, 0)
      const table = inSpark(name)
      await peer.spark(`SET spark.databricks.delta.checkpointV2.topLevelFileFormat = ${top}`)
      await peer.spark('SET spark.databricks.delta.checkpoint.partSize = 2')
      await peer.spark(
        `ALTER TABLE ${table} SET TBLPROPERTIES ('delta.checkpointPolicy' = 'v2', 'delta.checkpointInterval' = '1')`,
      )
      await peer.spark(`INSERT INTO ${table} SELECT * FROM ${table} WHERE yes`)
      await peer.spark('RESET spark.databricks.delta.checkpoint.partSize')
      const names = await logFiles(name)
      const checkpoints = names.filter((n) =>
        new RegExp(`checkpoint\\.[0-9a-f-]{36}\\.${top}`).test(n),
      )
      expect(checkpoints.length).toBeGreaterThan(0)
      expect(names.filter((n) => n.startsWith('_sidecars/')).length).toBeGreaterThan(1)
      await forget(name, Number(checkpoints.at(-1)!.slice(0, 20)))
      expect((await fresh(name)).state.protocol.readerFeatures).toContain('v2Checkpoint')
      await write(name, 1)
      // delta-rs does not read tables with this feature.
      expect(await alike(name, ['spark'])).toHaveLength(282)
    },
  )

  test('delta-rs appends and checkpoints', async () => {
    await write('rust', 0)
    await peer.rs('append', pathOf('rust'))
    await peer.rs('checkpoint', pathOf('rust'))
    await forget('rust', (await fresh('rust')).version)
    expect(await alike('rust')).toHaveLength(240)
    await write('rust', 1)
    expect(await alike('rust')).toHaveLength(360)
  })

  test('in-commit timestamps go on rising across writers', async () => {
    await write('clock', 0)
    const table = inSpark('clock')
    await peer.spark(
      `ALTER TABLE ${table} SET TBLPROPERTIES ('delta.enableInCommitTimestamps' = 'true')`,
    )
    await write('clock', 1)
    await peer.spark(`INSERT INTO ${table} SELECT * FROM ${table} LIMIT 1`)
    expect(await alike('clock')).toHaveLength(241)
    const commits = await context.lake.table('clock').history(5)
    const times = commits.map((c) => c.info.inCommitTimestamp ?? 0)
    expect(times.every((t, i) => t > (times[i + 1] ?? 0))).toBe(true)
    const at = await context.lake.table('clock').snapshot({ timestamp: new Date(times[2]!) })
    expect(at!.version).toBe(commits[2]!.version)
  })

  test('a feature that we lack is named', async () => {
    await write('vectors', 0)
    const table = inSpark('vectors')
    await peer.spark(
      `ALTER TABLE ${table} SET TBLPROPERTIES ('delta.enableDeletionVectors' = 'true')`,
    )
    await expect(fresh('vectors')).rejects.toThrow(
      /Delta feature deletionVectors, which headrig lacks/,
    )
    await write('checked', 0)
    await peer.spark(`ALTER TABLE ${inSpark('checked')} ADD CONSTRAINT positive CHECK (ratio >= 0)`)
    expect((await (await fresh('checked')).totals()).files).toBe(3)
    await expect(write('checked', 1)).rejects.toThrow(/CHECK constraint positive/)
  })
})
