import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addRows, rowsOf, testContext } from '../../test/support/lake.js'
import { vpcFlow } from '../formats/aws/vpc-flow.js'
import { tableColumns } from '../formats/table-schema.js'
import type { LakeContext } from './context.js'
import { query } from './query.js'
import { hadoopLines, topTalkers } from './top-talkers.js'

let folder: string
let context: LakeContext

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headrig-talkers-'))
  context = await testContext(join(folder, 'lake'))
  const flow = (src: string, dst: string, port: number, n: number, protocol = 6): string =>
    `SELECT to_timestamp(1704067200 + i) AS time, 1704067200 + i AS start, 1704067260 + i AS "end",
      '${src}' AS srcaddr, '${dst}' AS dstaddr, ${port}::INT AS dstport, ${protocol}::INT AS protocol,
      2::BIGINT AS packets, 100::BIGINT AS bytes, 'ACCEPT' AS action, 'OK' AS log_status
    FROM range(${n}) t(i)`
  await addRows(context, {
    table: 'aws_vpc_flow',
    columns: tableColumns(vpcFlow),
    day: '2024-01-01',
    select: [
      flow('10.0.0.5', '10.0.1.9', 443, 5),
      flow('10.0.0.6', '10.0.1.9', 443, 3),
      flow('10.0.0.6', '10.0.1.2', 53, 4, 17),
      flow('10.0.0.6', '10.0.1.2', 8080, 9),
    ].join(' UNION ALL '),
  })
})

afterAll(async () => {
  await context.close()
  await rm(folder, { recursive: true })
})

async function text(chunks: AsyncIterable<string>): Promise<string> {
  let all = ''
  for await (const chunk of chunks) all += chunk
  return all
}

test('writes what the Hadoop job wrote', async () => {
  expect(await text(hadoopLines(await topTalkers({}, context)))).toBe(
    '10.0.0.5:10.0.1.9:443\t5\n10.0.0.6:10.0.1.2:53\t4\n10.0.0.6:10.0.1.9:443\t3\n',
  )
  expect(await text(hadoopLines(await topTalkers({ allPorts: true, limit: 1 }, context)))).toBe(
    '10.0.0.6:10.0.1.2:8080\t9\n',
  )
})

test('the short way and the long way agree, also when all weigh alike', async () => {
  const all = await rowsOf(await topTalkers({ allPorts: true }, context))
  for (const limit of [1, 2, 3, 4, 9]) {
    const some = await rowsOf(await topTalkers({ allPorts: true, limit }, context))
    expect(some).toEqual(all.slice(0, limit))
  }
  const alike = await testContext(join(folder, 'alike'))
  await addRows(alike, {
    table: 'aws_vpc_flow',
    columns: tableColumns(vpcFlow),
    day: '2024-01-01',
    select: `SELECT to_timestamp(1704067200) AS time, 1704067200 AS start, '10.0.0.' || i % 200 AS srcaddr,
      '10.1.0.' || i // 200 AS dstaddr, 443::INT AS dstport, 'ACCEPT' AS action, 'OK' AS log_status
      FROM range(5000) t(i)`,
  })
  const noted: string[] = []
  const loud = {
    ...alike,
    logger: { ...alike.logger, debug: (message: string) => void noted.push(message) },
  }
  const rows = await rowsOf(await topTalkers({ limit: 2 }, loud))
  await alike.close()
  expect(rows.map((r) => r.slice(0, 4))).toEqual([
    ['10.0.0.0', '10.1.0.0', 443, 1],
    ['10.0.0.0', '10.1.0.1', 443, 1],
  ])
  expect(noted).toEqual(['many talkers weigh alike: counting all of them'])
})

test('names addresses and services', async () => {
  const map = join(folder, 'map.csv')
  await writeFile(map, 'ip,sg,instance\n10.0.0.5,web,i-1\n10.0.0.6,web,i-2\n')
  const answer = await topTalkers({ resolve: map, services: true, limit: 2 }, context)
  expect(answer.columns.map((c) => c.name)).toEqual([
    'source',
    'source_name',
    'destination',
    'destination_name',
    'port',
    'service',
    'connections',
    'packets',
    'bytes',
    'first_seen',
    'last_seen',
  ])
  expect((await rowsOf(answer)).map((r) => r.slice(0, 7))).toEqual([
    ['10.0.0.5', 'web', '10.0.1.9', null, 443, 'https', 5],
    ['10.0.0.6', 'web', '10.0.1.2', null, 53, 'domain', 4],
  ])
  const sg = await rowsOf(await topTalkers({ resolve: map, group: 'sg' }, context))
  expect(sg.map((r) => r.slice(0, 4))).toEqual([
    ['web', '10.0.1.9', 443, 8],
    ['web', '10.0.1.2', 53, 4],
  ])
  const instance = await rowsOf(await topTalkers({ resolve: map, group: 'instance' }, context))
  expect(instance[0]?.[0]).toBe('i-1')
  const network = await rowsOf(await topTalkers({ group: 'cidr/16' }, context))
  expect(network[0]?.slice(0, 4)).toEqual(['10.0.0.0/16', '10.0.0.0/16', 443, 8])
})

test('a time range reads what it needs', async () => {
  const from = new Date('2024-02-01T00:00:00Z')
  const answer = await topTalkers({ from }, context)
  expect(answer.io.tables[0]).toMatchObject({ files: 0, filesTotal: 1 })
  expect(await rowsOf(answer)).toEqual([])
})

test('anyone can query the view', async () => {
  const sql = 'SELECT source, port, connections FROM top_talkers ORDER BY connections DESC LIMIT 1'
  expect(await rowsOf(await query({ sql }, context))).toEqual([['10.0.0.5', 443, 5]])
})

test('says what is wrong with the options', async () => {
  await expect(topTalkers({ group: 'sg' }, context)).rejects.toThrow('needs names: add --resolve')
  await expect(topTalkers({ group: 'rack' }, context)).rejects.toThrow("cannot group by 'rack'")
  await expect(topTalkers({ resolve: '/no/map' }, context)).rejects.toMatchObject({
    kind: 'not-found',
  })
  const empty = await testContext(join(folder, 'empty'))
  await expect(topTalkers({}, empty)).rejects.toThrow('no flow logs in the lake')
  await empty.close()
})
