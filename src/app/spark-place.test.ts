import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startOf, type ProcessId } from '../clusters/process-id.js'
import { createRecord } from '../clusters/local/record.js'
import { testContext } from '../../test/support/lake.js'
import { sparkPlace, useSpark } from './spark-place.js'

let data: string
beforeEach(async () => void (data = await mkdtemp(join(tmpdir(), 'headrig-place-'))))
afterEach(() => rm(data, { recursive: true, force: true }))

const contextWith = (flags: Record<string, string> = {}, lines: string[] = []) =>
  testContext(
    'memory://place',
    { dataFolder: data, ...flags },
    {
      logger: {
        debug: () => undefined,
        info: (message: string) => void lines.push(message),
        warn: () => undefined,
      },
    },
  )

/** The record of a cluster, with this process in the driver's place. */
async function cluster(
  id: string,
  { connect, owner }: { connect?: ProcessId; owner?: ProcessId } = {},
): Promise<void> {
  const me = { pid: process.pid, start: (await startOf(process.pid))! }
  await createRecord(
    join(data, 'clusters', id),
    {
      version: 1,
      id,
      createdAt: '2026-01-01T00:00:00Z',
      state: 'WAITING',
      javaHome: '/java',
      sparkHome: '/spark',
      workerCores: 1,
      workerMemory: 1,
      env: {},
      ports: { connect: 15002, master: 7077, masterUi: 8080 },
      connect: connect ?? me,
      ...(owner && { owner }),
      workers: [],
      started: 0,
    },
    { token: `token-of-${id}`, shared: 'shared' },
  )
}

const GONE = { pid: process.pid, start: 'another' }

describe('where Spark is', () => {
  test('nowhere', async () => {
    const context = await contextWith()
    expect(await sparkPlace('duckdb', context)).toBeUndefined()
    expect(await sparkPlace('auto', context)).toBeUndefined()
    await expect(sparkPlace('spark', context)).rejects.toThrow('run headrig cluster start')
  })

  test('the only cluster that runs, and it is said once', async () => {
    await cluster('dead', { connect: GONE })
    await cluster('of-another', {
      owner: { pid: process.pid, start: (await startOf(process.pid))! },
    })
    await cluster('c-1')
    const lines: string[] = []
    const context = await contextWith({}, lines)
    const place = await sparkPlace('auto', context)
    expect(place).toEqual({ url: 'sc://127.0.0.1:15002/;token=token-of-c-1', found: 'c-1' })
    expect(lines).toEqual([])
    for (let i = 0; i < 2; i++) useSpark(place!, context)
    expect(lines).toEqual(['spark: cluster c-1 of this machine'])
  })

  test('one of several is named', async () => {
    await cluster('c-1')
    await cluster('c-2')
    const context = await contextWith()
    expect(await sparkPlace('auto', context)).toBeUndefined()
    await expect(sparkPlace('spark', context)).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining('(c-1, c-2): choose one by --cluster <id>'),
    })
    const named = await contextWith({ sparkCluster: 'c-2', sparkUrl: 'sc://spark.example' })
    expect(await sparkPlace('auto', named)).toEqual({
      url: 'sc://127.0.0.1:15002/;token=token-of-c-2',
    })
  })

  test('a named one that is not there, or that died', async () => {
    await cluster('c-1', { connect: GONE })
    for (const [id, kind] of [
      ['c-1', 'unavailable'],
      ['c-9', 'not-found'],
    ] as const)
      await expect(
        sparkPlace('auto', await contextWith({ sparkCluster: id })),
      ).rejects.toMatchObject({ kind })
  })

  test('a server that is named goes before what runs here', async () => {
    await cluster('c-1')
    const context = await contextWith({ sparkUrl: 'sc://127.0.0.1:1/', sparkToken: 't' })
    expect(await sparkPlace('spark', context)).toEqual({ url: 'sc://127.0.0.1:1/;token=t' })
  })
})
