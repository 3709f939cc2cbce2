import { buildCommand } from '@stricli/core'
import { parseDuration } from '../../core/duration.js'
import type { Cli } from '../cli.js'
import { dryRunFlag, reportFlags, type ReportFlags } from '../flags/report-flags.js'
import { commonAliases, lakeFlags, type LakeFlags } from '../flags/setting-flags.js'

export interface RetainFlags extends LakeFlags, ReportFlags {
  readonly dryRun?: boolean
  readonly days: number
}

const DAY_MS = 86_400_000

export const retain = buildCommand<RetainFlags, string[], Cli>({
  docs: {
    brief: 'Drop whole days of tables that are older than an age',
    fullDescription: [
      'Drops the days of the named tables that ended longer ago than the age. The files stay until headrig vacuum.',
      '',
      'Example:\n  headrig retain aws_vpc_flow --days 90',
    ].join('\n'),
  },
  parameters: {
    flags: {
      ...lakeFlags,
      ...reportFlags,
      ...dryRunFlag,
      days: {
        kind: 'parsed',
        parse: (text: string) =>
          Math.floor((/^\d+$/.test(text) ? Number(text) * DAY_MS : parseDuration(text)) / DAY_MS),
        brief: 'How many days to keep, such as 90 or 13w',
        placeholder: 'n',
      },
    },
    aliases: { ...commonAliases, n: 'dryRun' },
    positional: {
      kind: 'array',
      minimum: 1,
      parameter: { parse: String, brief: 'The tables', placeholder: 'table' },
    },
  },
  loader: async () => (await import('../actions/maintain.js')).runRetain,
})
