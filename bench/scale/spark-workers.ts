import { alternate, sideOf } from '../lib/alternate.js'
import { type BenchCluster, startCluster } from '../lib/cluster.js'
import type { Measured, Scenario } from '../lib/scenario.js'
import { JOBS, ready } from './jobs.js'

const WORKERS = [1, 2, 4]

/** More workers than cores cannot be faster: they show what a worker costs. */
export const sparkWorkers: Scenario = {
  title: '1, 2 and 4 workers of one core on a fixed job',
  async measure(bench) {
    const [collect, group] = JOBS
    const jobs = [await ready(collect, 0.5, bench), await ready(group, 1, bench)]
    const sides: Measured[] = []
    for (const workers of WORKERS) {
      const cluster = await startCluster(bench.temp('cluster'), [
        '--workers',
        String(workers),
        '--worker-cores',
        '1',
      ])
      try {
        sides.push(...(await onCluster(cluster, workers)))
      } finally {
        await cluster.stop()
      }
    }
    const seconds = (job: string, workers: number): number =>
      sideOf(sides, `${job}, ${workers} workers`).medianSeconds
    bench.note(
      'each worker is a JVM that compiles the code of a query anew: a query of seconds gets slower',
    )
    const { name } = collect
    return {
      data: 'collecting half of ct-m, and a query over the whole',
      sides,
      bars: [
        {
          what: `${name}: speed of 2 workers against 1`,
          value: seconds(name, 1) / seconds(name, 2),
          unit: 'x',
          atLeast: 1.25,
        },
        {
          what: `${name}: time of 4 workers on 2 cores against 2 workers`,
          value: seconds(name, 4) / seconds(name, 2),
          unit: 'x',
          atMost: 1.3,
        },
      ],
    }

    async function onCluster(cluster: BenchCluster, workers: number): Promise<Measured[]> {
      for (const job of jobs) await job.run(cluster)
      const named = jobs.map((job) => ({
        name: `${job.name}, ${workers} workers`,
        once: () => job.run(cluster),
      }))
      return alternate(named, bench.runs)
    }
  },
}
