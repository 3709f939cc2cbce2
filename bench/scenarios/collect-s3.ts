import { fileURLToPath } from 'node:url'
import { alternate, sideOf } from '../lib/alternate.js'
import { run } from '../lib/measure.js'
import { collectInto } from '../lib/ours.js'
import { startS3 } from '../lib/s3.js'
import type { Scenario } from '../lib/scenario.js'

const GET = fileURLToPath(new URL('../peers/s3-get.mjs', import.meta.url))

/** The server shares the cores with whoever asks it. */
export const collectS3: Scenario = {
  title: 'Collect from a local S3 server against a bare parallel GET',
  async measure(bench) {
    const data = await bench.data('ct-20k')
    const server = await startS3(data.folder, bench.temp('server'))
    try {
      const lake = bench.temp('lake')
      const { bucket, env } = server
      const sides = await alternate(
        [
          { name: 'headrig collect', once: () => collectInto(lake, `s3://${bucket}`, env) },
          {
            name: 'bare parallel GET',
            once: () => run([process.execPath, GET, `s3://${bucket}`], env),
          },
        ],
        bench.runs,
      )
      const value =
        sideOf(sides, 'bare parallel GET').medianSeconds /
        sideOf(sides, 'headrig collect').medianSeconds
      bench.note(`server: ${server.name}`)
      return {
        data: data.why,
        sides,
        bars: [{ what: 'speed against a bare GET', value, unit: 'x', atLeast: 0.9 }],
      }
    } finally {
      await server.stop()
    }
  },
}
