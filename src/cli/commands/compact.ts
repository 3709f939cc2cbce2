import { buildCommand } from '@stricli/core'
import { parseSize } from '../../core/size.js'
import type { CompactFlags } from '../actions/maintain.js'
import type { Cli } from '../cli.js'
import { dryRunFlag, reportFlags } from '../flags/report-flags.js'
import { commonAliases, lakeFlags } from '../flags/setting-flags.js'

export const compact = buildCommand<CompactFlags, string[], Cli>({
  docs: {
    brief: 'Merge small files of tables into large ones, sorted by time',
    customUsage: ['[table]...'],
    fullDescription: [
      'Merges small files of each table (or of those named) into large ones. Rows stay the same; readers and',
      'collectors may go on meanwhile. The old files stay until headrig vacuum.',
      '',
      'Example:\n  headrig compact aws_cloudtrail',
    ].join('\n'),
  },
  parameters: {
    flags: {
      ...lakeFlags,
      ...reportFlags,
      ...dryRunFlag,
      targetSize: {
        kind: 'parsed',
        parse: parseSize,
        default: '128MiB',
        brief: 'How large files may get',
        placeholder: 'size',
      },
    },
    aliases: { ...commonAliases, n: 'dryRun' },
    positional: {
      kind: 'array',
      parameter: { parse: String, brief: 'Only these tables', placeholder: 'table' },
    },
  },
  loader: async () => (await import('../actions/maintain.js')).runCompact,
})
