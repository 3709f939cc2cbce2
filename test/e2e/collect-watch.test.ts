import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openStore } from '../../src/storage/open.js'
import { readLake } from '../support/collect-lake.js'
import { mixedLogs, trailBytes, trailKey, trailRecord, writeLogs } from '../support/collect-logs.js'
import { type CollectJob, collectInProcess, startCollect } from '../support/collect-process.js'
import { BINARY } from '../support/launch.js'
import { internalError, startS3Proxy } from '../support/s3-proxy.js'
import { startS3Server } from '../support/s3-server.js'

const server = existsSync(BINARY) ? await startS3Server() : undefined
const LONG = { timeout: 60_000 }

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'headrig-watch-'))
  if (!server) return
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: server.accessKeyId,
    AWS_SECRET_ACCESS_KEY: server.secretAccessKey,
    AWS_REGION: server.region,
  })
})
afterAll(async () => {
  await server?.stop()
  await rm(root, { recursive: true, force: true })
})

async function until(what: string, test: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000
  while (!(await test().catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`)
    await setTimeout(50)
  }
}

const collected = async (lake: string, flags = {}): Promise<number> =>
  (await readLake(lake, flags)).ledger.filter((e) => e.state === 'done').length

/** Whether every lane of a lake is free. */
async function lanesAreFree(lake: string): Promise<boolean> {
  const folder = join(lake, '_headrig', 'lanes')
  const leases = await Promise.all(
    (await readdir(folder)).map(async (name) =>
      JSON.parse(await readFile(join(folder, name), 'utf8')),
    ),
  )
  return leases.length > 0 && leases.every((lease: { expires: number }) => lease.expires === 0)
}

const record = (number: number): Uint8Array => trailBytes([trailRecord(number)])

describe('watching', () => {
  test('picks up what comes, and ends cleanly', LONG, async () => {
    const [source, lake] = [join(root, 'source'), join(root, 'lake')]
    await mkdir(source)
    await writeFile(join(source, 'a.json.gz'), record(1))
    const options = { uris: [source], format: 'auto', watch: { intervalMs: 100 } }
    const child = startCollect({ lake, options })
    await child.started
    await until('the first is there', async () => (await collected(lake)) === 1)
    await writeFile(join(source, 'b.json.gz'), record(2))
    await until('the second is there', async () => (await collected(lake)) === 2)
    expect(await lanesAreFree(lake)).toBe(false)
    child.kill('SIGINT')
    const { code, summary } = await child.ended
    expect(code).toBe(0)
    expect(summary).toMatchObject({ objects: 2, rows: 2, failed: 0 })
    expect(await lanesAreFree(lake)).toBe(true)
    expect(await readdir(join(lake, '_headrig'))).not.toContain('spill')
  })

  test('tries what fails less and less often', LONG, async () => {
    const [source, lake] = [join(root, 'failing'), join(root, 'failing-lake')]
    await mkdir(source)
    await writeFile(join(source, 'a.json.gz'), record(1))
    await symlink(join(root, 'later.json.gz'), join(source, 'b.json.gz'))
    const options = { uris: [source], format: 'auto', watch: { intervalMs: 50 } }
    const child = startCollect({ lake, options })
    await until('the first is there', async () => (await collected(lake)) === 1)
    await setTimeout(2000)
    const tries = (await readLake(lake)).ledger.filter((e) => e.state === 'failed').length
    expect(tries).toBeGreaterThan(1)
    expect(tries).toBeLessThan(9)
    await writeFile(join(root, 'later.json.gz'), record(2))
    await until('the second is there', async () => (await collected(lake)) === 2)
    child.kill('SIGINT')
    expect((await child.ended).code).toBe(0)
  })

  test('finishes what another collector left, while it goes on', LONG, async () => {
    const [source, other, lake] = [join(root, 's1'), join(root, 's2'), join(root, 'adopt-lake')]
    const logs = mixedLogs(5, 12, 4)
    await mkdir(source)
    await writeFile(join(source, 'a.json.gz'), record(900))
    await writeLogs(other, logs.objects)
    const options = { uris: [source], format: 'auto', watch: { intervalMs: 100 } }
    const child = startCollect({ lake, options })
    await until('the first is there', async () => (await collected(lake)) === 1)
    // The other dies when it has planned its only batch.
    const dieAt = { operation: 12, when: 'before' } as const
    const victim = await startCollect({ lake, dieAt, options: { uris: [other], format: 'auto' } })
      .ended
    expect(victim.signal).toBe('SIGKILL')
    const plans = await readdir(join(lake, '_headrig', 'plans'))
    expect(plans.filter((name) => name.endsWith('.json'))).toHaveLength(2)
    await until(
      'its batch is done',
      async () => (await readLake(lake)).ledger.length === logs.objects.length + 1,
    )
    child.kill('SIGINT')
    expect((await child.ended).code).toBe(0)
    expect(await lanesAreFree(lake)).toBe(true)
  })

  test.skipIf(!server)('outlasts an outage of the bucket', { timeout: 90_000 }, async () => {
    await server?.createBucket('watched')
    await server?.createBucket('watched-lake')
    const direct = server?.endpoint ?? ''
    const store = openStore('s3://watched', { endpoint: direct })
    await store.put(trailKey(new Date('2024-01-15T08:00:00Z'), 'a'), record(1))
    let down = false
    const proxy = await startS3Proxy(direct, () => (down ? internalError : undefined))
    try {
      const child = startCollect({
        lake: 's3://watched-lake/x',
        flags: { s3Endpoint: proxy.endpoint },
        options: { uris: ['s3://watched/'], format: 'auto', watch: { intervalMs: 200 } },
      })
      const flags = { s3Endpoint: direct }
      await until(
        'the first is there',
        async () => (await collected('s3://watched-lake/x', flags)) === 1,
      )
      down = true
      await store.put(trailKey(new Date('2024-01-15T08:05:00Z'), 'b'), record(2))
      await setTimeout(6000)
      down = false
      await until(
        'the second is there',
        async () => (await collected('s3://watched-lake/x', flags)) === 2,
      )
      child.kill('SIGINT')
      expect((await child.ended).code).toBe(0)
    } finally {
      await proxy.stop()
    }
  })
})

test('interrupted in a batch, it leaves that for the next run', LONG, async () => {
  const [source, lake] = [join(root, 'many'), join(root, 'many-lake')]
  const objects = Array.from({ length: 3000 }, (_, i) => ({
    key: `${i}.json.gz`,
    bytes: trailBytes(Array.from({ length: 120 }, (__, j) => trailRecord(i * 120 + j))),
  }))
  await writeLogs(source, objects)
  const job: CollectJob = { lake, options: { uris: [source], format: 'auto' } }
  const child = startCollect(job)
  const plans = join(lake, '_headrig', 'plans')
  await until('a batch is planned', async () => (await readdir(plans)).length > 0)
  child.kill('SIGINT')
  const ended = await child.ended
  expect(ended).toMatchObject({ code: 1, kind: 'AbortError', signal: null })
  expect(await lanesAreFree(lake)).toBe(true)
  expect(existsSync(join(lake, 'tables'))).toBe(false)
  expect(existsSync(join(lake, '_headrig', 'spill'))).toBe(false)
  const { summary } = await collectInProcess(job)
  expect(summary).toMatchObject({ objects: 3000, rows: 360_000, duplicates: 0 })
})
