import { openContext } from '../../src/app/context.js'
import { query } from '../../src/app/query.js'
import { loadConfig } from '../../src/core/config.js'
import { silentLogger } from '../../src/core/logger.js'
import { silentProgress } from '../../src/core/progress.js'
import { alternate } from '../lib/alternate.js'
import { collectInto, headrig } from '../lib/ours.js'
import type { Scenario } from '../lib/scenario.js'

const KEY = `(SELECT min(user_identity.access_key_id) FROM aws_cloudtrail
  WHERE time >= TIMESTAMPTZ '2024-02-01' AND time < TIMESTAMPTZ '2024-02-08')`
const WEEK = `time >= TIMESTAMPTZ '2024-02-01' AND time < TIMESTAMPTZ '2024-02-08'`
const SQL = `SELECT time, event_name FROM aws_cloudtrail WHERE ${WEEK} AND user_identity.access_key_id = ${KEY} ORDER BY time`

/** Reads the files of the seven days that are asked for, of ninety. */
export const keyLookup: Scenario = {
  title: "One access key's events in 7 of 90 days",
  async measure(bench) {
    const data = await bench.data('ct-90d')
    const lake = bench.temp('lake')
    await collectInto(lake, data.folder)
    const io = await read(lake)
    const sides = await alternate(
      [
        {
          name: 'headrig query',
          once: () => headrig(['query', SQL, '--lake', lake, '--format', 'csv', '--quiet']),
        },
      ],
      bench.runs,
    )
    bench.note(
      `read ${io.files} of ${io.filesTotal} files, ${io.bytes.toLocaleString('en')} of ${io.bytesTotal.toLocaleString('en')} bytes`,
    )
    return {
      data: data.why,
      sides,
      bars: [
        {
          what: 'share of the bytes that is read, for 7.8 % of the days',
          value: io.bytes / io.bytesTotal,
          unit: 'of all',
          atMost: 0.09,
        },
      ],
    }
  },
}

async function read(
  lake: string,
): Promise<{ files: number; filesTotal: number; bytes: number; bytesTotal: number }> {
  const { settings } = await loadConfig({ flags: { lake }, env: {}, cwd: '/' })
  const context = await openContext(settings, {
    logger: silentLogger,
    progress: silentProgress,
    signal: new AbortController().signal,
  })
  try {
    const { io, close } = await query({ sql: SQL }, context)
    await close()
    const [table] = io.tables
    if (!table) throw new Error('the query read no table')
    return table
  } finally {
    await context.close()
  }
}
