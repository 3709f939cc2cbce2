import { reportFlags } from './report-flags.js'
import { commonAliases, lakeFlags } from './setting-flags.js'

/** What every command that changes whole tables takes. */
export const maintainFlags = {
  ...lakeFlags,
  ...reportFlags,
  dryRun: {
    kind: 'boolean',
    optional: true,
    withNegated: false,
    brief: 'Say what would be done and change nothing',
  },
} as const

export const maintainAliases = { ...commonAliases, n: 'dryRun' } as const

/** The tables that a command is for; none: all. */
export const someTables = {
  kind: 'array',
  parameter: { parse: String, brief: 'Only these tables', placeholder: 'table' },
} as const
