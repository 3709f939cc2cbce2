import { buildCommand } from '@stricli/core'
import type { ShellFlags } from '../actions/shell.js'
import type { Cli } from '../cli.js'
import { DIALECTS } from '../flags/dialects.js'
import { outputFlags } from '../flags/output-flags.js'
import { commonAliases, lakeFlags } from '../flags/setting-flags.js'

export const shell = buildCommand<ShellFlags, [], Cli>({
  docs: {
    brief: 'Ask in SQL, interactively',
    fullDescription: [
      'Reads SQL until each ; and answers it. Tab completes keywords, tables and columns; \\? lists the',
      'commands. Ctrl-C stops a running query. The history is kept in ~/.local/state/headrig/history.',
      '',
      'Examples:',
      '  headrig shell --lake s3://my-bucket/lake',
      '  headrig shell --format csv < questions.sql',
    ].join('\n'),
  },
  parameters: {
    flags: {
      ...lakeFlags,
      format: outputFlags.format,
      dialect: {
        kind: 'enum',
        values: DIALECTS,
        default: 'duckdb',
        brief: 'The SQL that queries are written in',
      },
    },
    aliases: commonAliases,
  },
  loader: async () => (await import('../actions/shell.js')).runShell,
})
