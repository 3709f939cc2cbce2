import { buildCommand } from '@stricli/core'
import type { QueryFlags } from '../actions/query.js'
import type { Cli } from '../cli.js'
import { asOfFlag } from '../flags/as-of-flag.js'
import { DIALECTS } from '../flags/dialects.js'
import { outputFlags } from '../flags/output-flags.js'
import { answerFlags, commonAliases } from '../flags/setting-flags.js'

export const query = buildCommand<QueryFlags, [sql?: string], Cli>({
  docs: {
    brief: 'Answer a SQL query over the lake',
    customUsage: ['"<sql>"', '--file query.sql', '< query.sql'],
    fullDescription: [
      'Answers one SQL query over the tables of the lake (headrig tables lists them). It only reads.',
      'The SQL is the argument, or --file, or standard input when the argument is - or missing.',
      '',
      'Examples:',
      '  headrig query "select event_name, count(*) n from aws_cloudtrail group by 1 order by n desc"',
      '  headrig query --dialect athena "select useridentity.arn from cloudtrail_logs limit 5"',
      '  headrig query --format csv --out deleted.csv "from aws_cloudtrail where event_name = \'DeleteBucket\'"',
      '  headrig query "from aws_cloudtrail where actor = $1" --param arn:aws:iam::111122223333:user/ada',
    ].join('\n'),
  },
  parameters: {
    flags: {
      ...answerFlags,
      ...outputFlags,
      ...asOfFlag,
      dialect: {
        kind: 'enum',
        values: DIALECTS,
        default: 'duckdb',
        brief: 'The SQL that the query is written in',
      },
      explain: {
        kind: 'boolean',
        optional: true,
        withNegated: false,
        brief: 'Show which files would be read, and the plan, instead of answering',
      },
      file: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'Read the SQL from this file',
        placeholder: 'file',
      },
      param: {
        kind: 'parsed',
        parse: String,
        variadic: true,
        optional: true,
        brief: 'The value of $1, of $2 when given again, and so on, as text',
        placeholder: 'value',
      },
    },
    aliases: { ...commonAliases, o: 'out', f: 'file' },
    positional: {
      kind: 'tuple',
      parameters: [
        { parse: String, optional: true, brief: 'The query, in quotes', placeholder: 'sql' },
      ],
    },
  },
  loader: async () => (await import('../actions/query.js')).runQuery,
})
