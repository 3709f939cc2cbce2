import { alternate, sideOf } from '../lib/alternate.js'
import { collectInto, FRONT } from '../lib/ours.js'
import type { Scenario } from '../lib/scenario.js'

export const collectTiny: Scenario = {
  title: 'Collect tiny CloudTrail objects from disk',
  async measure(bench) {
    const data = await bench.data('ct-tiny')
    const lake = bench.temp('lake')
    const sides = await alternate(
      [{ name: 'headrig collect', once: () => collectInto(lake, data.folder, FRONT.native) }],
      bench.runs,
    )
    const ours = sideOf(sides, 'headrig collect')
    return {
      data: data.why,
      sides,
      bars: [
        {
          what: 'objects a second',
          value: Number(ours.facts?.['objects']) / ours.medianSeconds,
          unit: 'objects/s',
          atLeast: 15_000,
        },
        { what: 'resident memory', value: ours.peakRssBytes / 2 ** 20, unit: 'MiB', atMost: 1024 },
      ],
    }
  },
}
