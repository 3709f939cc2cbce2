import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Cluster } from '../../src/clusters/cluster.js'
import { findLocalCluster, listLocalClusters } from '../../src/clusters/local/find.js'
import { startLocalCluster, type LocalPlaces } from '../../src/clusters/local/start.js'
import { CLUSTER_MARK } from '../../src/clusters/local/environment.js'
import { processesOfGroup, processesWith } from '../../src/clusters/process-id.js'
import { SparkConnectSession, type SparkProgress } from '../../src/engines/spark/connect/session.js'
import { interopTools } from '../interop/tools.js'
import { sparkHome } from '../support/spark-server.js'

const tools = await interopTools()
const MIB = 2 ** 20
const SMALL = { workerMemory: 512 * MIB, driverMemory: 640 * MIB }

/** About ten seconds on two idle cores, with a shuffle in the middle; what it gives is known. */
const LONG_JOB = `
  SELECT count(*) AS n, sum(c) AS total FROM (
    SELECT k, count(*) AS c FROM (
      SELECT id % 100000 AS k, sha2(cast(id AS string), 512) AS h FROM range(0, 6000000, 1, 48))
    WHERE h <> '' GROUP BY k)`
const LONG_ANSWER = [100_000, 6_000_000]

describe.skipIf(!tools)('a cluster of processes', { timeout: 300_000 }, () => {
  let folder: string
  let places: LocalPlaces
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'headrig-clusters-'))
    places = {
      home: sparkHome(tools!.python),
      jars: join(tools!.jars[0]!, '..'),
      enginesFolder: join(folder, 'engines'),
      clustersFolder: join(folder, 'clusters'),
      env: { ...process.env, AWS_SECRET_ACCESS_KEY: 'hush-hush' },
    }
  })
  afterAll(async () => {
    for (const cluster of await listLocalClusters(places.clustersFolder)) await cluster.stop()
    await rm(folder, { recursive: true, force: true })
  })

  const connect = ({ connectUrl, token }: Cluster): Promise<SparkConnectSession> =>
    SparkConnectSession.connect({ url: `${connectUrl};token=${token}` })
  const rowsOf = async (
    session: SparkConnectSession,
    sql: string,
    onProgress: (progress: SparkProgress) => void = () => undefined,
  ): Promise<unknown[][]> => {
    const rows: unknown[][] = []
    for await (const batch of (await session.sql(sql, { onProgress })).rows()) rows.push(...batch)
    return rows
  }
  const leftOf = (cluster: Cluster) =>
    processesWith(CLUSTER_MARK, join(places.clustersFolder, cluster.id))
  const ids = async (cluster: Cluster, role: string): Promise<string[]> =>
    (await cluster.status()).nodes
      .filter((n) => n.role === role && n.state === 'RUNNING')
      .map((n) => n.id)

  test('the driver alone: Delta, UTC, a token, nothing in arguments; it dies with its process, however that ends', async () => {
    const module = new URL('../../src/clusters/local/start.ts', import.meta.url).href
    const own = {
      ...places,
      env: { PATH: process.env['PATH'], AWS_SECRET_ACCESS_KEY: 'hush-hush' },
    }
    const spec = {
      ...SMALL,
      id: 'alone',
      conf: { 'spark.sql.ansi.enabled': 'false' },
      workerCores: 1,
    }
    const script = `
      const { startLocalCluster } = await import(${JSON.stringify(module)})
      await startLocalCluster(${JSON.stringify(spec)}, ${JSON.stringify(own)})
      console.log('up')
      setTimeout(() => {}, 600_000)`
    const child = spawn(
      process.execPath,
      ['--import', 'tsx/esm', '--input-type=module', '-e', script],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    try {
      await once(child.stdout, 'data')
      const cluster = await findLocalCluster('alone', places.clustersFolder)
      const home = join(places.clustersFolder, cluster.id)
      const session = await connect(cluster)
      const table = `delta.\`${join(folder, 'table')}\``
      await rowsOf(session, `CREATE TABLE ${table} USING delta AS SELECT id FROM range(10)`)
      expect(
        await rowsOf(session, `SELECT count(*), current_timezone(), 1/0 FROM ${table}`),
      ).toEqual([[10, 'UTC', null]])
      await session.close()
      for (const token of ['wrong', undefined]) {
        const url =
          token === undefined ? cluster.connectUrl : `${cluster.connectUrl};token=${token}`
        await expect(
          SparkConnectSession.connect({ url }).then((s) => rowsOf(s, 'SELECT 1')),
        ).rejects.toMatchObject({ kind: 'unauthenticated' })
      }
      expect((await stat(home)).mode & 0o077).toBe(0)
      for (const name of await readdir(home))
        if ((await stat(join(home, name))).isFile())
          expect({ name, mode: (await stat(join(home, name))).mode & 0o077 }).toEqual({
            name,
            mode: 0,
          })
      expect(readFileSync(join(home, 'cluster.json'), 'utf8')).not.toContain('hush-hush')
      const processes = await leftOf(cluster)
      expect(processes.length).toBeGreaterThan(0)
      for (const { pid } of processes) {
        expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).not.toContain(cluster.token)
        expect(listening(pid).filter((address) => !address.startsWith('127.'))).toEqual([])
      }
      await expect(cluster.scale('core', 2)).rejects.toMatchObject({ kind: 'invalid' })
      child.kill('SIGKILL')
      await expect.poll(() => leftOf(cluster), { timeout: 15_000 }).toEqual([])
      await expect
        .poll(() => readdir(places.clustersFolder), { timeout: 5000 })
        .not.toContain(cluster.id)
    } finally {
      child.kill('SIGKILL')
    }
  })

  describe('with workers, while jobs run', () => {
    let cluster: Cluster
    let session: SparkConnectSession
    beforeAll(async () => {
      cluster = await startLocalCluster({ ...SMALL, coreWorkers: 1, taskWorkers: 1 }, places, {
        lifetime: 'detached',
        timeoutMs: 240_000,
      })
      session = await connect(cluster)
    })
    afterAll(async () => {
      await session.close().catch(() => undefined)
      await cluster.stop()
    })

    /** Starts the long job; `underWay` once a task of it is done and others run. */
    const startJob = (): { underWay: Promise<void>; answer: Promise<unknown[][]> } => {
      let answer: Promise<unknown[][]> | undefined
      const underWay = new Promise<void>((resolve, reject) => {
        answer = rowsOf(session, LONG_JOB, ({ tasksDone, tasksRunning }) => {
          if (tasksDone > 0 && tasksRunning > 0) resolve()
        })
        answer.then(() => reject(new Error('the job was too short')), reject)
      })
      return { underWay, answer: answer! }
    }

    test('a worker that is killed: the job ends right, and the cluster is healed', async () => {
      const job = startJob()
      await job.underWay
      const task = (await cluster.status()).nodes.find((node) => node.role === 'task')
      const group = await processesOfGroup(task!.pid!)
      expect(group.length).toBeGreaterThan(1)
      for (const { pid } of group) process.kill(pid, 'SIGKILL')
      await expect.poll(() => ids(cluster, 'task'), { timeout: 20_000 }).toEqual([])
      // Any process sees the same cluster.
      const again = await findLocalCluster(cluster.id, places.clustersFolder, {
        env: process.env,
      })
      expect(again.token).toBe(cluster.token)
      await again.scale('task', 1)
      expect(await ids(again, 'task')).toHaveLength(1)
      expect(await job.answer).toEqual([LONG_ANSWER])
    })

    test('workers that leave hand over what they have', async () => {
      const job = startJob()
      await job.underWay
      const before = performance.now()
      await cluster.scale('task', 0, { graceMs: 120_000 })
      expect(performance.now() - before).toBeLessThan(115_000)
      expect(await ids(cluster, 'task')).toEqual([])
      expect(await ids(cluster, 'core')).toHaveLength(1)
      expect(await job.answer).toEqual([LONG_ANSWER])
    })

    test('a worker that joins gets work', async () => {
      const job = startJob()
      await job.underWay
      await cluster.scale('core', 2)
      const [, joined] = (await cluster.status()).nodes.filter((node) => node.role === 'core')
      const isAtWork = async (): Promise<boolean> =>
        (await processesOfGroup(joined!.pid!)).length > 1
      // The first job may be over before the worker is up: idle workers get no executor.
      for (let more = 0; more < 10 && !(await isAtWork()); more++)
        expect(await rowsOf(session, LONG_JOB)).toEqual([LONG_ANSWER])
      expect(await isAtWork()).toBe(true)
      // Spark forgets an executor that is taken back while it starts: it must not hold the worker.
      expect(await job.answer).toEqual([LONG_ANSWER])
      await cluster.decommission(joined!.id, { graceMs: 120_000 })
      expect(await ids(cluster, 'core')).toHaveLength(1)
    })

    test('the last core worker stays', async () => {
      const [core] = await ids(cluster, 'core')
      await expect(cluster.decommission(core!)).rejects.toThrow('is the last core worker')
      await expect(cluster.decommission('core-99')).rejects.toMatchObject({ kind: 'not-found' })
      await expect(cluster.scale('core', 0)).rejects.toMatchObject({ kind: 'invalid' })
    })

    test('a second driver works on the same master', async () => {
      const { masterUrl } = await cluster.status()
      const secret = readFileSync(join(places.clustersFolder, cluster.id, 'shared-secret'), 'utf8')
      const guest = await startLocalCluster(
        { ...SMALL, master: { url: masterUrl!, secret } },
        places,
        { timeoutMs: 240_000 },
      )
      expect(await guest.status()).toMatchObject({ masterUrl, nodes: [{ role: 'primary' }] })
      await expect(guest.scale('core', 2)).rejects.toThrow('are not ours')
      await guest.stop()
      expect((await cluster.status()).state).toBe('WAITING')
    })

    test('stop ends everything, and may be said twice', async () => {
      await cluster.stop()
      await cluster.stop()
      expect(await leftOf(cluster)).toEqual([])
      expect(await readdir(places.clustersFolder)).not.toContain(cluster.id)
      expect((await cluster.status()).state).toBe('TERMINATED')
    })
  })
})

/** The addresses that a process listens on, in IPv4 words. */
function listening(pid: number): string[] {
  const inodes = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? []
      } catch {
        return []
      }
    }),
  )
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((f) => f[3] === '0A' && inodes.has(f[9] ?? ''))
      .map((f) => addressOf(f[1] ?? '')),
  )
}

/** The last four bytes of what the kernel writes, which are the IPv4 address also of a mapped one. */
function addressOf(text: string): string {
  const [hex = '', port = ''] = text.split(':')
  const bytes = hex
    .slice(-8)
    .match(/../g)!
    .map((byte) => Number.parseInt(byte, 16))
  return `${bytes.toReversed().join('.')}:${Number.parseInt(port, 16)}`
}
