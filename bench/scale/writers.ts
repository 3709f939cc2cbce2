import { mkdirSync } from 'node:fs'
import { alternate } from '../lib/alternate.js'
import { startS3 } from '../lib/s3.js'
import type { Scenario } from '../lib/scenario.js'
import { openBenchEngine, openBenchLake } from './lake.js'
import { latency, latencyText } from './latency.js'
import { script, type Committed } from './scripts.js'

const PROCESSES = 4
const WRITERS = 25
const COMMITS = 10

/** They know nothing of each other and never pause: the worst case of a shared log. */
export const scaleWriters: Scenario = {
  title: 'A hundred writers of one table at once, on an S3 server',
  async measure(bench) {
    const writers = Math.max(1, Math.round(WRITERS * bench.scale))
    const all = PROCESSES * writers * COMMITS
    const bucket = bench.temp('bucket')
    mkdirSync(bucket)
    const server = await startS3(bucket, bench.temp('server'))
    let missing = 0
    let serial = 0
    try {
      const sides = await alternate(
        [
          {
            name: `${PROCESSES * writers} writers`,
            async once() {
              const uri = `s3://${server.bucket}/lake-${serial++}`
              const runs = await Promise.all(
                Array.from({ length: PROCESSES }, (_, i) =>
                  script<Committed>(
                    'commit',
                    [uri, bench.temp('temp'), `process-${i}`, writers, COMMITS],
                    server.env,
                  ),
                ),
              )
              const made = runs.flatMap((r) => r.out ?? [])
              missing += Math.abs(all - (await distinct(uri, bench.temp('temp'), server.env, all)))
              const lost = made.reduce((sum, m) => sum + m.lost, 0)
              const took = latency(made.flatMap((m) => m.took))
              const seconds = Math.max(...made.map((m) => m.seconds))
              bench.note(
                `${latencyText(took)}; ${(all / seconds).toFixed(1)} commits a second; another writer came first ${lost} times, ${(lost / all).toFixed(1)} a commit`,
              )
              return {
                seconds,
                cpuSeconds: runs.reduce((sum, r) => sum + r.cpuSeconds, 0),
                peakRssBytes: Math.max(...runs.map((r) => r.peakRssBytes)),
                stdout: '',
                facts: { commits: all, lost, took },
              }
            },
          },
        ],
        bench.runs,
      )
      bench.note(`server: ${server.name}; ${PROCESSES} processes, each with ${writers} writers`)
      return {
        data: `${all.toLocaleString('en')} commits of one file each`,
        sides,
        bars: [{ what: 'commits lost or made twice', value: missing, unit: 'of all', atMost: 0 }],
      }
    } finally {
      await server.stop()
    }
  },
}

/** The files of the table, which must be as many as its versions and as its writers counted. */
async function distinct(
  uri: string,
  temp: string,
  env: Record<string, string>,
  expected: number,
): Promise<number> {
  Object.assign(process.env, env)
  const { engine, close } = await openBenchEngine(temp)
  try {
    const snapshot = await openBenchLake(uri, engine).table('aws_cloudtrail').snapshot()
    if (!snapshot) return 0
    const { files } = await snapshot.totals()
    const writers = [...snapshot.state.txns.values()].every((v) => v === COMMITS - 1)
    const consistent = snapshot.version === expected - 1 && writers
    return consistent ? Math.min(files, (await snapshot.present()).size) : 0
  } finally {
    close()
  }
}
