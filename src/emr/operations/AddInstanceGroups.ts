import { objectsOf, textOf } from '../../wire/members.js'
import type { AwsOperation } from '../../wire/service.js'
import { checkGroups, groupFrom } from '../asked/groups.js'
import type { EmrContext } from '../context.js'
import { invalid } from '../errors.js'
import { activeJobFlow, checkHasGroups, clusterAccess, clusterArn } from '../find.js'

/** Adds groups to a cluster, all or none: task groups, and a core group where there is none. */
export const addInstanceGroups = (context: EmrContext): AwsOperation => ({
  readOnly: false,
  access: ({ JobFlowId }) => [
    clusterAccess(context, 'elasticmapreduce:AddInstanceGroups', textOf(JobFlowId) ?? ''),
  ],
  run({ JobFlowId, InstanceGroups }) {
    const { documents, life, now } = context
    const cluster = activeJobFlow(context, textOf(JobFlowId) ?? '')
    checkHasGroups(cluster, 'AddInstanceGroups')
    const asked = objectsOf(InstanceGroups)
    const groups = asked.map((group) => groupFrom(group, cluster, now()))
    if (groups.some(({ role }) => role === 'MASTER'))
      throw invalid('A cluster has exactly one master instance group.')
    const there = documents.groups.of(cluster.id)
    checkGroups([...there, ...groups])
    const first = documents.groups.next(cluster.id)
    documents.transaction(() => {
      for (const [i, group] of groups.entries())
        documents.groups.put({ ...group, cluster: cluster.id, order: first + i })
    })
    life.advance(cluster.id)
    return {
      JobFlowId: cluster.id,
      InstanceGroupIds: groups.map(({ id }) => id),
      ClusterArn: clusterArn(context, cluster.id),
    }
  },
})
