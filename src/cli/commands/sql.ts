import { buildCommand } from '@stricli/core'
import type { SqlFlags } from '../actions/sql.js'
import type { Cli } from '../cli.js'
import { DIALECTS } from '../flags/dialects.js'
import { outputFlags } from '../flags/output-flags.js'
import { answerFlags, commonAliases } from '../flags/setting-flags.js'

const texts = { kind: 'parsed', parse: String, variadic: true, optional: true } as const
const dry = { kind: 'boolean', optional: true, withNegated: false } as const

export const sql = buildCommand<SqlFlags, [script?: string], Cli>({
  docs: {
    brief: 'Run a script of SQL statements, also such that write',
    customUsage: ['--file script.sql -d DAY=2024-01-15', '-e "statement; statement"', '-'],
    fullDescription: [
      'Runs statements that end with ; one after the other, and stops at the first that fails. Beside what',
      'headrig query takes: INSERT OVERWRITE DIRECTORY, UNLOAD, CREATE TABLE … AS, INSERT INTO and OVERWRITE,',
      'SET, and variables as Hive has them: ${name}, ${hivevar:name}, ${hiveconf:name}, ${env:NAME}.',
      '',
      'Examples:',
      '  headrig sql -f report.sql -d INPUT=s3://logs/in -d OUTPUT=s3://results/out',
      '  headrig sql -e "create table roots as select * from aws_cloudtrail where actor like \'%:root\'"',
      '  headrig sql --dry-run --dialect hive -f s3://scripts/daily.q',
    ].join('\n'),
  },
  parameters: {
    flags: {
      ...answerFlags,
      format: outputFlags.format,
      file: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'The script: a file, or s3://bucket/key',
        placeholder: 'file',
      },
      execute: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'The statements themselves',
        placeholder: 'sql',
      },
      dialect: {
        kind: 'enum',
        values: DIALECTS,
        optional: true,
        brief: 'The SQL of the script; default: hive for files named .q and .hql, else duckdb',
      },
      define: {
        ...texts,
        brief: 'A variable, name=value; again for more',
        placeholder: 'name=value',
      },
      hivevar: { ...texts, brief: 'The same, as Hive calls it', placeholder: 'name=value' },
      hiveconf: {
        ...texts,
        brief: 'A variable that is read by ${hiveconf:name}',
        placeholder: 'name=value',
      },
      env: {
        ...texts,
        brief: 'A variable of the environment that the script may read by ${env:NAME}',
        placeholder: 'NAME',
      },
      dryRun: { ...dry, brief: 'Read and check every statement, run none' },
      force: { ...dry, brief: 'Replace a folder although other files than results are in it' },
    },
    aliases: { ...commonAliases, f: 'file', e: 'execute', d: 'define' },
    positional: {
      kind: 'tuple',
      parameters: [
        {
          parse: String,
          optional: true,
          brief: 'The script: a file, or - for standard input',
          placeholder: 'script',
        },
      ],
    },
  },
  loader: async () => (await import('../actions/sql.js')).runSql,
})
