import { CLOUDWATCH_OF_AWS } from '../../core/emr-settings.js'
import type { State } from '../../state/state.js'
import { awsIdentity } from '../../storage/aws-identity.js'
import { Alarms } from '../alarms/alarms.js'
import { readAlarmRules, type AlarmRule } from '../alarms/rules.js'
import { postWebhook } from '../alarms/webhook.js'
import type { EmrContext } from '../context.js'
import { putMetricData, type ClusterMetrics } from '../metrics/cloudwatch.js'
import { MetricSamples } from '../metrics/samples.js'
import { ScalingLoop } from './loop.js'

/** What looks at the clusters, and what it found. */
export interface Scaling {
  readonly samples: MetricSamples
  readonly alarms: Alarms
  readonly loop: ScalingLoop
  /** Ends it, and does not wait for those who are told. */
  close(): Promise<void>
}

/** The rules of alarms that the settings name. @throws HeadrigError `invalid` for what cannot be read */
export async function alarmRulesOf({
  emrAlarms,
}: Pick<EmrContext['settings'], 'emrAlarms'>): Promise<readonly AlarmRule[]> {
  return emrAlarms === undefined ? [] : readAlarmRules(emrAlarms)
}

/** Opens scaling, metrics and alarms over the clusters; nothing is looked at before `loop.start`. */
export function openScaling(
  context: Pick<
    EmrContext,
    'settings' | 'documents' | 'runner' | 'nodes' | 'life' | 'now' | 'logger'
  >,
  state: State,
  rules: readonly AlarmRule[],
): Scaling {
  const { settings, now, logger } = context
  const stop = new AbortController()
  const samples = new MetricSamples()
  const alarms = new Alarms({
    rules,
    state,
    samples,
    now,
    logger,
    send: (webhook, body) => postWebhook(webhook, body, { now: now(), signal: stop.signal }),
  })
  const loop = new ScalingLoop({
    context,
    samples,
    alarms,
    sampleMs: settings.emrMetricsInterval,
    push: pushTo(settings, stop.signal),
  })
  return {
    samples,
    alarms,
    loop,
    close() {
      stop.abort(new Error('the server stops'))
      return loop.close()
    },
  }
}

function pushTo(
  { emrCloudwatch, serverRegion, s3Profile }: EmrContext['settings'],
  signal: AbortSignal,
): ((metrics: readonly ClusterMetrics[]) => Promise<void>) | undefined {
  if (emrCloudwatch === undefined) return undefined
  const endpoint = emrCloudwatch === CLOUDWATCH_OF_AWS ? undefined : emrCloudwatch
  const identity = awsIdentity({ region: serverRegion, profile: s3Profile })
  return (metrics) => putMetricData(metrics, { endpoint, identity, signal })
}
