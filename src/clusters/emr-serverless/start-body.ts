import { HeadrigError } from '../../core/errors.js'
import type { JobRunSpec } from './job-run.js'

/**
 * The body of `StartJobRun`.
 * @throws `invalid` for what the service would refuse, or what would be cut apart at blanks
 */
export function startBody(spec: JobRunSpec, clientToken: string): object {
  const { entryPoint, executionRoleArn, logUri, timeoutMinutes } = spec
  mustMatch(
    'entryPoint',
    entryPoint,
    /^s3:\/\/[^/\s]+\/\S+\.(?:py|jar)$/,
    'write s3://bucket/job.py or .jar',
  )
  mustMatch(
    'executionRoleArn',
    executionRoleArn,
    /^arn:aws[\w-]*:iam::\d{12}:role\/\S+$/,
    'write arn:aws:iam::111122223333:role/name',
  )
  if (logUri !== undefined)
    mustMatch('logUri', logUri, /^s3:\/\/[^/\s]+\/\S*$/, 'write s3://bucket/prefix/')
  if (entryPoint.endsWith('.jar') && spec.mainClass === undefined)
    throw new HeadrigError('invalid', `${entryPoint} needs the class to run: give mainClass`)
  const parameters = sparkSubmitParameters(spec)
  return {
    clientToken,
    executionRoleArn,
    ...(spec.name !== undefined && { name: spec.name }),
    jobDriver: {
      sparkSubmit: {
        entryPoint,
        ...(spec.args && { entryPointArguments: spec.args }),
        ...(parameters !== '' && { sparkSubmitParameters: parameters }),
      },
    },
    ...(logUri !== undefined && {
      configurationOverrides: {
        monitoringConfiguration: { s3MonitoringConfiguration: { logUri } },
      },
    }),
    ...(timeoutMinutes !== undefined && { executionTimeoutMinutes: timeoutMinutes }),
    ...(spec.tags && { tags: spec.tags }),
  }
}

/** What `spark-submit` would be told, as one text: the service cuts it at blanks, quotes hold it together. */
function sparkSubmitParameters({ mainClass, jars, pyFiles, conf }: JobRunSpec): string {
  const words = [
    ...(mainClass === undefined ? [] : ['--class', mainClass]),
    ...(jars?.length ? ['--jars', jars.join(',')] : []),
    ...(pyFiles?.length ? ['--py-files', pyFiles.join(',')] : []),
    ...Object.entries(conf ?? {}).flatMap(([name, value]) => ['--conf', `${name}=${value}`]),
  ]
  return words.map(quoted).join(' ')
}

function quoted(word: string): string {
  if (/["\\\n\r]/.test(word))
    throw new HeadrigError(
      'invalid',
      `${JSON.stringify(word)} cannot be given to EMR Serverless: leave out quotes, backslashes and line ends`,
    )
  return /\s/.test(word) ? `"${word}"` : word
}

function mustMatch(name: string, value: string, pattern: RegExp, remedy: string): void {
  if (!pattern.test(value))
    throw new HeadrigError('invalid', `${name} ${JSON.stringify(value)} will not do: ${remedy}`)
}
