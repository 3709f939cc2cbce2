import type { Json, JsonObject } from '../wire/service.js'
import type { ClusterDocument, StateReason, Timeline } from './cluster/documents.js'
import type { EmrContext } from './context.js'
import { clusterArn } from './find.js'

/** A time as the wire has it: seconds since 1970. */
export function seconds(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : milliseconds / 1000
}

/** `Status` of a cluster, group, fleet or instance. */
export function showStatus(doc: {
  readonly state: string
  readonly reason?: StateReason
  readonly timeline: Timeline
}): JsonObject {
  const { state, reason = {}, timeline } = doc
  return {
    State: state,
    StateChangeReason: { Code: reason.code, Message: reason.message },
    Timeline: {
      CreationDateTime: seconds(timeline.created),
      ReadyDateTime: seconds(timeline.ready),
      EndDateTime: seconds(timeline.ended),
    },
  }
}

/** `Tags` in the order of their keys. */
export function showTags(tags: ClusterDocument['tags']): Json {
  return Object.entries(tags)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([Key, Value]) => ({ Key, Value }))
}

/** A cluster in a list of clusters. */
export function showSummary(
  cluster: ClusterDocument,
  context: Pick<EmrContext, 'account' | 'region'>,
): JsonObject {
  return {
    Id: cluster.id,
    Name: cluster.name,
    Status: showStatus(cluster),
    NormalizedInstanceHours: 0,
    ClusterArn: clusterArn(context, cluster.id),
  }
}
