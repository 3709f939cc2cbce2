import type { AwsOperation } from '../../wire/service.js'
import type { EmrContext } from '../context.js'
import { clusterAccess, findCluster, findGroup, idOf } from '../find.js'
import { statusOf } from '../scaling/auto-policy.js'

/** Takes the rules of an instance group away; it stays as large as it is. */
export const removeAutoScalingPolicy = (context: EmrContext): AwsOperation => ({
  readOnly: false,
  access: (input) => [
    clusterAccess(context, 'elasticmapreduce:RemoveAutoScalingPolicy', idOf(input, 'ClusterId')),
  ],
  run(input) {
    const { documents } = context
    const { id } = findCluster(context, idOf(input, 'ClusterId'))
    const group = findGroup(context, id, idOf(input, 'InstanceGroupId'))
    if (group.autoScalingPolicy)
      documents.groups.put({
        ...group,
        autoScalingPolicy: { ...group.autoScalingPolicy, Status: statusOf('DETACHING') },
      })
    return {}
  },
})
