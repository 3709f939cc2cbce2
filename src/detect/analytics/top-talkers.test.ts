import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DuckDbEngine, openDuckDb } from '../../engines/duckdb/open.js'
import { heavyTalkersSql, isExact, TOP_TALKERS_VIEW, topTalkersSql } from './top-talkers.js'

let engine: DuckDbEngine
let connection: Awaited<ReturnType<DuckDbEngine['connect']>>
let folder: string

const rows = async (sql: string): Promise<string[]> =>
  (await connection.runAndReadAll(sql)).getRowsJson().map((r) => (r as string[]).join(' '))
const heads = async (sql: string): Promise<string[]> =>
  rows(`SELECT source, destination, port, connections FROM (${sql})`)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headrig-talk-'))
  engine = await openDuckDb({ memoryLimitBytes: 2 ** 28, threads: 2, tempFolder: folder })
  connection = await engine.connect()
  const flow = (
    [src, dst, port]: readonly [string, string, number],
    { n = 1, bytes = 100, action = `'ACCEPT'`, status = `'OK'`, protocol = 6, minute = 0 } = {},
  ): string =>
    `SELECT '${src}', '${dst}', ${port}, ${protocol}, 2, ${bytes}, to_timestamp(${minute * 60}), ${minute * 60}, ${minute * 60 + 59}, ${action}, ${status},
    ${src.includes(':') ? `'20010db80001000a0000000000000001'` : 'NULL'},
    ${dst.includes(':') ? `'20010db8000000000000000000000002'` : 'NULL'} FROM range(${n})`
  await connection.run(`CREATE TABLE aws_vpc_flow AS SELECT * FROM (
    ${[
      flow(['10.0.0.5', '10.0.1.9', 443], { n: 3, minute: 5 }),
      flow(['10.0.0.5', '10.0.1.9', 443], { n: 2, minute: 1 }),
      flow(['10.0.0.6', '10.0.1.9', 443], { n: 4 }),
      flow(['10.0.0.4', '10.0.1.9', 443], { n: 4 }),
      flow(['10.0.0.4', '10.0.1.9', 80], { n: 4 }),
      flow(['203.0.113.9', '10.0.0.5', 1024], { n: 2, bytes: 9000 }),
      flow(['203.0.113.9', '10.0.0.5', 1025], { n: 50 }),
      flow(['198.51.100.1', '10.0.0.5', 22], { n: 99, action: `'REJECT'` }),
      flow(['198.51.100.2', '10.0.0.5', 22], { n: 99, status: `'SKIPDATA'` }),
      flow(['192.0.2.1', '10.0.0.5', 53], { n: 1, status: 'NULL', protocol: 17 }),
      flow(['2001:db8:1:a::1', '2001:db8::2', 443]),
    ].join(' UNION ALL ')}
  ) t(srcaddr, dstaddr, dstport, protocol, packets, bytes, time, start, "end", action, log_status, source_ip_key, dest_ip_key)`)
  await connection.run(
    `INSERT INTO aws_vpc_flow (time, start, "end", log_status) VALUES (to_timestamp(0), 0, 59, 'NODATA')`,
  )
})

afterAll(async () => {
  connection.closeSync()
  engine.close()
  await rm(folder, { recursive: true })
})

test('counts as the published job does, ties in order', async () => {
  expect(await heads(topTalkersSql())).toEqual([
    '10.0.0.5 10.0.1.9 443 5',
    '10.0.0.4 10.0.1.9 80 4',
    '10.0.0.4 10.0.1.9 443 4',
    '10.0.0.6 10.0.1.9 443 4',
    '203.0.113.9 10.0.0.5 1024 2',
    '192.0.2.1 10.0.0.5 53 1',
    '2001:db8:1:a::1 2001:db8::2 443 1',
  ])
  const [first] = await rows(topTalkersSql({ limit: 1 }))
  expect(first).toBe(
    '10.0.0.5 10.0.1.9 443 6 5 10 500 1970-01-01 00:01:00+00 1970-01-01 00:05:59+00',
  )
})

test('all ports, all actions, one action, another measure, a time range', async () => {
  expect((await heads(topTalkersSql({ maxPort: null, limit: 1 })))[0]).toMatch(/1025 50$/)
  expect((await heads(topTalkersSql({ action: null, limit: 1 })))[0]).toMatch(/22 99$/)
  expect(await heads(topTalkersSql({ action: 'REJECT' }))).toEqual(['198.51.100.1 10.0.0.5 22 99'])
  expect((await heads(topTalkersSql({ by: 'bytes', limit: 1 })))[0]).toMatch(/1024 2$/)
  expect(await heads(topTalkersSql({ from: new Date(60_000), to: new Date(300_000) }))).toEqual([
    '10.0.0.5 10.0.1.9 443 2',
  ])
})

test('groups by name: what the map does not know stays an address', async () => {
  const names = new Map([
    ['10.0.0.4', "it's web"],
    ['10.0.0.6', "it's web"],
    ['10.0.1.9', 'db'],
  ])
  expect(await heads(topTalkersSql({ group: { kind: 'name', names }, limit: 2 }))).toEqual([
    "it's web db 443 8",
    '10.0.0.5 db 443 5',
  ])
  expect(
    await heads(topTalkersSql({ group: { kind: 'name', names: new Map() }, limit: 1 })),
  ).toEqual(['10.0.0.5 10.0.1.9 443 5'])
})

test('groups by network', async () => {
  const sql = (bits: number): string => topTalkersSql({ group: { kind: 'network', bits } })
  expect(await heads(sql(24))).toEqual([
    '10.0.0.0/24 10.0.1.0/24 443 13',
    '10.0.0.0/24 10.0.1.0/24 80 4',
    '203.0.113.0/24 10.0.0.0/24 1024 2',
    '192.0.2.0/24 10.0.0.0/24 53 1',
    '2001:db8:1:a::/64 2001:db8:0:0::/64 443 1',
  ])
  expect((await heads(sql(31)))[0]).toBe('10.0.0.4/31 10.0.1.8/31 443 9')
  expect((await heads(sql(0)))[0]).toBe('0.0.0.0/0 0.0.0.0/0 443 13')
})

test('the view gives what the job gives', async () => {
  await connection.run(`CREATE OR REPLACE VIEW ${TOP_TALKERS_VIEW.name} AS ${TOP_TALKERS_VIEW.sql}`)
  expect(
    await heads('SELECT * FROM top_talkers ORDER BY connections DESC, source, destination, port'),
  ).toEqual(await heads(topTalkersSql()))
})

test('two passes give the same rows, and know when they do not', async () => {
  await connection.run(`CREATE OR REPLACE TABLE few AS FROM aws_vpc_flow`)
  try {
    await connection.run(`INSERT INTO aws_vpc_flow (srcaddr, dstaddr, dstport, packets, bytes, start, action, log_status)
      SELECT '10.1.' || (i % 97) || '.' || (i % 250), '10.2.0.' || (i % 200), i % 1000, i % 7, i % 1013, i, 'ACCEPT', 'OK'
      FROM (SELECT (40000 * pow((hash(r) % 100000) / 100000, 6))::BIGINT AS i FROM range(60000) t(r))`)
    for (const by of ['connections', 'packets', 'bytes'] as const) {
      const query = { by, limit: 20 }
      const exact = (
        await connection.runAndReadAll(topTalkersSql(query))
      ).getRowsJson() as string[][]
      const heavy = (
        await connection.runAndReadAll(heavyTalkersSql(query) ?? '')
      ).getRowsJson() as (string | null)[][]
      const at = { connections: 4, packets: 5, bytes: 6 }[by]
      const rest = heavy[0]?.at(-1) ?? undefined
      expect(rest).toBeDefined()
      expect(isExact(20, 20, BigInt(heavy.at(-1)?.[at] ?? 0), BigInt(rest ?? 0))).toBe(true)
      expect(heavy.map((r) => r.slice(0, -1))).toEqual(exact)
    }
  } finally {
    await connection.run(`CREATE OR REPLACE TABLE aws_vpc_flow AS FROM few`)
  }
  const small = (await connection.runAndReadAll(heavyTalkersSql({ limit: 3 }) ?? '')).getRowsJson()
  expect(small.map((r) => r[9])).toEqual([null, null, null])
  expect(isExact(3, 3, 5n, 5n)).toBe(false)
  expect(isExact(2, 3, 5n, 1n)).toBe(false)
  expect(isExact(0, 3, undefined, undefined)).toBe(true)
  expect(heavyTalkersSql({})).toBeUndefined()
})

test('refuses what is out of range', () => {
  expect(() => topTalkersSql({ maxPort: 70_000 })).toThrow('port 70000 is out of range')
  expect(() => topTalkersSql({ limit: 0 })).toThrow('limit 0')
  expect(() => topTalkersSql({ group: { kind: 'network', bits: 33 } })).toThrow('network size 33')
  expect(() => topTalkersSql({ by: 'fame' as 'bytes' })).toThrow('cannot rank by fame')
})
