import { rmSync } from 'node:fs'
import { alternate, sideOf } from '../lib/alternate.js'
import { duckdb } from '../lib/duckdb.js'
import { collectInto, FRONT } from '../lib/ours.js'
import type { Bench, Scenario, Side } from '../lib/scenario.js'
import { flowsToParquet } from '../peers/flow-sql.js'

export const collectFlows: Scenario = {
  title: 'Collect VPC Flow Logs against DuckDB read_csv to Parquet',
  async measure(bench) {
    const data = await bench.data('vpc-m')
    const lake = bench.temp('lake')
    const sides = await alternate(
      [
        { name: 'headrig collect', once: () => collectInto(lake, data.folder, FRONT.native) },
        peer(bench, 'DuckDB read_csv', data.folder),
        peer(bench, 'DuckDB read_csv, zstd level 1', data.folder, 1),
      ],
      bench.runs,
    )
    const ours = sideOf(sides, 'headrig collect')
    const best = Math.min(...sides.filter((s) => s !== ours).map((s) => s.medianSeconds))
    bench.note(
      `${Math.round(Number(ours.facts?.['rows']) / ours.medianSeconds).toLocaleString('en')} lines/s`,
    )
    return {
      data: data.why,
      sides,
      bars: [
        { what: 'speed against DuckDB', value: best / ours.medianSeconds, unit: 'x', atLeast: 2 },
        { what: 'resident memory', value: ours.peakRssBytes / 2 ** 20, unit: 'MiB', atMost: 1024 },
      ],
    }
  },
}

function peer(bench: Bench, name: string, folder: string, level?: number): Side {
  const out = bench.temp('duckdb.parquet')
  return {
    name,
    async once() {
      const done = await duckdb(flowsToParquet(folder, out, level), bench.temp('statement.sql'))
      rmSync(out, { force: true })
      return done
    },
  }
}
