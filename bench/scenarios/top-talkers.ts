import { alternate, sideOf } from '../lib/alternate.js'
import { duckdb } from '../lib/duckdb.js'
import { run } from '../lib/measure.js'
import { collectInto, headrig } from '../lib/ours.js'
import type { Scenario } from '../lib/scenario.js'
import { talkersFromFiles } from '../peers/flow-sql.js'

const AWK = `{ if ($14 == "OK" && $13 == "ACCEPT" && $7 <= 1024) n[$4 ":" $5 ":" $7]++ } END { for (k in n) print k "\\t" n[k] }`

export const topTalkers: Scenario = {
  title: 'Top talkers in the lake against tools on the raw files',
  async measure(bench) {
    const data = await bench.data('vpc-m')
    const lake = bench.temp('lake')
    await collectInto(lake, data.folder)
    const ours = ['top-talkers', '--lake', lake, '--limit', '25', '--format', 'json', '--quiet']
    const shell = `find '${data.folder}' -name '*.log.gz' -print0 | xargs -0 zcat | awk '${AWK}' | sort -t '\t' -k2,2nr | head -25`
    const sides = await alternate(
      [
        { name: 'headrig top-talkers', once: () => headrig(ours) },
        {
          name: 'DuckDB read_csv on the files',
          once: () => duckdb(talkersFromFiles(data.folder), bench.temp('statement.sql')),
        },
        { name: 'zcat, awk, sort', once: () => run(['bash', '-c', shell]) },
      ],
      bench.runs,
    )
    const mine = sideOf(sides, 'headrig top-talkers').medianSeconds
    const best = Math.min(...sides.slice(1).map((s) => s.medianSeconds))
    return {
      data: data.why,
      sides,
      bars: [
        { what: 'time, start of the process included', value: mine, unit: 's', atMost: 1 },
        { what: 'speed against the best raw tool', value: best / mine, unit: 'x', atLeast: 10 },
      ],
    }
  },
}
