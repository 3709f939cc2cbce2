import { buildCommand, buildRouteMap } from '@stricli/core'
import { parseWhen } from '../../core/when.js'
import type { VerifyFlags } from '../actions/verify.js'
import type { VerifyCloudtrailFlags } from '../actions/verify-cloudtrail.js'
import type { Cli } from '../cli.js'
import { reportFlags } from '../flags/report-flags.js'
import { commonAliases, lakeFlags } from '../flags/setting-flags.js'

const lake = buildCommand<VerifyFlags, string[], Cli>({
  docs: {
    brief: 'Check that the files of the lake are whole and add up to the ledger',
    customUsage: ['[table]...'],
    fullDescription: [
      'Checks that each file of each table (or of those named) is there, with its size and rows, and that the',
      'ledger adds up to the rows. Exits with 5 when something does not fit.',
      '',
      'Example:\n  headrig verify',
    ].join('\n'),
  },
  parameters: {
    flags: {
      ...lakeFlags,
      ...reportFlags,
      deep: {
        kind: 'boolean',
        optional: true,
        withNegated: false,
        brief: 'Also read the files of a remote lake',
      },
    },
    aliases: commonAliases,
    positional: {
      kind: 'array',
      parameter: { parse: String, brief: 'Only these tables', placeholder: 'table' },
    },
  },
  loader: async () => (await import('../actions/verify.js')).runVerify,
})

const cloudtrail = buildCommand<VerifyCloudtrailFlags, [string], Cli>({
  docs: {
    brief: 'Check that the files of a CloudTrail trail are as they were delivered',
    fullDescription: [
      "Holds the log files of a trail, headrig's own or one of AWS, against its signed digest files. Names each",
      'file that was altered, added, moved or is missing. Exits with 5 when there is one.',
      '',
      'Example:\n  headrig verify cloudtrail s3://my-trail --public-keys keys.json',
    ].join('\n'),
  },
  parameters: {
    flags: {
      ...lakeFlags,
      ...reportFlags,
      publicKeys: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief:
          "What aws cloudtrail list-public-keys printed, or a PEM file; default: the server's own",
        placeholder: 'file',
      },
      from: {
        kind: 'parsed',
        parse: (text: string) => parseWhen(text, new Date()),
        optional: true,
        brief:
          'Only digests that end at this time or later (2024-01-15, 7d, yesterday); older ones may be gone',
        placeholder: 'time',
      },
    },
    aliases: commonAliases,
    positional: {
      kind: 'tuple',
      parameters: [
        {
          parse: String,
          brief: 'The folder or bucket that holds AWSLogs/',
          placeholder: 'uri',
        },
      ],
    },
  },
  loader: async () => (await import('../actions/verify-cloudtrail.js')).runVerifyCloudtrail,
})

export const verify = buildRouteMap<'lake' | 'cloudtrail', Cli>({
  routes: { lake, cloudtrail },
  defaultCommand: 'lake',
  docs: {
    brief: 'Check that files are whole: those of the lake, or of a CloudTrail trail',
    fullDescription: [
      'Checks the files of the lake, or those of a CloudTrail trail. Exits with 5 when something does not fit.',
      'Flags and more: headrig verify lake --help, headrig verify cloudtrail --help.',
      '',
      'Examples:\n  headrig verify\n  headrig verify cloudtrail s3://my-trail --public-keys keys.json',
    ].join('\n'),
  },
})
