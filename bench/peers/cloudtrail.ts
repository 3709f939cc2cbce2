import { rmSync } from 'node:fs'
import { duckdb } from '../lib/duckdb.js'
import type { Bench, Side } from '../lib/scenario.js'
import { cloudTrailToParquet, type Variant, VARIANTS, variantName } from './cloudtrail-sql.js'

/** DuckDB's own reading of CloudTrail objects into one Parquet file, which is deleted. */
export function cloudTrailPeer(bench: Bench, folder: string, variant: Variant): Side {
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
export async function fastestVariant(bench: Bench, folder: string): Promise<Variant> {
  let best: { variant: Variant; seconds: number } | undefined
  for (const variant of VARIANTS) {
    const { seconds } = await cloudTrailPeer(bench, folder, variant).once()
    console.error(`  DuckDB with ${variantName(variant)}: ${seconds.toFixed(2)} s`)
    if (!best || seconds < best.seconds) best = { variant, seconds }
  }
  if (!best) throw new Error('no variants')
  bench.note(`DuckDB's best: ${variantName(best.variant)}`)
  return best.variant
}
