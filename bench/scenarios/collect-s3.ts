import { fileURLToPath } from 'node:url'
import { alternate, sideOf } from '../lib/alternate.js'
import { run } from '../lib/measure.js'
import { collectInto, FRONT } from '../lib/ours.js'
import { startS3 } from '../lib/s3.js'
import type { Scenario } from '../lib/scenario.js'
import { cloudTrailPeer, fastestVariant } from '../peers/cloudtrail.js'

const GET = fileURLToPath(new URL('../peers/s3-get.mjs', import.meta.url))
const UNPACKED = 'parallel GET and gunzip'

/** The server shares the cores with whoever asks it. */
export const collectS3: Scenario = {
  title: 'Collect from a local S3 server against a bare parallel GET and gunzip',
  async measure(bench) {
    const data = await bench.data('ct-20k')
    const best = await fastestVariant(bench, data.folder)
    const server = await startS3(data.folder, bench.temp('server'))
    try {
      const lake = bench.temp('lake')
      const { bucket, env } = server
      const get = (...flags: string[]) =>
        run([process.execPath, GET, `s3://${bucket}`, ...flags], env)
      const sides = await alternate(
        [
          {
            name: 'headrig collect',
            once: () => collectInto(lake, `s3://${bucket}`, { ...env, ...FRONT.native }),
          },
          { name: 'bare parallel GET', once: () => get() },
          { name: UNPACKED, once: () => get('--gunzip') },
          cloudTrailPeer(bench, data.folder, best),
        ],
        bench.runs,
      )
      const ours = sideOf(sides, 'headrig collect').medianSeconds
      const unpacked = sideOf(sides, UNPACKED).medianSeconds
      const duckdb = sideOf(sides, 'DuckDB read_json').medianSeconds
      bench.note(
        `against a GET and gunzip ${(unpacked / ours).toFixed(2)} x, against DuckDB, which reads them from disk, ${(duckdb / ours).toFixed(2)} x`,
      )
      bench.note(`server: ${server.name}`)
      return {
        data: data.why,
        sides,
        bars: [
          {
            what: 'speed against the lower of 0.9 x a GET and gunzip, and 2.5 x DuckDB from disk',
            value: Math.max(unpacked / 0.9, duckdb / 2.5) / ours,
            unit: 'x',
            atLeast: 1,
          },
        ],
      }
    } finally {
      await server.stop()
    }
  },
}
