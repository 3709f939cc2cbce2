import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { interopTools } from '../../test/interop/tools.js'
import { sparkHome } from '../../test/support/spark-server.js'
import { metered } from './meter.js'
import type { Run } from './measure.js'
import { headrig } from './ours.js'

export interface BenchCluster {
  /** What a command needs to use it. */
  readonly env: Record<string, string>
  /** Costs of a command and of the cluster while it ran, together. */
  charge<T extends Run>(work: () => Promise<T>): Promise<T>
  stop(): Promise<void>
}

interface Recorded {
  readonly connect?: { readonly pid: number }
  readonly master?: { readonly pid: number }
  readonly workers: readonly { readonly process: { readonly pid: number } }[]
}

/**
 * Starts a cluster on this machine as a user would. Throws when there is no Spark here.
 * @example const cluster = await startCluster(bench.temp('data'), ['--workers', '2'])
 */
export async function startCluster(data: string, flags: readonly string[]): Promise<BenchCluster> {
  const tools = await interopTools()
  if (!tools) throw new Error('Java, Python and pip are needed for Spark')
  const home = sparkHome(tools.python)
  const jars = join(tools.jars[0] ?? '', '..')
  const common = ['--data', data, '--spark-home', home]
  const env = { HEADRIG_SPARK_JARS: jars }
  // Executors that wait are given back after a while: here all are to be as warm as a busy cluster's.
  const kept = ['--conf', 'spark.dynamicAllocation.executorIdleTimeout=1h']
  const start = ['cluster', 'start', '--name', 'bench', ...common, ...kept, ...flags]
  const { stdout } = await headrig([...start, '--format', 'json', '--quiet'], env)
  const { connectUrl, tokenFile } = JSON.parse(stdout) as { connectUrl: string; tokenFile: string }
  const record = (): Recorded =>
    JSON.parse(readFileSync(join(data, 'clusters/bench/cluster.json'), 'utf8')) as Recorded
  const pids = (): number[] => {
    const { connect, master, workers } = record()
    return [connect, master, ...workers.map((w) => w.process)].flatMap((p) => (p ? [p.pid] : []))
  }
  return {
    env: { HEADRIG_SPARK_URL: connectUrl, HEADRIG_SPARK_TOKEN: readFileSync(tokenFile, 'utf8') },
    async charge(work) {
      const { result, cpuSeconds, peakRssBytes } = await metered(pids(), work)
      return {
        ...result,
        cpuSeconds: result.cpuSeconds + cpuSeconds,
        peakRssBytes: result.peakRssBytes + peakRssBytes,
      }
    },
    async stop() {
      await headrig(['cluster', 'stop', 'bench', ...common, '--quiet'], env)
      rmSync(data, { recursive: true, force: true })
    },
  }
}
