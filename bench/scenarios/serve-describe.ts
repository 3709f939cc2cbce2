import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { median, run } from '../lib/measure.js'
import { metered } from '../lib/meter.js'
import type { Scenario } from '../lib/scenario.js'
import { startServe, type ServeProcess } from '../../test/support/serve-process.js'
import { signCall } from '../../test/support/sign-call.js'
import { trailRecords } from '../../test/support/trail-records.js'
import { openStore } from '../../src/storage/open.js'

const LOAD = fileURLToPath(new URL('../serve/load.ts', import.meta.url))
const CLIENTS = 200
const OPERATION = 'DescribeCluster'
const RATES = {
  HEADRIG_SERVER_RATE_KEY: '1000000',
  HEADRIG_SERVER_RATE_ADDRESS: '1000000',
}

interface Figures {
  readonly seconds: number
  readonly statuses: Readonly<Record<string, number>>
  readonly p50: number
  readonly p99: number
  readonly max: number
}

export const serveDescribe: Scenario = {
  title: `${CLIENTS} clients that sign every call, audit on; they share the cores with the server`,
  async measure(bench) {
    const requests = Math.round(20_000 * bench.scale)
    const folder = bench.temp('serve')
    const server = await startServe(folder, RATES)
    const body = JSON.stringify({ ClusterId: await runCluster(server) })
    const load = async (count: number): Promise<Figures> => {
      const { accessKeyId, secretAccessKey } = server.credentials
      const args = [server.port, accessKeyId, secretAccessKey, CLIENTS, count, body]
      const words = [...args.map(String), `ElasticMapReduce.${OPERATION}`]
      const { stdout } = await run([process.execPath, '--import', 'tsx', LOAD, ...words])
      return JSON.parse(stdout) as Figures
    }
    const warm = Math.round(requests / 4)
    await load(warm)
    const runs = []
    for (let i = 0; i < bench.runs; i++)
      runs.push(await metered([server.pid], () => load(requests)))
    await server.stop()
    const records = await trailRecords(openStore(join(folder, 'audit', 'trail')))
    const sent = warm + requests * bench.runs + CLIENTS * (bench.runs + 1)
    const failed = runs.flatMap(({ result }) =>
      Object.entries(result.statuses).filter(([status]) => status !== '200'),
    )
    const rates = runs.map(({ result }) => requests / result.seconds)
    const cpu = runs.map(({ cpuSeconds }) => (cpuSeconds / requests) * 1e6)
    bench.note(`CPU of the server for a call: ${Math.round(median(cpu))} us`)
    bench.note(`latency p50 ${median(runs.map(({ result }) => result.p50)).toFixed(1)} ms`)
    bench.note(`answers other than 200: ${JSON.stringify(failed)}`)
    const recorded = records.filter(({ eventName }) => eventName === OPERATION).length
    return {
      data: `${requests} calls of ${OPERATION} a run`,
      sides: [
        {
          name: 'headrig serve',
          seconds: runs.map(({ result }) => result.seconds),
          medianSeconds: median(runs.map(({ result }) => result.seconds)),
          cpuSeconds: median(runs.map(({ cpuSeconds }) => cpuSeconds)),
          peakRssBytes: Math.max(...runs.map(({ peakRssBytes }) => peakRssBytes)),
        },
      ],
      bars: [
        { what: 'signed calls a second', value: median(rates), unit: '/s', atLeast: 2000 },
        { what: 'p99', value: median(runs.map((r) => r.result.p99)), unit: 'ms', atMost: 100 },
        { what: 'records missing', value: sent - recorded, unit: 'records', atMost: 0 },
      ],
    }
  },
}

/** The id of a cluster with three groups; no Spark is needed to describe it. */
async function runCluster({ url, credentials }: ServeProcess): Promise<string> {
  const group = (role: string, count: number): object => ({
    Name: role,
    InstanceRole: role,
    InstanceType: 'm5.xlarge',
    InstanceCount: count,
  })
  const body = JSON.stringify({
    Name: 'described',
    ReleaseLabel: 'emr-7.12.0',
    Applications: [{ Name: 'Spark' }, { Name: 'Hadoop' }],
    Tags: [{ Key: 'team', Value: 'soc' }],
    Instances: {
      InstanceGroups: [group('MASTER', 1), group('CORE', 2), group('TASK', 1)],
      KeepJobFlowAliveWhenNoSteps: true,
    },
    ServiceRole: 'EMR_DefaultRole',
    JobFlowRole: 'EMR_EC2_DefaultRole',
  })
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'ElasticMapReduce.RunJobFlow',
  }
  const signed = signCall(url, { ...credentials, service: 'elasticmapreduce', headers, body })
  const answer = await fetch(url, { method: 'POST', headers: signed, body })
  const said = (await answer.json()) as { JobFlowId?: string }
  if (said.JobFlowId === undefined) throw new Error(`no cluster: ${JSON.stringify(said)}`)
  return said.JobFlowId
}
