import type { AwsOperation } from '../../wire/service.js'
import { isActive } from '../cluster/documents.js'
import type { EmrContext } from '../context.js'
import { invalidRequest } from '../errors.js'
import { clusterAccess, clusterArn, findCluster, findGroup, idOf } from '../find.js'
import { describeAutoScaling } from '../scaling/auto-policy.js'

/** Lets rules on metrics resize an instance group. */
export const putAutoScalingPolicy = (context: EmrContext): AwsOperation => ({
  readOnly: false,
  access: (input) => [
    clusterAccess(context, 'elasticmapreduce:PutAutoScalingPolicy', idOf(input, 'ClusterId')),
  ],
  run(input) {
    const { documents } = context
    const cluster = findCluster(context, idOf(input, 'ClusterId'))
    const { id, state } = cluster
    const group = findGroup(context, id, idOf(input, 'InstanceGroupId'))
    if (!isActive(state)) throw invalidRequest(`Cluster ${id} is ${state} and is not scaled.`)
    const autoScalingPolicy = describeAutoScaling(input['AutoScalingPolicy'], {
      role: group.role,
      cluster,
    })
    documents.groups.put({ ...group, autoScalingPolicy })
    return {
      ClusterId: id,
      InstanceGroupId: group.id,
      AutoScalingPolicy: autoScalingPolicy,
      ClusterArn: clusterArn(context, id),
    }
  },
})
