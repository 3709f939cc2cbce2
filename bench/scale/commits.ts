import { alternate, sideOf } from '../lib/alternate.js'
import { startS3 } from '../lib/s3.js'
import type { Bench, Scenario, Side } from '../lib/scenario.js'
import { latency, latencyText } from './latency.js'
import { script, type Committed } from './scripts.js'
import { mkdirSync } from 'node:fs'

const COMMITS = 10_000
const WINDOW = 100

/** Each commit brings a file and has a `txn`; the checkpoints that fall due are part of it. */
export const scaleCommits: Scenario = {
  title: 'Ten thousand commits of one writer',
  async measure(bench) {
    const commits = Math.max(WINDOW * 2, Math.round(COMMITS * bench.scale))
    const bucket = bench.temp('bucket')
    mkdirSync(bucket)
    const server = await startS3(bucket, bench.temp('server'))
    try {
      const remote = Math.max(WINDOW * 2, commits / 10)
      const sides = await alternate(
        [
          side('on disk', commits, bench, () => bench.temp('lake')),
          side('S3', remote, bench, (n) => `s3://${server.bucket}/lake-${n}`, server.env),
        ],
        bench.runs,
      )
      const growth = sideOf(sides, 'on disk').facts as unknown as Facts
      bench.note(`server: ${server.name}, ${remote.toLocaleString('en')} commits`)
      return {
        data: `${commits.toLocaleString('en')} commits of one file each`,
        sides,
        bars: [
          {
            what: `median of the last ${WINDOW} commits against the first`,
            value: growth.last / growth.first,
            unit: 'x',
            atMost: 2,
          },
        ],
      }
    } finally {
      await server.stop()
    }
  },
}

/** Medians, milliseconds. */
interface Facts {
  readonly first: number
  readonly last: number
}

function side(
  name: string,
  commits: number,
  bench: Bench,
  place: (n: number) => string,
  env: Record<string, string> = {},
): Side {
  let runs = 0
  return {
    name,
    async once() {
      const args = [place(runs++), bench.temp('temp'), 'writer', 1, commits]
      const { out, ...run } = await script<Committed>('commit', args, env)
      if (!out || out.took.length !== commits) throw new Error(`not all commits were made: ${name}`)
      const [all, first, last] = [
        latency(out.took),
        latency(out.took.slice(0, WINDOW)),
        latency(out.took.slice(-WINDOW)),
      ]
      bench.note(
        `${name}: ${latencyText(all)}; the first ${WINDOW}: ${latencyText(first)}; the last ${WINDOW}: ${latencyText(last)}`,
      )
      const facts = { commits, all, first: first.p50, last: last.p50 }
      return { ...run, seconds: out.seconds, facts }
    },
  }
}
