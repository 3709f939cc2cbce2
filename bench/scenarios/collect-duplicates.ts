import { alternate, sideOf } from '../lib/alternate.js'
import { collectInto } from '../lib/ours.js'
import type { Scenario } from '../lib/scenario.js'

/** A second trail delivers a quarter of the records again. */
export const collectDuplicates: Scenario = {
  title: 'Collect CloudTrail of which a second trail delivers 27 % again',
  async measure(bench) {
    const plain = await bench.data('ct-m')
    const twice = await bench.data('ct-m-trails')
    const lake = bench.temp('lake')
    const sides = await alternate(
      [
        { name: 'all different', once: () => collectInto(lake, plain.folder) },
        { name: '27 % duplicates', once: () => collectInto(lake, twice.folder) },
      ],
      bench.runs,
    )
    const { facts = {}, medianSeconds } = sideOf(sides, '27 % duplicates')
    const share =
      Number(facts['duplicates']) / (Number(facts['duplicates']) + Number(facts['rows']))
    const value = medianSeconds / sideOf(sides, 'all different').medianSeconds
    return {
      data: twice.why,
      sides,
      bars: [
        { what: 'time with duplicates', value, unit: 'x', atMost: 1.15 },
        { what: 'share left out', value: share, unit: 'of records', atLeast: 0.26, atMost: 0.28 },
        {
          what: 'resident memory',
          value: sideOf(sides, '27 % duplicates').peakRssBytes / 2 ** 20,
          unit: 'MiB',
          atMost: 1024,
        },
      ],
    }
  },
}
