import { buildCommand } from '@stricli/core'
import type { Cli } from '../cli.js'
import { outputFlags, type OutputFlags } from '../flags/output-flags.js'
import { commonAliases, lakeFlags, type LakeFlags } from '../flags/setting-flags.js'

export interface DescribeFlags extends LakeFlags, OutputFlags {}

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
