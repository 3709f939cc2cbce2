import { alternate, sideOf } from '../lib/alternate.js'
import { collectInto } from '../lib/ours.js'
import type { Scenario } from '../lib/scenario.js'

/** Fields that no column holds go to `unmapped`; they must not make collecting slow. */
export const collectUnknown: Scenario = {
  title: 'Collect CloudTrail with unknown fields against without',
  async measure(bench) {
    const plain = await bench.data('ct-m')
    const unknown = await bench.data('ct-m-unknown')
    const lake = bench.temp('lake')
    const sides = await alternate(
      [
        { name: 'known fields', once: () => collectInto(lake, plain.folder) },
        { name: 'unknown fields', once: () => collectInto(lake, unknown.folder) },
      ],
      bench.runs,
    )
    const value =
      sideOf(sides, 'unknown fields').medianSeconds / sideOf(sides, 'known fields').medianSeconds
    return {
      data: unknown.why,
      sides,
      bars: [{ what: 'time with unknown fields', value, unit: 'x', atMost: 1.15 }],
    }
  },
}
