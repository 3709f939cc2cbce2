import { buildCommand, buildRouteMap } from '@stricli/core'
import type { EngineInstallFlags, EngineListFlags } from '../actions/engine.js'
import type { Cli } from '../cli.js'
import { reportFlags } from '../flags/report-flags.js'
import { commonAliases, sparkFlags } from '../flags/setting-flags.js'

const flags = { ...sparkFlags, ...reportFlags }

const optionalText = { kind: 'parsed', parse: String, optional: true } as const

const install = buildCommand<EngineInstallFlags, [engine: string], Cli>({
  docs: {
    brief: 'Install Spark with Delta and S3, or Hadoop Streaming, into the data folder',
    fullDescription: [
      'Downloads Spark (450 MB) from the index of Python packages that pip uses, Delta and what reads S3 from Maven;',
      'of Hadoop (66 MB) what runs streaming steps over S3, from Maven. Checks every file against a pinned SHA-256 and',
      'puts them into the data folder. Run again it goes on where it was stopped. Java 17 or later is not installed.',
      '',
      'Example:\n  headrig engine install spark\n  headrig engine install hadoop',
    ].join('\n'),
  },
  parameters: {
    flags: {
      ...flags,
      sparkVersion: {
        ...optionalText,
        brief: 'Which Spark; default: 4.2.0',
        placeholder: 'version',
      },
      indexUrl: {
        ...optionalText,
        brief: 'An index of Python packages, instead of the one that pip uses',
        placeholder: 'url',
      },
      mavenUrl: {
        ...optionalText,
        brief: 'A Maven repository, instead of Central or its mirror in settings.xml',
        placeholder: 'url',
      },
      from: {
        ...optionalText,
        brief: 'A folder with files brought by hand, taken when their sums are right',
        placeholder: 'folder',
      },
    },
    aliases: commonAliases,
    positional: {
      kind: 'tuple',
      parameters: [{ parse: String, brief: 'The engine: spark or hadoop', placeholder: 'engine' }],
    },
  },
  loader: async () => (await import('../actions/engine.js')).runEngineInstall,
})

const list = buildCommand<EngineListFlags, [], Cli>({
  docs: {
    brief: 'List the engines that are installed',
    fullDescription: 'Lists the installed engines.\n\nExample:\n  headrig engine list',
  },
  parameters: { flags, aliases: commonAliases },
  loader: async () => (await import('../actions/engine.js')).runEngineList,
})

const remove = buildCommand<EngineListFlags, [id: string], Cli>({
  docs: {
    brief: 'Remove an installed engine',
    fullDescription: 'Removes an engine.\n\nExample:\n  headrig engine remove spark-4.2.0',
  },
  parameters: {
    flags,
    aliases: commonAliases,
    positional: {
      kind: 'tuple',
      parameters: [{ parse: String, brief: 'Its name in engine list', placeholder: 'id' }],
    },
  },
  loader: async () => (await import('../actions/engine.js')).runEngineRemove,
})

export const engine = buildRouteMap<'install' | 'list' | 'remove', Cli>({
  routes: { install, list, remove },
  docs: { brief: 'Install, list and remove engines' },
})
