import { ALARM_STATES } from '../emr/alarms/evaluate.js'
import { METRICS } from '../emr/metrics/names.js'
import type { Scaling } from '../emr/scaling/open-scaling.js'
import type { GaugeFamily } from './metrics.js'

/** EMR's metrics under their own names, `headrig_emr_IsIdle{cluster="j-…"}`, and the states of alarms. */
export function emrGauges({
  samples,
  alarms,
}: Pick<Scaling, 'samples' | 'alarms'>): readonly GaugeFamily[] {
  const metrics = Object.entries(METRICS).map(([name, { help }]): GaugeFamily => ({
    name: `headrig_emr_${name}`,
    help,
    labels: ['cluster'],
    *read() {
      for (const cluster of samples.clusters()) {
        const value = samples.latest(cluster)?.values[name]
        if (value !== undefined) yield { labels: { cluster }, value }
      }
    },
  }))
  return [
    ...metrics,
    {
      name: 'headrig_alarm_state',
      help: '1 for the state that an alarm is in',
      labels: ['alarm', 'cluster', 'state'],
      *read() {
        for (const { rule: alarm, cluster, state: is } of alarms.list())
          for (const state of ALARM_STATES)
            yield { labels: { alarm, cluster, state }, value: state === is ? 1 : 0 }
      },
    },
  ]
}
