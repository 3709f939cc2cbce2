import { buildCommand } from '@stricli/core'
import type { VerifyFlags } from '../actions/verify.js'
import type { Cli } from '../cli.js'
import { reportFlags } from '../flags/report-flags.js'
import { commonAliases, lakeFlags } from '../flags/setting-flags.js'

export const verify = buildCommand<VerifyFlags, string[], Cli>({
  docs: {
    brief: 'Check that the files of the lake are whole and add up to the ledger',
    customUsage: ['[table]...'],
    fullDescription: [
      'Checks that each file of each table (or of those named) is there, with its size and rows, and that the',
      'ledger adds up to the rows. Exits with 5 when something does not fit.',
      '',
      'Example:\n  headrig verify',
    ].join('\n'),
  },
  parameters: {
    flags: {
      ...lakeFlags,
      ...reportFlags,
      deep: {
        kind: 'boolean',
        optional: true,
        withNegated: false,
        brief: 'Also read the files of a remote lake',
      },
    },
    aliases: commonAliases,
    positional: {
      kind: 'array',
      parameter: { parse: String, brief: 'Only these tables', placeholder: 'table' },
    },
  },
  loader: async () => (await import('../actions/verify.js')).runVerify,
})
