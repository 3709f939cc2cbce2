import { join } from 'node:path'
import type { StepHadoop } from './step-hadoop.js'

const ENCRYPTION = /^fs\.s3a\.(?:bucket\..+\.)?encryption\./

/** The logs of a step's Hadoop go to its syslog, in the form that EMR's have. */
export const LOG4J = `log4j.rootLogger=INFO,syslog
log4j.appender.syslog=org.apache.log4j.FileAppender
log4j.appender.syslog.File=\${headrig.syslog}
log4j.appender.syslog.layout=org.apache.log4j.PatternLayout
log4j.appender.syslog.layout.ConversionPattern=%d{ISO8601} %p %c (%t): %m%n
log4j.logger.org.apache.hadoop.util.NativeCodeLoader=ERROR
log4j.logger.org.apache.hadoop.metrics2=ERROR
`

/**
 * Hadoop's settings for a step. Credentials of S3 come from its environment.
 * @param folder of the step: what Hadoop keeps for a while is below it
 * @param given how S3 is reached; how objects are encrypted is not for the step to change
 */
export function hadoopSettings(
  { conf, tasks }: StepHadoop,
  folder: string,
  given: Readonly<Record<string, string>> = {},
): {
  readonly values: Readonly<Record<string, string>>
  readonly finals: Readonly<Record<string, string>>
} {
  const scratch = join(folder, 'tmp', 'hadoop')
  return {
    values: {
      'mapreduce.local.map.tasks.maximum': String(tasks),
      'mapreduce.local.reduce.tasks.maximum': String(tasks),
      ...given,
      ...conf,
    },
    finals: {
      'fs.defaultFS': 'file:///',
      'hadoop.tmp.dir': scratch,
      'mapreduce.framework.name': 'local',
      'mapreduce.jobtracker.staging.root.dir': join(scratch, 'staging'),
      ...Object.fromEntries(Object.entries(given).filter(([name]) => ENCRYPTION.test(name))),
    },
  }
}
