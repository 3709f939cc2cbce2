import { alternate, sideOf } from '../lib/alternate.js'
import { startCluster } from '../lib/cluster.js'
import type { Scenario } from '../lib/scenario.js'
import { JOBS, ready } from './jobs.js'

const TIMES = [1, 2, 4, 8]

/** Time may grow as the data does, memory may not. */
export const sparkGrowth: Scenario = {
  title: '1, 2, 4 and 8 times the data on a fixed cluster',
  async measure(bench) {
    const [collect, group] = JOBS
    const cluster = await startCluster(bench.temp('cluster'), [
      '--workers',
      '2',
      '--worker-cores',
      '1',
    ])
    try {
      const jobs = []
      for (const job of [collect, group])
        for (const times of TIMES)
          jobs.push({ name: `${job.name}, ${times} x`, ready: await ready(job, times / 8, bench) })
      for (const { ready: job } of jobs.slice(1, -1)) await job.run(cluster)
      const sides = await alternate(
        jobs.map((job) => ({ name: job.name, once: () => job.ready.run(cluster) })),
        bench.runs,
      )
      const bars = [collect, group].flatMap(({ name }) => {
        const [one, eight] = [sideOf(sides, `${name}, 1 x`), sideOf(sides, `${name}, 8 x`)]
        const [time, memory] = [
          eight.medianSeconds / one.medianSeconds,
          eight.peakRssBytes / one.peakRssBytes,
        ]
        return [
          { what: `${name}: time of 8 x the data`, value: time, unit: 'x', atMost: 8.8 },
          { what: `${name}: memory of 8 x the data`, value: memory, unit: 'x', atMost: 1.5 },
        ]
      })
      bench.note('memory: cluster and command together, at one moment')
      return { data: 'ct-m: an eighth, a quarter, half, whole; 2 workers of 1 core', sides, bars }
    } finally {
      await cluster.stop()
    }
  },
}
