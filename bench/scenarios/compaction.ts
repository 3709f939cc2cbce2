import { alternate, sideOf } from '../lib/alternate.js'
import { collectInto, headrig } from '../lib/ours.js'
import type { Scenario } from '../lib/scenario.js'

/** A lake as collecting leaves it is compacted; every run starts from a fresh one. */
export const compaction: Scenario = {
  title: 'Compaction against collecting',
  async measure(bench) {
    const data = await bench.data('ct-m')
    const lake = bench.temp('lake')
    const sides = await alternate(
      [
        { name: 'headrig collect', once: () => collectInto(lake, data.folder) },
        {
          name: 'headrig compact',
          once: async () => headrig(['compact', '--lake', lake, '--quiet']),
        },
      ],
      bench.runs,
    )
    const compact = sideOf(sides, 'headrig compact')
    const value = compact.medianSeconds / sideOf(sides, 'headrig collect').medianSeconds
    return {
      data: data.why,
      sides,
      bars: [
        { what: 'time against collecting', value, unit: 'x', atMost: 0.5 },
        {
          what: 'resident memory',
          value: compact.peakRssBytes / 2 ** 20,
          unit: 'MiB',
          atMost: 1024,
        },
      ],
    }
  },
}
