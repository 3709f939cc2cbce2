import { buildCommand } from '@stricli/core'
import { parseDuration } from '../../core/duration.js'
import type { VacuumFlags } from '../actions/maintain.js'
import type { Cli } from '../cli.js'
import { maintainAliases, maintainFlags, someTables } from '../flags/maintain-flags.js'

export const vacuum = buildCommand<VacuumFlags, string[], Cli>({
  docs: {
    brief: 'Delete files that no recent version of a table needs',
    customUsage: ['[table]...'],
    fullDescription: [
      'Deletes data files that no version of the last days needs, and what killed processes left behind.',
      'Older versions can then no longer be read with --as-of.',
      '',
      'Example:\n  headrig vacuum --older-than 30d --dry-run',
    ].join('\n'),
  },
  parameters: {
    flags: {
      ...maintainFlags,
      olderThan: {
        kind: 'parsed',
        parse: parseDuration,
        default: '7d',
        brief: 'Keep what was in use within this span',
        placeholder: 'span',
      },
      force: {
        kind: 'boolean',
        optional: true,
        withNegated: false,
        brief: 'Allow less than an hour, when nothing else uses the lake',
      },
    },
    aliases: maintainAliases,
    positional: someTables,
  },
  loader: async () => (await import('../actions/maintain.js')).runVacuum,
})
