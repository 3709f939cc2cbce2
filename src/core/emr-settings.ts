import { oneOf } from './audit-settings.js'
import { parseCount } from './count.js'
import { formatDuration, parseDuration } from './duration.js'
import { HeadrigError } from './errors.js'
import { httpUrl, names, path, shown, truth, withoutPassword, type Setting } from './setting.js'

/** Whose AWS credentials steps have. */
export const STEP_CREDENTIALS = ['assume', 'server', 'none'] as const
export type StepCredentials = (typeof STEP_CREDENTIALS)[number]

/** The value of `emr.cloudwatch` that names the endpoint of AWS itself. */
export const CLOUDWATCH_OF_AWS = 'aws'

const endpoint = {
  parse: httpUrl,
  initial: () => undefined,
  show: (value: string | undefined) => (value === undefined ? '' : withoutPassword(value)),
}

/** Settings of EMR's clusters and steps. */
export const EMR_SETTINGS = {
  emrCredentials: {
    ...names(
      'emr.credentials',
      'emr-credentials',
      ['HEADRIG_EMR_CREDENTIALS'],
      STEP_CREDENTIALS.join('|'),
    ),
    doc: "AWS credentials of steps: those of their role, by AssumeRole; the server's own; none",
    parse: (text) => oneOf(text, STEP_CREDENTIALS),
    initial: () => 'assume',
    show: String,
  } satisfies Setting<StepCredentials>,
  emrStsEndpoint: {
    ...names(
      'emr.sts_endpoint',
      'emr-sts-endpoint',
      ['HEADRIG_EMR_STS_ENDPOINT', 'AWS_ENDPOINT_URL_STS'],
      'url',
    ),
    doc: 'Who gives steps the sessions of their roles; default: s3.endpoint, else AWS',
    ...endpoint,
  } satisfies Setting<string | undefined>,
  emrKmsEndpoint: {
    ...names(
      'emr.kms_endpoint',
      'emr-kms-endpoint',
      ['HEADRIG_EMR_KMS_ENDPOINT', 'AWS_ENDPOINT_URL_KMS'],
      'url',
    ),
    doc: 'A KMS other than that of AWS, for what is sealed on this machine',
    ...endpoint,
  } satisfies Setting<string | undefined>,
  emrSessionPort: {
    ...names('emr.session_port', 'emr-session-port', ['HEADRIG_EMR_SESSION_PORT'], 'n'),
    doc: 'Where Spark Connect answers for passwords of GetClusterSessionCredentials, on this machine; 0: one that is free',
    parse: (text) => parseCount(text, 0, 65_535),
    initial: () => 8041,
    show: String,
  } satisfies Setting<number>,
  emrMetricsInterval: {
    ...names(
      'emr.metrics_interval',
      'emr-metrics-interval',
      ['HEADRIG_EMR_METRICS_INTERVAL'],
      'time',
    ),
    doc: 'How often the metrics of clusters are taken, from 1s to 5m',
    parse: (text) => {
      const ms = parseDuration(text)
      if (ms >= 1000 && ms <= 300_000) return ms
      throw new HeadrigError('invalid', `${JSON.stringify(text)} is not from 1s to 5m`)
    },
    initial: () => 60_000,
    show: formatDuration,
  } satisfies Setting<number>,
  emrAlarms: {
    ...names('emr.alarms', 'emr-alarms', ['HEADRIG_EMR_ALARMS'], 'file'),
    doc: 'Rules on the metrics of clusters, and who is told',
    parse: path,
    initial: () => undefined,
    show: shown,
  } satisfies Setting<string | undefined>,
  emrCloudwatch: {
    ...names('emr.cloudwatch', 'emr-cloudwatch', ['HEADRIG_EMR_CLOUDWATCH'], 'yes|no|url'),
    doc: 'Send the metrics of clusters to CloudWatch: that of AWS, or one at a URL',
    parse: (text) =>
      /^https?:/i.test(text) ? httpUrl(text) : truth(text) ? CLOUDWATCH_OF_AWS : undefined,
    initial: () => undefined,
    show: (value: string | undefined) => (value === undefined ? 'no' : withoutPassword(value)),
  } satisfies Setting<string | undefined>,
} as const
