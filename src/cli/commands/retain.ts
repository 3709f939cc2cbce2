import { buildCommand } from '@stricli/core'
import { parseDuration } from '../../core/duration.js'
import type { RetainFlags } from '../actions/maintain.js'
import type { Cli } from '../cli.js'
import { maintainAliases, maintainFlags, someTables } from '../flags/maintain-flags.js'

const DAY_MS = 86_400_000

export const retain = buildCommand<RetainFlags, string[], Cli>({
  docs: {
    brief: 'Drop whole days of tables that are older than an age',
    customUsage: ['--days n [table]...', '[table]...'],
    fullDescription: [
      'Drops the days of each table of logs (or of the tables named) that ended longer ago than --days. Without',
      '--days a table keeps what it was told with --remember, else everything. The ledger is never cut. The files',
      'stay until headrig vacuum.',
      '',
      'Examples:',
      '  headrig retain aws_vpc_flow --days 90 --remember',
      '  headrig retain',
    ].join('\n'),
  },
  parameters: {
    flags: {
      ...maintainFlags,
      days: {
        kind: 'parsed',
        parse: (text: string) =>
          Math.floor((/^\d+$/.test(text) ? Number(text) * DAY_MS : parseDuration(text)) / DAY_MS),
        optional: true,
        brief: 'How many days to keep, such as 90 or 13w; default: what each table remembers',
        placeholder: 'n',
      },
      remember: {
        kind: 'boolean',
        optional: true,
        withNegated: false,
        brief: 'Keep --days in the table, for later calls without it',
      },
    },
    aliases: maintainAliases,
    positional: someTables,
  },
  loader: async () => (await import('../actions/maintain.js')).runRetain,
})
