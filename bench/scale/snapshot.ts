import { dirname } from 'node:path'
import { alternate, round3 } from '../lib/alternate.js'
import { median } from '../lib/measure.js'
import { startS3 } from '../lib/s3.js'
import type { Bench, Scenario, Side } from '../lib/scenario.js'
import { manyFiles, script, type Loaded } from './scripts.js'

const SIZES = [10_000, 100_000, 1_000_000]

/** A checkpoint and nine commits are read, then the files of one hour of 90 days are looked for. */
export const scaleSnapshot: Scenario = {
  title: 'A snapshot of up to a million files, and the plan of a query over it',
  async measure(bench) {
    const made: { files: number; folder: string }[] = []
    for (const size of SIZES) {
      const files = Math.round(size * bench.scale)
      made.push({ files, folder: await manyFiles(files) })
    }
    const [last] = made.slice(-1)
    if (!last) throw new Error('no sizes')
    const server = await startS3(dirname(last.folder), bench.temp('server'))
    const results = new Map<string, Loaded[]>()
    try {
      const onS3 = `s3://${server.bucket}/log-${last.files}`
      const local = made.map(({ files, folder }) => side(`${count(files)} files`, folder, {}))
      const remote = side(`${count(last.files)} files, S3`, onS3, server.env)
      const sides = await alternate(
        [...local, remote].map((s) => s(bench, results)),
        bench.runs,
      )
      for (const [name, loaded] of results) bench.note(`${name}: ${told(loaded)}`)
      bench.note(`server: ${server.name}`)
      const largest = results.get(`${count(last.files)} files`) ?? []
      const peak = Math.max(...sides.map((s) => s.peakRssBytes))
      return {
        data: `logs of ${made.map((m) => count(m.files)).join(', ')} files with 2 kB of statistics each; seconds are those of loading`,
        sides,
        bars: [
          {
            what: `load of ${count(last.files)} files`,
            value: of(largest, 'load'),
            unit: 's',
            atMost: 5,
          },
          {
            what: 'plan of a query for one hour, and the count of all files',
            value: of(largest, 'plan') + of(largest, 'count'),
            unit: 's',
            atMost: 1,
          },
          { what: 'resident memory', value: peak / 2 ** 20, unit: 'MiB', atMost: 1024 },
        ],
      }
    } finally {
      await server.stop()
    }
  },
}

function side(name: string, uri: string, env: Record<string, string>) {
  return (bench: Bench, results: Map<string, Loaded[]>): Side => ({
    name,
    async once() {
      const { out, ...run } = await script<Loaded>('load', [uri, bench.temp('temp')], env)
      if (!out) throw new Error(`nothing was printed for ${name}`)
      results.set(name, [...(results.get(name) ?? []), out])
      return { ...run, seconds: out.load, facts: { ...out } }
    },
  })
}

function of(loaded: readonly Loaded[], name: keyof Loaded): number {
  return round3(median(loaded.map((l) => l[name])))
}

function told(loaded: readonly Loaded[]): string {
  const seconds = (name: keyof Loaded): string => `${of(loaded, name)} s`
  return `loaded in ${seconds('load')}, again in ${seconds('loadAgain')}; ${of(loaded, 'kept')} files of one hour found in ${seconds('plan')}, by time alone in ${seconds('planByTime')}; counted in ${seconds('count')}`
}

const count = (n: number): string => n.toLocaleString('en')
