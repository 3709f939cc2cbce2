import { buildCommand } from '@stricli/core'
import type { Cli } from '../cli.js'
import { outputFlags, type OutputFlags } from '../flags/output-flags.js'
import { commonAliases, lakeFlags, type LakeFlags } from '../flags/setting-flags.js'

export interface TablesFlags extends LakeFlags, OutputFlags {}

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
