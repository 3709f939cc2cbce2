import { fileURLToPath } from 'node:url'
import { median, run } from '../lib/measure.js'
import { metered } from '../lib/meter.js'
import type { Scenario } from '../lib/scenario.js'
import { startServe } from '../serve/server.js'

const LOAD = fileURLToPath(new URL('../serve/load.ts', import.meta.url))
const CLIENTS = 200
const OPERATION = 'DescribeReleaseLabel'

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
    const server = await startServe(bench.temp('serve'))
    const load = async (count: number): Promise<Figures> => {
      const args = [server.port, server.key, server.secret, CLIENTS, count, '{}']
      const words = [...args.map(String), `ElasticMapReduce.${OPERATION}`]
      const { stdout } = await run([process.execPath, '--import', 'tsx', LOAD, ...words])
      return JSON.parse(stdout) as Figures
    }
    const warm = Math.round(requests / 4)
    await load(warm)
    const runs = []
    for (let i = 0; i < bench.runs; i++)
      runs.push(await metered([server.pid], () => load(requests)))
    const names = await server.stop()
    const sent = warm + requests * bench.runs
    const failed = runs.flatMap(({ result }) =>
      Object.entries(result.statuses).filter(([status]) => status !== '200'),
    )
    const rates = runs.map(({ result }) => requests / result.seconds)
    const cpu = runs.map(({ cpuSeconds }) => (cpuSeconds / requests) * 1e6)
    bench.note(`CPU of the server for a call: ${Math.round(median(cpu))} us`)
    bench.note(`latency p50 ${median(runs.map(({ result }) => result.p50)).toFixed(1)} ms`)
    bench.note(`answers other than 200: ${JSON.stringify(failed)}`)
    const recorded = names.filter((name) => name === OPERATION).length
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
