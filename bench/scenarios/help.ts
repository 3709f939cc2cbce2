import { alternate, sideOf } from '../lib/alternate.js'
import { run } from '../lib/measure.js'
import { headrig } from '../lib/ours.js'
import type { Scenario } from '../lib/scenario.js'

export const help: Scenario = {
  title: 'Start-up',
  async measure(bench) {
    const sides = await alternate(
      [
        { name: 'node -e 0', once: () => run([process.execPath, '-e', '0']) },
        { name: 'headrig --help', once: () => headrig(['--help']) },
      ],
      Math.max(15, bench.runs),
    )
    const value =
      (sideOf(sides, 'headrig --help').medianSeconds - sideOf(sides, 'node -e 0').medianSeconds) *
      1000
    return {
      data: 'no data',
      sides,
      bars: [{ what: 'more than node itself', value, unit: 'ms', atMost: 60 }],
    }
  },
}
