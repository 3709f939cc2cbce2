import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { column } from '../../../test/support/delta.js'
import { openDuckDb, type DuckDbEngine } from './open.js'
import { rewrite } from './rewrite.js'

const COLUMNS = [
  column('time', 'timestamp', true),
  column('yes', 'boolean', true),
  column('n', 'long', true),
  column('ratio', 'double', true),
  column('born', 'date', true),
  column('text', 'string', true),
  column('who', { struct: [column('id', 'string'), column('age', 'int')] }),
  column('nowhere', 'string', true),
]
const DAY = '2024-01-15'

let folder: string
let engine: DuckDbEngine
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headrig-rewrite-'))
  engine = await openDuckDb({
    memoryLimitBytes: 2 ** 29,
    threads: 1,
    tempFolder: join(folder, 't'),
  })
})
afterAll(async () => {
  engine.close()
  await rm(folder, { recursive: true, force: true })
})

async function write(name: string, select: string): Promise<string> {
  const path = join(folder, `${name}.parquet`)
  const connection = await engine.connect()
  await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet)`)
  connection.closeSync()
  return path
}

async function request(name: string, paths: readonly string[]) {
  const out = join(folder, name)
  await mkdir(out)
  const files = paths.map((path) => ({ path }))
  return { files, columns: COLUMNS, eventDay: DAY, folder: out, targetBytes: 2 ** 27 }
}

const open = async (): Promise<DuckDbEngine> => engine
const never = (): Promise<DuckDbEngine> => Promise.reject(new Error('nothing was to be sorted'))

async function rowsOf(sql: string): Promise<Record<string, unknown>[]> {
  const connection = await engine.connect()
  const rows = (await connection.runAndReadAll(sql)).getRowObjectsJson()
  connection.closeSync()
  return rows as Record<string, unknown>[]
}

/** The row groups of a file: their rows, and the milliseconds of the day that they reach from and to. */
async function groupsOf(path: string): Promise<unknown[]> {
  const ms = (stat: string): string =>
    `date_diff('millisecond', TIMESTAMPTZ '${DAY} 00:00:00Z', ${stat}::TIMESTAMPTZ)::INT`
  const rows = await rowsOf(
    `SELECT row_group_num_rows::INT AS n, ${ms('stats_min_value')} AS low, ${ms('stats_max_value')} AS high FROM parquet_metadata('${path}') WHERE path_in_schema = 'time' ORDER BY row_group_id`,
  )
  return rows.map((r) => [r['n'], r['low'], r['high']])
}

const file = (name: string, from: number, to: number, who: string): Promise<string> =>
  write(
    name,
    `SELECT CASE WHEN i % 100 = 99 THEN NULL ELSE TIMESTAMPTZ '${DAY} 00:00:00Z' + INTERVAL (i * 250) MILLISECOND END AS "time",
      i > 0 AS yes, i::BIGINT AS n, i / 8 AS ratio, DATE '2000-01-01' + i::INT AS born, 'text of more than thirty-two characters ' || lpad(i::VARCHAR, 6, '0') AS text,
      ${who} AS who FROM range(${from}, ${to}) q(i) ORDER BY "time"`,
  )

test('statistics are those of all rows, whatever the slices', async () => {
  const a = await file('a', 0, 150_000, `{id: 'u' || i}`)
  const b = await file('b', 150_000, 300_000, `{id: 'u' || i, age: 1::INT}`)
  const [made, ...more] = await rewrite(open, await request('stats', [b, a]))
  expect(more).toEqual([])
  expect(made).toMatchObject({ eventDay: DAY })
  expect(made!.stats).toMatchObject({
    numRecords: 300_000,
    minValues: {
      time: `${DAY}T00:00:00.000000Z`,
      yes: false,
      n: 0,
      ratio: 0,
      born: '2000-01-01',
      text: 'text of more than thirty-two cha',
    },
    maxValues: {
      time: `${DAY}T20:49:59.500000Z`,
      yes: true,
      n: 299_999,
      ratio: 37499.875,
      text: 'text of more than thirty-two cha\u{10ffff}',
    },
    nullCount: { time: 3000, yes: 0, nowhere: 300_000, who: { id: 0, age: 150_000 } },
  })
  const connection = await engine.connect()
  const rows = await connection.runAndReadAll(
    `SELECT count(*) FILTER (n <> CASE WHEN "time" IS NULL THEN n ELSE date_diff('millisecond', TIMESTAMPTZ '${DAY} 00:00:00Z', "time") // 250 END) AS wrong,
      count(DISTINCT n) AS n, count(*) FILTER (before > "time") AS unsorted
     FROM (SELECT *, lag("time") OVER (ORDER BY file_row_number) AS before FROM read_parquet('${made!.path}', file_row_number = true))`,
  )
  expect(rows.getRowObjectsJson()).toEqual([{ wrong: '0', n: '300000', unsorted: '0' }])
  const groups = await connection.runAndReadAll(
    `SELECT num_row_groups::INT FROM parquet_file_metadata('${made!.path}')`,
  )
  expect(Number(groups.getRows()[0]![0])).toBeGreaterThan(2)
  connection.closeSync()
})

test('an error or an abort leaves nothing behind', async () => {
  const whole = await file('whole', 0, 1000, `{id: 'u'}`)
  const garbage = join(folder, 'garbage.parquet')
  await writeFile(garbage, 'PAR1 no PAR1')
  const broken = await request('broken', [whole, garbage])
  await expect(rewrite(open, broken)).rejects.toThrow(/garbage\.parquet/)
  expect(await readdir(broken.folder)).toEqual([])
  const other = await file('other', 500, 900, `{id: 'u', age: 2::INT}`)
  const stopped = await request('stopped', [whole, other])
  const signal = AbortSignal.abort(new Error('enough'))
  await expect(rewrite(open, { ...stopped, signal })).rejects.toThrow('enough')
  expect(await readdir(stopped.folder)).toEqual([])
})

const AGED = `{id: 'u' || i, age: 1::INT}`
/** Rows every so many milliseconds of the day, from one number to another. */
const timed = (name: string, from: number, to: number, step = 1000, more = ''): Promise<string> =>
  write(
    name,
    `SELECT TIMESTAMPTZ '${DAY} 00:00:00Z' + INTERVAL (i * ${step}) MILLISECOND AS "time", i::BIGINT AS n, '${name}' AS text${more} FROM range(${from}, ${to}) q(i)`,
  )
const SEC = 1000

test('large row groups are copied in order of time, without an engine', async () => {
  const late = await timed('late', 40_000, 60_000)
  const early = await timed('early', 0, 20_000, 1000, `, ${AGED} AS who, i / 2 AS ratio`)
  const middle = await timed('middle', 19_000, 41_000)
  const made = await rewrite(never, await request('copied', [late, early, middle]))
  expect(made).toHaveLength(1)
  const [{ path, stats }] = made as [(typeof made)[0]]
  expect(await groupsOf(path)).toEqual([
    [20_000, 0, 19_999 * SEC],
    [22_000, 19_000 * SEC, 40_999 * SEC],
    [20_000, 40_000 * SEC, 59_999 * SEC],
  ])
  expect(stats.nullCount).toMatchObject({
    n: 0,
    ratio: 42_000,
    who: { id: 42_000, age: 42_000 },
    nowhere: 62_000,
  })
  expect(stats.maxValues).toMatchObject({ n: 59_999, ratio: 9999.5, text: 'middle' })
  const rows = `SELECT "time", n, ratio, text, who FROM read_parquet([$], union_by_name = true) ORDER BY n, text`
  expect(await rowsOf(rows.replace('$', `'${path}'`))).toEqual(
    await rowsOf(rows.replace('$', `'${late}', '${early}', '${middle}'`)),
  )
})

test('a mixed day: the backfill is copied, small files and foreign ones are sorted', async () => {
  const backfill = await timed('backfill', 0, 40_000)
  const small = await Promise.all(
    Array.from({ length: 6 }, (_, i) => timed(`small${i}`, i + 1, 5000, 6 * SEC + i)),
  )
  const foreign = await write(
    'foreign',
    `SELECT (TIMESTAMP '${DAY} 23:00:00' + INTERVAL (i) SECOND) AS "time", i::INT AS n, 'foreign' AS text FROM range(100) q(i)`,
  )
  const before = await readFile(backfill)
  const [made, ...more] = await rewrite(open, await request('mixed', [...small, foreign, backfill]))
  expect(more).toEqual([])
  const groups = await groupsOf(made!.path)
  expect(groups).toContainEqual([40_000, 0, 39_999 * SEC])
  expect(groups).toHaveLength(2)
  expect(made!.stats.numRecords).toBe(40_000 + 5000 * 6 - 21 + 100)
  expect((await readFile(made!.path)).includes(before.subarray(4, 20_000))).toBe(true)
  const [counts] = await rowsOf(
    `SELECT count(*)::INT AS n, count(DISTINCT text)::INT AS texts, count(*) FILTER ("time" = TIMESTAMPTZ '${DAY} 23:01:39Z' AND n = 99)::INT AS last FROM '${made!.path}'`,
  )
  expect(counts).toEqual({ n: 70_079, texts: 8, last: 1 })
})

test('only the row groups that need it are taken out of a file and sorted', async () => {
  const mixed = join(folder, 'mixed.parquet')
  const connection = await engine.connect()
  // Row groups of 20,000, 20,000 and 1,000 rows.
  await connection.run(
    `COPY (SELECT TIMESTAMPTZ '${DAY} 00:00:00Z' + INTERVAL (i) SECOND AS "time", i::BIGINT AS n FROM range(41000) q(i)) TO '${mixed}' (FORMAT parquet, ROW_GROUP_SIZE 20480)`,
  )
  connection.closeSync()
  const small = await timed('tail', 41_000, 41_500)
  const [made] = await rewrite(open, await request('taken', [small, mixed]))
  expect(await groupsOf(made!.path)).toEqual([
    [20_480, 0, 20_479 * SEC],
    [20_480, 20_480 * SEC, 40_959 * SEC],
    [540, 40_960 * SEC, 41_499 * SEC],
  ])
})

test('files of readers that overlap deeply are sorted into row groups that do not', async () => {
  const paths = await Promise.all(
    Array.from({ length: 4 }, (_, i) => timed(`deep${i}`, i, 120_000, 700)),
  )
  const [made] = await rewrite(open, await request('deep', paths))
  const groups = (await groupsOf(made!.path)) as [number, number, number][]
  expect(groups.length).toBeGreaterThan(2)
  expect(groups.every(([, low], i) => i === 0 || low > groups[i - 1]![2])).toBe(true)
})

test('new files are cut at the size asked for, and none is left over', async () => {
  const paths = await Promise.all(
    Array.from({ length: 6 }, (_, i) => timed(`cut${i}`, i * 17_000, (i + 1) * 17_000)),
  )
  const [one] = await rewrite(never, await request('whole-day', paths))
  const wanted = await request('cut', paths)
  const targetBytes = Math.ceil(one!.size / 2.5)
  const made = await rewrite(never, { ...wanted, targetBytes })
  expect(made.map((f) => f.stats.numRecords)).toEqual([34_000, 34_000, 34_000])
  expect(made.every((f) => f.size < targetBytes * 1.01)).toBe(true)
  expect((await readdir(wanted.folder)).toSorted()).toEqual(
    made.map((f) => f.path.slice(wanted.folder.length + 1)).toSorted(),
  )
})
