import { setTimeout } from 'node:timers/promises'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type CutProxy, startCutProxy } from '../../../../test/support/cut-proxy.js'
import { startSpark } from '../../../../test/support/spark.js'
import type { SparkResult } from './result.js'
import { SparkConnectSession } from './session.js'

// Small streams, so that the server too ends them in the middle of a result.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const server = await startSpark({
  conf: { 'spark.connect.execute.reattachable.senderMaxStreamSize': '3m' },
})
const ROWS = 400_000
const big = (rows: number): string =>
  `SELECT id, sha2(cast(id AS string), 256) AS hash FROM range(${rows})`

let proxy: CutProxy
let session: SparkConnectSession

afterAll(() => server?.stop())

async function checkAll(
  result: SparkResult,
  pace?: () => Promise<void>,
  count = ROWS,
): Promise<void> {
  const seen = new Uint8Array(count)
  for await (const batch of result.batches) {
    const ids = batch.getChildAt(0)!.data[0]!.values as BigInt64Array
    for (let i = 0; i < batch.numRows; i++) seen[Number(ids[i])]! += 1
    await pace?.()
  }
  expect(seen.every((n) => n === 1)).toBe(true)
}

describe.skipIf(!server)('a result over a bad connection', () => {
  beforeEach(async () => {
    proxy = await startCutProxy(server!.port)
    session = await SparkConnectSession.connect({
      url: `sc://127.0.0.1:${proxy.port}/;token=${server!.token}`,
      retry: { attempts: 9, firstMs: 20, maxMs: 500 },
    })
  })
  afterEach(async () => {
    await session.close()
    await proxy.close()
  })

  test('arrives once, in little memory, though the server ends its streams early', async () => {
    let most = 0
    const measure = async (): Promise<void> => {
      most = Math.max(most, process.memoryUsage().arrayBuffers)
    }
    await checkAll(await session.query(big(1_000_000)), measure, 1_000_000)
    expect(proxy.received()).toBeGreaterThan(75e6)
    expect(most).toBeLessThan(64e6)
    expect(proxy.connections()).toBe(1)
  })

  test('arrives once though connections are reset again and again', async () => {
    proxy.cutEvery(4e6)
    await checkAll(await session.query(big(ROWS)))
    expect(proxy.connections()).toBeGreaterThan(5)
  })

  test('arrives once though the server is away for a while', async () => {
    const result = await session.query(big(ROWS))
    let batches = 0
    await checkAll(result, async () => {
      batches += 1
      if (batches !== 20) return
      proxy.refuse(true)
      proxy.cut()
      void setTimeout(300).then(() => proxy.refuse(false))
    })
    expect(batches).toBeGreaterThan(30)
  })

  test('runs a command once though the connection is cut before its first answer', async () => {
    await session.sql('CREATE OR REPLACE TEMP VIEW one AS SELECT 1 AS n')
    await session.sql('CREATE TABLE IF NOT EXISTS cuts (n INT) USING parquet')
    for (let i = 0; i < 5; i++) {
      const sent = session.sql('INSERT INTO cuts SELECT n FROM one')
      await setTimeout(i * 15)
      proxy.cut()
      await sent
    }
    const rows = await all(await session.sql('SELECT count(*) FROM cuts'))
    expect(rows).toEqual([[5]])
  })

  test('ends with the server when the server is gone for good', async () => {
    const result = await session.query(big(ROWS))
    let batches = 0
    const reading = checkAll(result, async () => {
      batches += 1
      if (batches !== 5) return
      proxy.refuse(true)
      proxy.cut()
    })
    await expect(reading).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('cannot be reached'),
    })
  })

  test('says that the session is lost when it was closed elsewhere', async () => {
    const same = await SparkConnectSession.connect({
      url: `${server!.url};session_id=${session.sessionId}`,
    })
    await same.close()
    await expect(session.query('SELECT 1')).rejects.toMatchObject({
      kind: 'unavailable',
      details: { type: 'INVALID_HANDLE.SESSION_CLOSED' },
    })
  })
})

describe.skipIf(!server)('a server that binds parameters itself', () => {
  test('gets every value beside the text', async () => {
    const own = await SparkConnectSession.connect(server!)
    try {
      const values = ["o'x", "\\'; --", '${env:HOME}', '🙂\0', -0.5, 2 ** 31, null, true, 2n ** 70n]
      const marks = values.map(() => '?').join(', ')
      const [row] = await all(await own.sql(`SELECT ${marks}, '?'`, { params: values }))
      expect(row).toEqual([...values.slice(0, -1), String(2n ** 70n), '?'])
      expect(
        await own.schema("SELECT :a AS `a?`, ':a' AS b", { a: { date: '2024-02-29' } }),
      ).toEqual([
        { name: 'a?', type: 'date', nullable: false },
        { name: 'b', type: 'string', nullable: false },
      ])
      await expect(own.query('SELECT ?, nope', { params: ['x'] })).rejects.toMatchObject({
        details: { position: { line: 1, column: 11 } },
      })
    } finally {
      await own.close()
    }
  })
})

async function all(result: SparkResult): Promise<unknown[][]> {
  const rows: unknown[][] = []
  for await (const batch of result.rows()) rows.push(...batch)
  return rows
}
