import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, describe, expect, test } from 'vitest'
import { compact, verify } from '../../src/app/maintain.js'
import type { Cluster } from '../../src/clusters/cluster.js'
import { startLocalCluster } from '../../src/clusters/local/start.js'
import { openDuckDb } from '../../src/engines/duckdb/open.js'
import { interopTools } from '../interop/tools.js'
import { fileFacts, fillDays, january } from '../support/compact-lake.js'
import { testContext } from '../support/lake.js'
import { BINARY } from '../support/launch.js'
import { hangingProcess, writeHangingNode } from '../support/spark-collect.js'
import { sparkHome } from '../support/spark-server.js'
import {
  committedRows,
  hangingTask,
  parentOf,
  TaskPlace,
  taskProcesses,
} from '../support/spark-tasks.js'

const MIB = 2 ** 20
const tools = existsSync(BINARY) ? await interopTools() : undefined
const root = await mkdtemp(join(tmpdir(), 'headrig-spark-executors-'))
let cluster: Cluster | undefined
afterAll(async () => {
  await cluster?.stop()
  await rm(root, { recursive: true, force: true })
})

describe.skipIf(!tools)('executors of a cluster', { timeout: 240_000 }, () => {
  test('one that is killed in the middle of a batch: its tasks end with it, others do them', async () => {
    cluster = await startLocalCluster(
      { coreWorkers: 2, workerMemory: 512 * MIB, driverMemory: 640 * MIB },
      {
        home: sparkHome(tools!.python),
        jars: join(tools!.jars[0]!, '..'),
        enginesFolder: join(root, 'engines'),
        clustersFolder: join(root, 'clusters'),
        env: process.env,
      },
    )
    const { nodes } = await cluster.status()
    const pids = nodes.flatMap((n) => (n.pid === undefined ? [] : [n.pid]))
    const engine = await openDuckDb({
      memoryLimitBytes: 1 << 28,
      threads: 1,
      tempFolder: join(root, 'spill'),
    })
    const place = new TaskPlace(root)
    const url = `${cluster.connectUrl};token=${cluster.token}`
    execFileSync('mkfifo', [join(root, 'pipe')])
    const objects = [
      ...(await Promise.all([0, 10, 20, 20].map((n, i) => place.trail(`${i}.json.gz`, n)))),
      place.object('pipe', 100),
    ]
    const converting = place.converter(url, 'lake', engine).convert(await place.request(objects))
    const task = await hangingTask(pids)
    const executor = parentOf(task)
    expect(pids).not.toContain(executor)
    await place.trail('ready', 30)
    await rename(join(root, 'ready'), join(root, 'pipe'))
    process.kill(executor, 'SIGKILL')
    const batch = await converting
    expect(batch.outcomes.map((o) => [o.index, o.state, o.rows])).toEqual(
      [0, 1, 2, 3, 4].map((index) => [index, 'done', 3]),
    )
    // One of the five says what another says.
    expect(await committedRows(batch)).toBe(12)
    for (let i = 0; i < 100 && existsSync(`/proc/${task}`); i++) await setTimeout(100)
    expect(existsSync(`/proc/${task}`)).toBe(false)
    expect(taskProcesses(pids)).toEqual([])
    engine.close()
  })

  test('one that is killed in the middle of a compaction: the files are as if nothing was', async () => {
    const here = await testContext(join(root, 'here'), { engine: 'duckdb' })
    await fillDays(here, { days: january(4), files: 2, rows: 40 })
    await cp(join(root, 'here'), join(root, 'there'), { recursive: true })
    await compact({}, here)
    const sparkNode = await writeHangingNode(join(root, 'hanging-node'))
    const sparkUrl = `${cluster!.connectUrl};token=${cluster!.token}`
    const there = await testContext(join(root, 'there'), { engine: 'spark', sparkUrl, sparkNode })
    const compacting = compact({}, there)
    const { task, executor } = await hangingProcess(sparkNode)
    process.kill(executor, 'SIGKILL')
    process.kill(task, 'SIGKILL')
    expect((await compacting).tables).toMatchObject([{ filesBefore: 8, filesAfter: 4, skipped: 0 }])
    expect(await fileFacts(there)).toEqual(await fileFacts(here))
    expect((await verify({ deep: true }, there)).findings).toEqual([])
    await here.close()
    await there.close()
  })
})
