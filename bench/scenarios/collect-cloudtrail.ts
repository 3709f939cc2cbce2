import { alternate, sideOf } from '../lib/alternate.js'
import { collectInto, FRONT } from '../lib/ours.js'
import type { Scenario } from '../lib/scenario.js'
import { cloudTrailPeer, fastestVariant } from '../peers/cloudtrail.js'

const OURS = 'headrig collect'
const PORTABLE = 'headrig collect, portable front'

/** Ours sorts, drops duplicates, commits and keeps a ledger; DuckDB only writes the Parquet file. */
export const collectCloudTrail: Scenario = {
  title: 'Collect CloudTrail against DuckDB read_json to Parquet',
  async measure(bench) {
    const data = await bench.data('ct-m')
    const best = await fastestVariant(bench, data.folder)
    const lake = bench.temp('lake')
    const sides = await alternate(
      [
        { name: OURS, once: () => collectInto(lake, data.folder, FRONT.native) },
        { name: PORTABLE, once: () => collectInto(lake, data.folder, FRONT.portable) },
        cloudTrailPeer(bench, data.folder, best),
      ],
      bench.runs,
    )
    const ours = sideOf(sides, OURS)
    const portable = sideOf(sides, PORTABLE)
    const theirs = sideOf(sides, 'DuckDB read_json').medianSeconds
    bench.note(
      `${Math.round(Number(ours.facts?.['rows']) / ours.medianSeconds).toLocaleString('en')} events/s`,
    )
    return {
      data: data.why,
      sides,
      bars: [
        {
          what: 'speed against DuckDB',
          value: theirs / ours.medianSeconds,
          unit: 'x',
          atLeast: 2.5,
        },
        { what: 'resident memory', value: ours.peakRssBytes / 2 ** 20, unit: 'MiB', atMost: 512 },
        {
          what: 'portable front: speed against DuckDB',
          value: theirs / portable.medianSeconds,
          unit: 'x',
          atLeast: 1,
        },
        {
          what: 'portable front: resident memory',
          value: portable.peakRssBytes / 2 ** 20,
          unit: 'MiB',
          atMost: 1024,
        },
      ],
    }
  },
}
