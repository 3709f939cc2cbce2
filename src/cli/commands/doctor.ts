import { buildCommand } from '@stricli/core'
import type { DoctorFlags } from '../actions/doctor.js'
import type { Cli } from '../cli.js'
import { answerFlags, commonAliases } from '../flags/setting-flags.js'

export const doctor = buildCommand<DoctorFlags, [], Cli>({
  docs: {
    brief: 'Look whether all that headrig works with is there',
    fullDescription: [
      'Looks at Node, DuckDB, the front that reads logs, threads and memory, the lake, and Spark if there is one.',
      'Exits with 6 when something that is needed or asked for does not work.',
      '',
      'Example:\n  headrig doctor',
    ].join('\n'),
  },
  parameters: {
    flags: {
      ...answerFlags,
      output: {
        kind: 'enum',
        values: ['text', 'json'],
        default: 'text',
        brief: 'How to write what was found',
      },
    },
    aliases: commonAliases,
  },
  loader: async () => (await import('../actions/doctor.js')).runDoctor,
})
