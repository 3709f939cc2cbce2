import { alternate, sideOf } from '../lib/alternate.js'
import { startCluster } from '../lib/cluster.js'
import type { Scenario } from '../lib/scenario.js'
import { breakEven, type Line, through } from './break-even.js'
import { JOBS, ready } from './jobs.js'

const PARTS = { '1 x': 0.1, '10 x': 1 } as const
/** How many times the cores that both engines shared here. */
const CORES = [2, 4, 16]

/** Both engines on the same cores: Spark has nothing to win here, so what it loses can be seen. */
export const sparkOverhead: Scenario = {
  title: 'The same jobs on Spark and on DuckDB, at 1 x and 10 x',
  async measure(bench) {
    const cluster = await startCluster(bench.temp('cluster'), WORKER)
    try {
      const jobs = []
      for (const job of JOBS) {
        const small = await ready(job, PARTS['1 x'], bench)
        jobs.push({ job, small, large: await ready(job, PARTS['10 x'], bench) })
      }
      // A server's first statements are slow: a cluster that is asked again and again is what is compared.
      for (const { small } of jobs) await small.run(cluster)
      const sides = await alternate(
        jobs.flatMap(({ job, small, large }) =>
          (['duckdb', 'spark'] as const).flatMap((engine) =>
            [small, large].map((sized) => ({
              name: `${job.name}, ${sized === small ? '1 x' : '10 x'}, ${engine}`,
              once: () => sized.run(engine === 'spark' ? cluster : undefined),
            })),
          ),
        ),
        bench.runs,
      )
      for (const { job, small, large } of jobs) {
        const line = (engine: string): Line =>
          through(
            {
              bytes: small.bytes,
              seconds: sideOf(sides, `${job.name}, 1 x, ${engine}`).medianSeconds,
            },
            {
              bytes: large.bytes,
              seconds: sideOf(sides, `${job.name}, 10 x, ${engine}`).medianSeconds,
            },
          )
        const [duckdb, spark] = [line('duckdb'), line('spark')]
        bench.note(`${job.name}: ${told('DuckDB', duckdb)}; ${told('Spark', spark)}`)
        bench.note(
          `${job.name}: Spark is first from ${CORES.map((times) => `${size(breakEven(duckdb, spark, times))} on with ${times} x the cores`).join(', ')}`,
        )
      }
      return {
        data: `ct-m and vpc-m, a tenth of them (1 x) and whole (10 x); one worker with 2 cores`,
        sides,
        bars: [],
      }
    } finally {
      await cluster.stop()
    }
  },
}

/** All cores of this machine in one worker, as DuckDB has them. */
const WORKER = ['--workers', '1', '--worker-cores', '2', '--worker-memory', '2GiB']

function told(engine: string, { start, perByte }: Line): string {
  return `${engine} ${start.toFixed(1)} s and ${(perByte * 2 ** 30).toFixed(1)} s for each GiB`
}

function size(bytes: number | undefined): string {
  if (bytes === 0) return 'the first byte'
  return bytes === undefined ? 'nothing' : `${(bytes / 2 ** 30).toFixed(2)} GiB`
}
