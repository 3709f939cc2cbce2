import { setTimeout } from 'node:timers/promises'
import { describe, expect, test, vi } from 'vitest'
import { startCutProxy } from '../../../../test/support/cut-proxy.js'
import { sharedSpark } from '../../../../test/support/spark.js'
import { SparkConnectSession } from './session.js'

vi.setConfig({ testTimeout: 120_000 })

const server = await sharedSpark()
const ROWS = 400_000
const BIG = `SELECT id, repeat('x', 100) AS text FROM range(0, ${ROWS}, 1, 4)`

describe.skipIf(!server)('a result that nobody reads', () => {
  test('stays with the server, and comes when it is read', async () => {
    const proxy = await startCutProxy(server!.port)
    const url = `sc://127.0.0.1:${proxy.port}/;token=${server!.token}`
    const session = await SparkConnectSession.connect({ url })
    try {
      const result = await session.query(BIG)
      const batches = result.batches[Symbol.asyncIterator]()
      let rows = (await batches.next()).value?.numRows ?? 0
      let held = -1
      while (held < proxy.received()) {
        held = proxy.received()
        await setTimeout(1000)
      }
      expect(held).toBeGreaterThan(500_000)
      expect(held).toBeLessThan(6e6)
      for (let next = await batches.next(); !next.done; next = await batches.next()) {
        rows += next.value.numRows
      }
      expect(rows).toBe(ROWS)
      expect(proxy.received()).toBeGreaterThan(40e6)
    } finally {
      await session.close()
      await proxy.close()
    }
  })
})
