import { alternate, sideOf } from '../lib/alternate.js'
import { collectInto } from '../lib/ours.js'
import type { Scenario } from '../lib/scenario.js'

export const growth: Scenario = {
  title: 'Ten times the data',
  async measure(bench) {
    const [small, large] = [await bench.data('ct-s'), await bench.data('ct-m')]
    const lake = bench.temp('lake')
    const sides = await alternate(
      [
        { name: 'a tenth', once: () => collectInto(lake, small.folder) },
        { name: 'the whole', once: () => collectInto(lake, large.folder) },
      ],
      bench.runs,
    )
    const [tenth, whole] = [sideOf(sides, 'a tenth'), sideOf(sides, 'the whole')]
    return {
      data: `${small.why}; ${large.why}`,
      sides,
      bars: [
        {
          what: 'time',
          value: whole.medianSeconds / tenth.medianSeconds,
          unit: 'x',
          atMost: 11,
        },
        {
          what: 'resident memory of the whole',
          value: whole.peakRssBytes / 2 ** 20,
          unit: 'MiB',
          atMost: 1024,
        },
      ],
    }
  },
}
