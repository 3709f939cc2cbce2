import { numberOf, textsOf } from '../../wire/members.js'
import type { AwsOperation } from '../../wire/service.js'
import type { EmrContext } from '../context.js'
import { clusterAccess, findJobFlow } from '../find.js'
import { oldState, showJobFlow } from '../show-job-flow.js'

const MOST = 512
const TWO_MONTHS_MS = 61 * 86_400_000

/** Clusters as the oldest clients want them, the newest first; without a filter those of the last two months. */
export const describeJobFlows = (context: EmrContext): AwsOperation => ({
  readOnly: true,
  access({ JobFlowIds }) {
    const action = 'elasticmapreduce:DescribeJobFlows'
    const ids = textsOf(JobFlowIds)
    if (ids.length === 0) return [{ action, resource: '*' }]
    return ids.map((id) => clusterAccess(context, action, id))
  },
  run({ CreatedAfter, CreatedBefore, JobFlowIds, JobFlowStates }) {
    const ids = textsOf(JobFlowIds)
    const states = textsOf(JobFlowStates)
    for (const id of ids) findJobFlow(context, id)
    const isOpen = ids.length + states.length === 0 && CreatedAfter === undefined
    const after = isOpen ? context.now() - TWO_MONTHS_MS : (numberOf(CreatedAfter) ?? 0) * 1000
    const before = (numberOf(CreatedBefore) ?? Infinity) * 1000
    const found = context.documents
      .clusters()
      .filter(
        (cluster) =>
          (ids.length === 0 || ids.includes(cluster.id)) &&
          (states.length === 0 || states.includes(oldState(cluster))) &&
          cluster.timeline.created >= after &&
          cluster.timeline.created <= before,
      )
    return { JobFlows: found.slice(0, MOST).map((cluster) => showJobFlow(context, cluster)) }
  },
})
