import { numberOf, textOf, textsOf } from '../../wire/members.js'
import type { AwsOperation } from '../../wire/service.js'
import type { EmrContext } from '../context.js'
import { showSummary } from '../show.js'

const PAGE = 50

/** The clusters, the newest first, by state and time of creation. */
export const listClusters = (context: EmrContext): AwsOperation => ({
  readOnly: true,
  access: () => [{ action: 'elasticmapreduce:ListClusters', resource: '*' }],
  run({ CreatedAfter, CreatedBefore, ClusterStates, Marker }) {
    const states = textsOf(ClusterStates)
    const after = (numberOf(CreatedAfter) ?? -Infinity) * 1000
    const before = (numberOf(CreatedBefore) ?? Infinity) * 1000
    const clusters = context.documents
      .clusters()
      .filter(
        ({ state, timeline: { created } }) =>
          (states.length === 0 || states.includes(state)) && created >= after && created <= before,
      )
    const { page, marker } = context.markers.page(clusters, {
      scope: `ListClusters ${JSON.stringify([states, String(after), String(before)])}`,
      marker: textOf(Marker),
      size: PAGE,
      keyOf: ({ id }) => id,
    })
    return { Clusters: page.map((cluster) => showSummary(cluster, context)), Marker: marker }
  },
})
