import { existsSync } from 'node:fs'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { fileStore } from '../../src/storage/file.js'
import { readLake } from '../support/collect-lake.js'
import { collectInProcess } from '../support/collect-process.js'

/** Logs of others, which are no part of the project. */
const LOGS = resolve('../shared/data/logs')
if (!existsSync(LOGS)) process.stderr.write(`skipped: no real logs at ${LOGS}\n`)

test.skipIf(!existsSync(LOGS))(
  'real logs, among everything else that lies beside them',
  async () => {
    const root = await mkdtemp(join(tmpdir(), 'headrig-real-'))
    try {
      const lake = join(root, 'lake')
      const options = { uris: [LOGS], format: 'auto', batch: { bytes: 4 << 20, objects: 100 } }
      const { summary } = await collectInProcess({ lake, options })
      const { ledger, rejects, tables } = await readLake(lake)

      const files: string[] = []
      const store = fileStore(await realpath(LOGS))
      for await (const { key } of store.list('')) files.push(`${store.uri}/${key}`)
      expect(ledger).toHaveLength(files.length)
      expect(new Set(ledger.map((e) => e.uri))).toEqual(new Set(files))

      const total = (name: 'rows' | 'rejected'): number =>
        ledger.reduce((sum, e) => sum + e[name], 0)
      expect(total('rejected')).toBe(rejects.length)
      expect(total('rows')).toBe(Object.values(tables).reduce((sum, rows) => sum + rows.length, 0))
      // What was not read says why.
      const silent = ledger.filter((e) => e.state !== 'done' && e.error === null)
      expect(silent).toEqual([])
      expect(summary.failed).toBe(0)
      expect(summary.tables['aws_cloudtrail']?.rows).toBeGreaterThan(1900)
      expect(summary.tables['aws_vpc_flow']?.rows).toBeGreaterThan(50)

      const counts = Object.entries(summary.tables).map(([t, c]) => `${t} ${JSON.stringify(c)}`)
      process.stderr.write(`real logs: ${files.length} objects, ${counts.join(', ')}\n`)
      expect((await collectInProcess({ lake, options })).summary).toMatchObject({
        objects: 0,
        unchanged: files.length,
      })
    } finally {
      await rm(root, { recursive: true, force: true })
    }
  },
)
