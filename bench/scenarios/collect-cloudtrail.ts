import { rmSync } from 'node:fs'
import { alternate, sideOf } from '../lib/alternate.js'
import { duckdb } from '../lib/duckdb.js'
import { collectInto } from '../lib/ours.js'
import type { Bench, Scenario, Side } from '../lib/scenario.js'
import {
  cloudTrailToParquet,
  type Variant,
  VARIANTS,
  variantName,
} from '../peers/cloudtrail-sql.js'

/** Ours sorts, drops duplicates, commits and keeps a ledger; DuckDB only writes the Parquet file. */
export const collectCloudTrail: Scenario = {
  title: 'Collect CloudTrail against DuckDB read_json to Parquet',
  async measure(bench) {
    const data = await bench.data('ct-m')
    const best = await fastest(bench, data.folder)
    const lake = bench.temp('lake')
    const sides = await alternate(
      [
        { name: 'headrig collect', once: () => collectInto(lake, data.folder) },
        peer(bench, data.folder, best),
      ],
      bench.runs,
    )
    const ours = sideOf(sides, 'headrig collect')
    const theirs = sideOf(sides, 'DuckDB read_json')
    bench.note(`DuckDB's best: ${variantName(best)}`)
    bench.note(
      `${Math.round(Number(ours.facts?.['rows']) / ours.medianSeconds).toLocaleString('en')} events/s`,
    )
    return {
      data: data.why,
      sides,
      bars: [
        {
          what: 'speed against DuckDB',
          value: theirs.medianSeconds / ours.medianSeconds,
          unit: 'x',
          atLeast: 1,
        },
        { what: 'resident memory', value: ours.peakRssBytes / 2 ** 20, unit: 'MiB', atMost: 1024 },
      ],
    }
  },
}

function peer(bench: Bench, folder: string, variant: Variant): Side {
  const out = bench.temp('duckdb.parquet')
  return {
    name: 'DuckDB read_json',
    async once() {
      const done = await duckdb(
        cloudTrailToParquet(folder, out, variant),
        bench.temp('statement.sql'),
      )
      rmSync(out, { force: true })
      return done
    },
  }
}

/** Its own best: each way once, the fastest counts. */
async function fastest(bench: Bench, folder: string): Promise<Variant> {
  let best: { variant: Variant; seconds: number } | undefined
  for (const variant of VARIANTS) {
    const { seconds } = await peer(bench, folder, variant).once()
    console.error(`  DuckDB with ${variantName(variant)}: ${seconds.toFixed(2)} s`)
    if (!best || seconds < best.seconds) best = { variant, seconds }
  }
  if (!best) throw new Error('no variants')
  return best.variant
}
