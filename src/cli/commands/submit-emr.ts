import { buildCommand } from '@stricli/core'
import type { SubmitEmrFlags } from '../actions/submit-emr.js'
import type { Cli } from '../cli.js'
import { reportFlags } from '../flags/report-flags.js'
import { commonAliases, commonFlags, settingFlag } from '../flags/setting-flags.js'

const text = { kind: 'parsed', parse: String } as const
const optionalText = { ...text, optional: true } as const
const several = { ...optionalText, variadic: true } as const

/** A Spark job on EMR Serverless. */
export const submitEmr = buildCommand<SubmitEmrFlags, [entryPoint: string, ...string[]], Cli>({
  docs: {
    brief: 'Run a Spark job on EMR Serverless',
    customUsage: ['--application <id> --role <arn> <s3-uri> [-- argument...]'],
    fullDescription: [
      'Starts a job run of an application that exists, and waits for its end; Ctrl-C cancels it. Region, profile',
      'and credentials are those of AWS.',
      '',
      'Example:',
      '  headrig cluster submit-emr --application 00f1r2un --role arn:aws:iam::111122223333:role/jobs s3://bucket/job.py -- --from 7d',
    ].join('\n'),
  },
  parameters: {
    flags: {
      application: { ...text, brief: 'The id of the application', placeholder: 'id' },
      role: { ...text, brief: 'The role that the job acts as', placeholder: 'arn' },
      class: { ...optionalText, brief: 'Of a .jar: the class to run', placeholder: 'name' },
      jars: { ...several, brief: 'A .jar in S3 that joins the job', placeholder: 's3-uri' },
      pyFiles: {
        ...several,
        brief: 'A .py or .zip in S3 that joins the job',
        placeholder: 's3-uri',
      },
      conf: { ...several, brief: 'A setting of Spark', placeholder: 'spark.name=value' },
      name: { ...optionalText, brief: 'What to call the run', placeholder: 'text' },
      logUri: { ...optionalText, brief: 'Where its logs go', placeholder: 's3-uri' },
      endpoint: { ...optionalText, brief: 'Another endpoint of the service', placeholder: 'url' },
      noWait: {
        kind: 'boolean',
        optional: true,
        withNegated: false,
        brief: 'Do not wait for its end',
      },
      s3Region: settingFlag('s3Region', true),
      s3Profile: settingFlag('s3Profile', true),
      ...commonFlags,
      ...reportFlags,
    },
    aliases: commonAliases,
    positional: {
      kind: 'array',
      parameter: {
        parse: String,
        brief: 'The job in S3, and its arguments',
        placeholder: 's3-uri',
      },
      minimum: 1,
    },
  },
  loader: async () => (await import('../actions/submit-emr.js')).runSubmitEmr,
})
