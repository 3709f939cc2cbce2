import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SparkConnectSession } from '../../src/engines/spark/connect/session.js'
import { addDocumented } from '../support/documented-lake.js'
import { testContext } from '../support/lake.js'
import { BINARY } from '../support/launch.js'
import { startSpark } from '../support/spark.js'

/** Hours of work for all slots; the remainder keeps the sum within 64 bits however fast the machine. */
const ENDLESS = 'SELECT sum(range % 2) AS s FROM range(100000000000000)'

const server = existsSync(BINARY) ? await startSpark({ master: 'local[1]' }) : undefined

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'headrig-query-spark-'))
  const context = await testContext(join(root, 'lake'))
  await addDocumented(context)
  await context.close()
})
afterAll(async () => {
  await server?.stop()
  await rm(root, { recursive: true, force: true })
})

describe.skipIf(!server)('headrig query on Spark', { timeout: 120_000 }, () => {
  // Soon: when it is still being planned; late: when its job runs.
  test.each([1200, 2000, 8000])('ctrl-c after %i ms ends it where it runs', async (wait) => {
    const child = spawn(process.execPath, [BINARY, 'query', ENDLESS, '--engine', 'spark'], {
      env: { ...process.env, HEADRIG_LAKE: join(root, 'lake'), HEADRIG_SPARK_URL: server!.url },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let text = ''
    child.stdout.on('data', (piece: Buffer) => (text += piece.toString()))
    child.stderr.on('data', (piece: Buffer) => (text += piece.toString()))
    const ended = once(child, 'close')
    await setTimeout(wait)
    child.kill('SIGINT')
    expect([(await ended)[0], text]).toEqual([130, 'interrupted\n'])
    // The only slot is free again: otherwise this waits for hours.
    const spark = await SparkConnectSession.connect({ url: server!.url })
    const rows: unknown[] = []
    for await (const some of (await spark.query('SELECT count(*) FROM range(0, 9, 1, 3)')).rows())
      rows.push(...some)
    expect(rows).toHaveLength(1)
    await spark.close()
  })
})
