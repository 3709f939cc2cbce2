import { alternate, sideOf } from '../lib/alternate.js'
import { collectInto } from '../lib/ours.js'
import type { Scenario } from '../lib/scenario.js'

/** Copies from any other time: each batch must be held against all of the lake. Memory stays bounded. */
export const collectReplays: Scenario = {
  title: 'Collect CloudTrail of which 27 % is replayed from any other time',
  async measure(bench) {
    const data = await bench.data('ct-m-replays')
    const lake = bench.temp('lake')
    const sides = await alternate(
      [{ name: '27 % replayed', once: () => collectInto(lake, data.folder) }],
      bench.runs,
    )
    const { facts = {}, peakRssBytes } = sideOf(sides, '27 % replayed')
    const share =
      Number(facts['duplicates']) / (Number(facts['duplicates']) + Number(facts['rows']))
    return {
      data: data.why,
      sides,
      bars: [
        { what: 'resident memory', value: peakRssBytes / 2 ** 20, unit: 'MiB', atMost: 1024 },
        { what: 'share left out', value: share, unit: 'of records', atLeast: 0.26, atMost: 0.28 },
      ],
    }
  },
}
