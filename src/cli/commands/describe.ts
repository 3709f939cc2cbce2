import { buildCommand } from '@stricli/core'
import type { DescribeFlags } from '../actions/tables.js'
import type { Cli } from '../cli.js'
import { outputFlags } from '../flags/output-flags.js'
import { commonAliases, lakeFlags } from '../flags/setting-flags.js'

export const describe = buildCommand<DescribeFlags, [table: string], Cli>({
  docs: {
    brief: 'Show the columns of a table with their meaning',
    fullDescription: [
      'Shows the columns of a table with type and meaning. Queries that compare a hot column skip files by it.',
      '',
      'Example:\n  headrig describe aws_cloudtrail',
    ].join('\n'),
  },
  parameters: {
    flags: { ...lakeFlags, ...outputFlags },
    aliases: { ...commonAliases, o: 'out' },
    positional: {
      kind: 'tuple',
      parameters: [{ parse: String, brief: 'The table', placeholder: 'table' }],
    },
  },
  loader: async () => (await import('../actions/tables.js')).runDescribe,
})
