import { mkdir, mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { connect as tlsConnect } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Cluster } from '../../src/clusters/cluster.js'
import { launchWorker, prepareFolder } from '../../src/clusters/local/launch.js'
import { readRecord, readSecrets, type ClusterRecord } from '../../src/clusters/local/record.js'
import { startLocalCluster, type LocalPlaces } from '../../src/clusters/local/start.js'
import { writeCertificate } from '../../src/clusters/local/certificate.js'
import { awaitEnd, signalProcess } from '../../src/clusters/process-id.js'
import { SparkConnectSession } from '../../src/engines/spark/connect/session.js'
import { selfSigned } from '../../src/server/tls/self-signed.js'
import { interopTools } from '../interop/tools.js'
import { sparkHome } from '../support/spark-server.js'

const tools = await interopTools()
const MIB = 2 ** 20
const IO = {
  'spark.io.encryption.enabled': 'true',
  'spark.io.encryption.keySizeBits': '256',
}

describe.skipIf(!tools)('a cluster with a certificate', { timeout: 300_000 }, () => {
  const { cert, key } = selfSigned(['localhost'], new Date())
  let folder: string
  let home: string
  let places: LocalPlaces
  let cluster: Cluster
  let record: ClusterRecord
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'headrig-tls-'))
    places = {
      home: sparkHome(tools!.python),
      jars: join(tools!.jars[0]!, '..'),
      enginesFolder: join(folder, 'engines'),
      clustersFolder: join(folder, 'clusters'),
      env: process.env,
    }
    cluster = await startLocalCluster(
      {
        coreWorkers: 1,
        workerMemory: 512 * MIB,
        driverMemory: 640 * MIB,
        conf: { 'spark.dynamicAllocation.executorIdleTimeout': '1h' },
        enforced: IO,
        certificate: { privateKey: key, certificateChain: cert },
      },
      places,
    )
    home = join(places.clustersFolder, cluster.id)
    record = (await readRecord(home))!
  }, 300_000)
  afterAll(async () => {
    await cluster?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  test('works, with all that its processes say to one another in TLS', async () => {
    const url = `${cluster.connectUrl};token=${cluster.token}`
    const session = await SparkConnectSession.connect({ url })
    const rows: unknown[][] = []
    const sql =
      'SELECT k, count(*) FROM (SELECT id % 2 AS k FROM range(1000)) GROUP BY k ORDER BY k'
    for await (const batch of (await session.sql(sql)).rows()) rows.push(...batch)
    expect(rows).toEqual([
      [0, 500],
      [1, 500],
    ])
    const [master, connect, worker] = [record.master!, record.connect!, record.workers[0]!]
    const ports = async (pid: number, but: readonly number[] = []) =>
      (await listeningPorts(pid)).filter(({ port }) => !but.includes(port))
    const open = [
      ...(await ports(master.pid, [record.ports.masterUi])),
      ...(await ports(connect.pid, [record.ports.connect])),
      { host: worker.host, port: worker.port },
      ...(await executorPorts(worker.process.pid)),
    ]
    // Master, driver with its blocks, worker, executor's blocks.
    expect(open.length).toBeGreaterThanOrEqual(4)
    for (const place of open)
      expect({ ...place, speaks: await protocolOf(place, cert) }).toEqual({
        ...place,
        speaks: 'TLSv1.3',
      })
    await session.close()
  })

  test('a worker with another secret, or another certificate, does not join', async () => {
    const secrets = { ...(await readSecrets(home)), env: {} }
    const other = selfSigned(['localhost'], new Date())
    const foreign = join(folder, 'foreign')
    await mkdir(foreign)
    await prepareFolder(foreign)
    await writeCertificate(foreign, { privateKey: other.key, certificateChain: other.cert })
    const enforced = Object.fromEntries(
      Object.entries(record.enforced ?? {}).map(([name, value]) => [
        name,
        value.replace(home, foreign),
      ]),
    )
    const strangers = [
      [home, record, { ...secrets, shared: 'another secret, of an intruder' }, 'wrong-secret'],
      [foreign, { ...record, enforced }, secrets, 'wrong-certificate'],
    ] as const
    for (const [place, as, shown, id] of strangers) {
      const daemon = await launchWorker(place, as, shown, { id, role: 'core', host: '127.0.0.9' })
      const log = await untilLog(daemon.logFile, /Failed to connect to master/)
      await signalProcess(daemon.id, 'SIGKILL', true)
      await awaitEnd([daemon.id], 10_000)
      expect(log).not.toContain('Successfully registered')
      const { nodes } = await cluster.status()
      expect(nodes.filter(({ host }) => host === '127.0.0.9')).toEqual([])
    }
  })
})

interface Place {
  readonly host: string
  readonly port: number
}

/** Where the executor of a worker listens. */
async function executorPorts(worker: number): Promise<Place[]> {
  for (;;) {
    const lists = await Promise.all(
      (await readdir(`/proc/${worker}/task`)).map((task) =>
        readFile(`/proc/${worker}/task/${task}/children`, 'utf8').catch(() => ''),
      ),
    )
    const children = lists.join(' ').split(' ').filter(Boolean).map(Number)
    // Some are gone before they are looked at.
    const found = await Promise.all(children.map((pid) => listeningPorts(pid).catch(() => [])))
    if (found.flat().length > 0) return found.flat()
    await setTimeout(200)
  }
}

/** The addresses that a process listens on, as the system has them. */
async function listeningPorts(pid: number): Promise<Place[]> {
  const links = await Promise.all(
    (await readdir(`/proc/${pid}/fd`)).map((fd) =>
      readlink(`/proc/${pid}/fd/${fd}`).catch(() => ''),
    ),
  )
  const sockets = new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []))
  const found: Place[] = []
  for (const table of ['tcp', 'tcp6'])
    for (const line of (await readFile(`/proc/${pid}/net/${table}`, 'utf8')).split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/)
      const [, local = '', , state] = fields
      if (state !== '0A' || !sockets.has(fields[9] ?? '')) continue
      const [address = '', port = ''] = local.split(':')
      const last = address
        .slice(-8)
        .match(/../g)!
        .toReversed()
        .map((hex) => parseInt(hex, 16))
      found.push({ host: last.join('.'), port: parseInt(port, 16) })
    }
  return found
}

/** What is spoken at a port by who has this certificate. */
function protocolOf({ host, port }: Place, ca: string): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = tlsConnect({ host, port, ca, checkServerIdentity: () => undefined })
    socket.setTimeout(20_000, () => socket.destroy(new Error('silent')))
    socket.once('secureConnect', () => {
      resolve(socket.getProtocol())
      socket.destroy()
    })
    socket.once('error', (error) => resolve(error.message))
  })
}

async function untilLog(path: string, pattern: RegExp): Promise<string> {
  for (;;) {
    const log = await readFile(path, 'utf8').catch(() => '')
    if (pattern.test(log)) return log
    await setTimeout(200)
  }
}
