import { buildCommand, buildRouteMap } from '@stricli/core'
import type { FormatsFlags } from '../actions/formats.js'
import type { Cli } from '../cli.js'
import { outputFlags } from '../flags/output-flags.js'
import { commonAliases, commonFlags } from '../flags/setting-flags.js'

const flags = { ...commonFlags, ...outputFlags }
const aliases = { ...commonAliases, o: 'out' } as const

const list = buildCommand<FormatsFlags, [], Cli>({
  docs: {
    brief: 'List the log types that can be collected',
    fullDescription: 'Lists the log types.\n\nExample:\n  headrig formats list',
  },
  parameters: { flags, aliases },
  loader: async () => (await import('../actions/formats.js')).runFormatsList,
})

const show = buildCommand<FormatsFlags, [id: string], Cli>({
  docs: {
    brief: 'Show the columns of a log type and where each comes from',
    fullDescription:
      'Shows the columns of a log type.\n\nExample:\n  headrig formats show aws_vpc_flow',
  },
  parameters: {
    flags,
    aliases,
    positional: {
      kind: 'tuple',
      parameters: [{ parse: String, brief: 'The log type', placeholder: 'id' }],
    },
  },
  loader: async () => (await import('../actions/formats.js')).runFormatsShow,
})

export const formats = buildRouteMap<'list' | 'show', Cli>({
  routes: { list, show },
  docs: { brief: 'List and show log types' },
})
