import { buildCommand } from '@stricli/core'
import type { TablesFlags } from '../actions/tables.js'
import type { Cli } from '../cli.js'
import { outputFlags } from '../flags/output-flags.js'
import { commonAliases, lakeFlags } from '../flags/setting-flags.js'

export const tables = buildCommand<TablesFlags, [], Cli>({
  docs: {
    brief: 'List the tables of the lake: rows, files, bytes, time range',
    fullDescription: [
      'Lists the tables of the lake with their rows, files, bytes and time range, from the logs of the tables.',
      '',
      'Example:\n  headrig tables --lake ./lake',
    ].join('\n'),
  },
  parameters: { flags: { ...lakeFlags, ...outputFlags }, aliases: { ...commonAliases, o: 'out' } },
  loader: async () => (await import('../actions/tables.js')).runTables,
})
