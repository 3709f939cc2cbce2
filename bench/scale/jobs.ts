import { readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { DatasetId } from '../data/datasets.js'
import type { BenchCluster } from '../lib/cluster.js'
import type { Run } from '../lib/measure.js'
import { collectInto, headrig } from '../lib/ours.js'
import type { Bench } from '../lib/scenario.js'

/** Work that both engines do. */
export interface Job {
  readonly name: string
  readonly data: DatasetId
  /** From raw logs into a lake of its own, or over a lake that is there. */
  readonly command: 'collect' | readonly string[]
}

const GROUPS = `SELECT event_source, event_name, count(*) AS events, count(DISTINCT source_ip_address) AS sources,
  max(time) AS latest FROM aws_cloudtrail GROUP BY ALL ORDER BY events DESC, event_source, event_name LIMIT 100`

export const JOBS = [
  { name: 'collect CloudTrail', data: 'ct-m', command: 'collect' },
  { name: 'group CloudTrail', data: 'ct-m', command: ['query', GROUPS] },
  { name: 'top talkers', data: 'vpc-m', command: ['top-talkers', '--limit', '25'] },
] as const satisfies readonly Job[]

/** A job with its input in place. */
export interface ReadyJob {
  readonly name: string
  /** What `auto` decides by: stored bytes of logs, or bytes of the lake's data files. */
  readonly bytes: number
  run(cluster?: BenchCluster): Promise<Run>
}

/** Makes a part of a job's data, and collects it unless that is the job. */
export async function ready(job: Job, part: number, bench: Bench): Promise<ReadyJob> {
  const data = await bench.data(job.data, part)
  const lake = bench.temp('lake')
  const { command } = job
  const engine = (cluster?: BenchCluster): string => (cluster ? 'spark' : 'duckdb')
  const charged = (work: () => Promise<Run>, cluster?: BenchCluster): Promise<Run> =>
    cluster ? cluster.charge(work) : work()
  if (command === 'collect') {
    return {
      name: job.name,
      bytes: bytesBelow(data.folder),
      async run(cluster) {
        const flags = ['--engine', engine(cluster)]
        const run = await charged(
          () => collectInto(lake, data.folder, cluster?.env, flags),
          cluster,
        )
        rmSync(lake, { recursive: true, force: true })
        return run
      },
    }
  }
  await collectInto(lake, data.folder)
  const args = [...command, '--lake', lake, '--format', 'json', '--quiet']
  return {
    name: job.name,
    bytes: bytesBelow(`${lake}/tables`),
    run: (cluster) =>
      charged(() => headrig([...args, '--engine', engine(cluster)], cluster?.env), cluster),
  }
}

function bytesBelow(folder: string): number {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return names
    .filter((name) => /\.(gz|parquet)$/.test(name))
    .reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
}
