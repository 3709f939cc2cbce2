import { HeadrigError, reasonOf } from '../../core/errors.js'
import type { AwsIdentity } from '../../storage/aws-identity.js'
import { signRequest } from '../../storage/aws-request.js'
import { METRICS, type Values } from './names.js'

export interface CloudWatchOptions {
  /** Of a stand-in; default: that of the region. */
  readonly endpoint?: string | undefined
  /** Asked before every call. */
  readonly identity: () => Promise<AwsIdentity>
  readonly signal?: AbortSignal
}

/** The metrics of one cluster at one moment, in milliseconds since 1970. */
export interface ClusterMetrics {
  readonly cluster: string
  readonly time: number
  readonly values: Values
}

const NAMESPACE = 'AWS/ElasticMapReduce'
const TYPE = 'application/x-www-form-urlencoded; charset=utf-8'
const TIMEOUT_MS = 10_000
/** Of a call, by CloudWatch. */
const MOST = 1000

/**
 * Sends metrics to CloudWatch under EMR's own names: namespace `AWS/ElasticMapReduce`, dimension `JobFlowId`.
 * @throws HeadrigError `unavailable` when it cannot be reached or refuses
 */
export async function putMetricData(
  metrics: readonly ClusterMetrics[],
  { endpoint, identity, signal }: CloudWatchOptions,
): Promise<void> {
  const data = metrics.flatMap(({ cluster, time, values }) =>
    Object.entries(values).map(([name, value]) => ({ cluster, time, name, value })),
  )
  if (data.length === 0) return
  const { region, credentials } = await identity()
  const url = new URL(endpoint ?? `https://monitoring.${region}.amazonaws.com/`)
  for (let start = 0; start < data.length; start += MOST) {
    const form = new URLSearchParams({
      Action: 'PutMetricData',
      Version: '2010-08-01',
      Namespace: NAMESPACE,
    })
    for (const [i, { cluster, time, name, value }] of data.slice(start, start + MOST).entries()) {
      const member = `MetricData.member.${i + 1}`
      form.set(`${member}.MetricName`, name)
      form.set(`${member}.Value`, String(value))
      form.set(`${member}.Unit`, METRICS[name]?.unit ?? 'None')
      form.set(`${member}.Timestamp`, new Date(time).toISOString())
      form.set(`${member}.Dimensions.member.1.Name`, 'JobFlowId')
      form.set(`${member}.Dimensions.member.1.Value`, cluster)
    }
    await post(url, form.toString(), { region, credentials }, signal)
  }
}

async function post(
  url: URL,
  body: string,
  { region, credentials }: AwsIdentity,
  stop: AbortSignal | undefined,
): Promise<void> {
  const headers = signRequest({
    service: 'monitoring',
    region,
    method: 'POST',
    url,
    body,
    contentType: TYPE,
    credentials,
    now: new Date(),
  })
  try {
    const timeout = AbortSignal.timeout(TIMEOUT_MS)
    const signal = stop ? AbortSignal.any([stop, timeout]) : timeout
    const answer = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'error' })
    const said = await answer.text()
    if (!answer.ok)
      throw new Error(`${answer.status} ${/<Code>(\w+)<\/Code>/.exec(said)?.[1] ?? ''}`)
  } catch (error) {
    throw new HeadrigError(
      'unavailable',
      `cannot send metrics to ${url.host}: ${reasonOf(error).trim()}`,
      { cause: error },
    )
  }
}
