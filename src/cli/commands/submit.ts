import { buildCommand } from '@stricli/core'
import type { SubmitFlags } from '../actions/submit.js'
import type { Cli } from '../cli.js'
import { commonAliases, lakeFlags, settingFlag } from '../flags/setting-flags.js'

const optionalText = { kind: 'parsed', parse: String, optional: true } as const
const several = { ...optionalText, variadic: true } as const

export const submit = buildCommand<SubmitFlags, [file: string, ...string[]], Cli>({
  docs: {
    brief: 'Run a Spark job of your own with the lake mounted',
    customUsage: ['<job.py|app.jar> [-- argument...]'],
    fullDescription: [
      'Runs a PySpark program, or the main class of a jar, with every table and view of the lake in the default',
      'session: spark.table("aws_cloudtrail"). It works on the cluster that runs on this machine, else here.',
      'Its output comes as it is written and is kept in the data folder; the exit code is that of the job:',
      '128 + n when signal n ended it. A job may do what the caller may.',
      '',
      'Examples:',
      '  headrig submit report.py -- --days 7',
      '  headrig submit app.jar --class com.example.Report --conf spark.driver.memory=2g',
    ].join('\n'),
  },
  parameters: {
    flags: {
      ...lakeFlags,
      cluster: settingFlag('sparkCluster'),
      master: {
        ...optionalText,
        brief: "A standalone master of others, instead of this machine's cluster",
        placeholder: 'spark://host:port',
      },
      masterSecretFile: {
        ...optionalText,
        brief: "With --master: a file with the master's spark.authenticate.secret",
        placeholder: 'file',
      },
      driverHost: {
        ...optionalText,
        brief: 'With --master: the address of this machine that the workers reach',
        placeholder: 'address',
      },
      local: {
        kind: 'boolean',
        optional: true,
        withNegated: false,
        brief: 'On this machine alone, whatever cluster runs',
      },
      class: {
        ...optionalText,
        brief: 'Of a jar: the class to run; default: what its manifest says',
        placeholder: 'name',
      },
      jars: { ...several, brief: 'A jar that joins the job; may be repeated', placeholder: 'file' },
      pyFiles: {
        ...several,
        brief: 'A .py or .zip that joins the job; may be repeated',
        placeholder: 'file',
      },
      mount: {
        ...several,
        brief: 'An external table that the job reads too; may be repeated',
        placeholder: 'table',
      },
      conf: {
        ...several,
        brief: 'A setting of Spark; may be repeated',
        placeholder: 'spark.name=value',
      },
      name: { ...optionalText, brief: 'What to call the job', placeholder: 'text' },
      data: settingFlag('dataFolder', true),
      sparkHome: settingFlag('sparkHome', true),
      sparkJars: settingFlag('sparkJars', true),
    },
    aliases: commonAliases,
    positional: {
      kind: 'array',
      parameter: {
        parse: String,
        brief: 'The job, here or in S3, and its arguments',
        placeholder: 'file',
      },
      minimum: 1,
    },
  },
  loader: async () => (await import('../actions/submit.js')).runSubmit,
})
