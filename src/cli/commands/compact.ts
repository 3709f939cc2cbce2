import { buildCommand } from '@stricli/core'
import { parseSize } from '../../core/size.js'
import type { CompactFlags } from '../actions/maintain.js'
import type { Cli } from '../cli.js'
import { answerFlags } from '../flags/setting-flags.js'
import { maintainAliases, maintainFlags, someTables } from '../flags/maintain-flags.js'

export const compact = buildCommand<CompactFlags, string[], Cli>({
  docs: {
    brief: 'Merge small files of tables into large ones, in order of time',
    customUsage: ['[table]...'],
    fullDescription: [
      'Merges small files of each table (or of those named) into large ones. Rows stay the same; readers and',
      'collectors may go on meanwhile. The old files stay until headrig vacuum.',
      'With --engine spark the executors of a cluster do it, with the same result.',
      '',
      'Example:\n  headrig compact aws_cloudtrail',
    ].join('\n'),
  },
  parameters: {
    flags: {
      ...maintainFlags,
      ...answerFlags,
      targetSize: {
        kind: 'parsed',
        parse: parseSize,
        default: '128MiB',
        brief: 'How large files may get',
        placeholder: 'size',
      },
    },
    aliases: maintainAliases,
    positional: someTables,
  },
  loader: async () => (await import('../actions/maintain.js')).runCompact,
})
