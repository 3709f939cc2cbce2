import { buildCommand } from '@stricli/core'
import { parseCount } from '../../core/count.js'
import type { TopTalkersFlags } from '../actions/top-talkers.js'
import type { Cli } from '../cli.js'
import { OUTPUT_FORMATS, outFlag } from '../flags/output-flags.js'
import { answerFlags, commonAliases } from '../flags/setting-flags.js'
import { timeFlags } from '../flags/time-flags.js'

const MEASURES = ['connections', 'bytes', 'packets'] as const

export const topTalkers = buildCommand<TopTalkersFlags, [], Cli>({
  docs: {
    brief: 'Who talks to whom on which port, from VPC Flow Logs',
    customUsage: ['', '--format hadoop'],
    fullDescription: [
      'Counts flows per source, destination and destination port: accepted ones to well-known ports, the',
      'most first. Ties are in the order of source, destination and port.',
      '',
      'Examples:',
      '  headrig top-talkers --limit 20 --services',
      '  headrig top-talkers --by bytes --all-ports --from 24h',
      '  headrig top-talkers --resolve interfaces.json --group sg',
      '  headrig top-talkers --format hadoop > part-r-00000',
    ].join('\n'),
  },
  parameters: {
    flags: {
      ...answerFlags,
      ...timeFlags,
      by: { kind: 'enum', values: MEASURES, default: 'connections', brief: 'What to order by' },
      maxPort: {
        kind: 'parsed',
        parse: (text: string) => parseCount(text, 0, 65_535),
        default: '1024',
        brief: 'Leave out destination ports above this one',
        placeholder: 'port',
      },
      allPorts: {
        kind: 'boolean',
        optional: true,
        withNegated: false,
        brief: 'Count every destination port',
      },
      action: {
        kind: 'parsed',
        parse: (text: string) => text.toUpperCase(),
        default: 'ACCEPT',
        brief: 'Count flows that were accepted (ACCEPT) or rejected (REJECT)',
        placeholder: 'action',
      },
      allActions: {
        kind: 'boolean',
        optional: true,
        withNegated: false,
        brief: 'Count accepted and rejected flows',
      },
      resolve: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'Names for addresses: a CSV of ip,name, or what describe-network-interfaces prints',
        placeholder: 'file',
      },
      services: {
        kind: 'boolean',
        optional: true,
        withNegated: false,
        brief: 'Name the service of each port',
      },
      group: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'Count per security group, instance or network instead of per address',
        placeholder: 'sg|instance|cidr[/n]',
      },
      limit: {
        kind: 'parsed',
        parse: (text: string) => parseCount(text, 1, Number.MAX_SAFE_INTEGER),
        optional: true,
        brief: 'The most rows to print',
        placeholder: 'n',
      },
      format: {
        kind: 'enum',
        values: [...OUTPUT_FORMATS, 'hadoop'],
        default: 'table',
        brief: 'How to write rows; hadoop: source:destination:port, a tab, the count',
      },
      ...outFlag,
    },
    aliases: { ...commonAliases, o: 'out', n: 'limit' },
  },
  loader: async () => (await import('../actions/top-talkers.js')).runTopTalkers,
})
