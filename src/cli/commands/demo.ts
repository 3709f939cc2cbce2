import { buildCommand } from '@stricli/core'
import type { DemoFlags } from '../actions/demo.js'
import type { Cli } from '../cli.js'
import { commonAliases, commonFlags, settingFlag } from '../flags/setting-flags.js'

export const demo = buildCommand<DemoFlags, [folder?: string], Cli>({
  docs: {
    brief: 'Make sample logs with incidents in them, collect them, and find the incidents',
    customUsage: ['[folder]'],
    fullDescription: [
      'Makes a week of sample CloudTrail and VPC Flow Logs with a few incidents, collects them into a lake and',
      'answers three questions about them. Everything is written to the folder, by default ./headrig-demo.',
      '',
      'Example:\n  headrig demo',
    ].join('\n'),
  },
  parameters: {
    flags: {
      memory: settingFlag('memory'),
      threads: settingFlag('threads'),
      ...commonFlags,
    },
    aliases: commonAliases,
    positional: {
      kind: 'tuple',
      parameters: [
        { parse: String, optional: true, brief: 'Where to write it', placeholder: 'folder' },
      ],
    },
  },
  loader: async () => (await import('../actions/demo.js')).runDemo,
})
