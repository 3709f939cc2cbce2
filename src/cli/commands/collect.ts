import { buildCommand } from '@stricli/core'
import { parseDuration } from '../../core/duration.js'
import type { CollectFlags } from '../actions/collect.js'
import type { Cli } from '../cli.js'
import { answerFlags, commonAliases } from '../flags/setting-flags.js'
import { timeFlags } from '../flags/time-flags.js'

const WATCH_MS = 60_000

const words = (text: string): readonly string[] => text.split(/[\s,]+/).filter(Boolean)

function interval(text: string): number {
  return text === '' ? WATCH_MS : parseDuration(text)
}

export const collect = buildCommand<CollectFlags, string[], Cli>({
  docs: {
    brief: 'Collect logs from files, folders, globs or S3 into the lake, each record once',
    fullDescription: [
      'Collects logs into the lake, each record once: run it again and it takes what is new.',
      'Ends with one line for each table, or with --output json one object with',
      '{objects, rows, rejected, duplicates, tables, seconds}.',
      'Records that cannot be read go to the table ingest_rejects, with a warning; objects that fail are',
      'in ingest_objects with their error, and the exit code tells: 6 when one was out of reach or not',
      'allowed (run it again), 2 when one could not be read. What could be collected is in the lake all the same.',
      '',
      'Examples:',
      '  headrig collect ./logs',
      '  headrig collect "logs/**/*.json.gz" --format aws_cloudtrail',
      '  headrig collect s3://my-trail/AWSLogs/ --from 7d --region eu-central-1',
      '  headrig collect s3://my-flow-logs/ --watch=5m',
    ].join('\n'),
  },
  parameters: {
    flags: {
      ...answerFlags,
      ...timeFlags,
      format: {
        kind: 'parsed',
        parse: String,
        default: 'auto',
        brief:
          'The log type (headrig formats list); auto: by name and content; json: as --output json',
        placeholder: 'auto|id',
      },
      output: {
        kind: 'enum',
        values: ['text', 'json'],
        optional: true,
        brief: 'How to write the summary; default: text',
      },
      account: {
        kind: 'parsed',
        parse: String,
        variadic: ',',
        optional: true,
        brief: 'Only objects of this account; may be repeated',
        placeholder: 'id',
      },
      region: {
        kind: 'parsed',
        parse: String,
        variadic: ',',
        optional: true,
        brief: 'Only objects of this region; may be repeated',
        placeholder: 'name',
      },
      watch: {
        kind: 'parsed',
        parse: interval,
        inferEmpty: true,
        optional: true,
        brief: 'Go on looking for new objects until Ctrl-C; write --watch=30s, default 1m',
        placeholder: 'interval',
      },
      dryRun: {
        kind: 'boolean',
        optional: true,
        withNegated: false,
        brief: 'Say what would be collected and change nothing',
      },
      fields: {
        kind: 'parsed',
        parse: words,
        optional: true,
        brief: 'Order of the fields of flow logs without a header line',
        placeholder: '"tokens"',
      },
      keepDuplicates: {
        kind: 'boolean',
        optional: true,
        withNegated: false,
        brief: 'Also add records that the lake already holds',
      },
    },
    aliases: { ...commonAliases, n: 'dryRun' },
    positional: {
      kind: 'array',
      minimum: 1,
      parameter: {
        parse: String,
        brief: 'A file, a folder, a glob in quotes, or s3://bucket/prefix',
        placeholder: 'uri',
      },
    },
  },
  loader: async () => (await import('../actions/collect.js')).runCollect,
})
