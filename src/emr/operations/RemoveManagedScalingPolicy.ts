import type { AwsOperation } from '../../wire/service.js'
import type { EmrContext } from '../context.js'
import { clusterAccess, findCluster, idOf } from '../find.js'

/** Leaves a cluster as large as it is. */
export const removeManagedScalingPolicy = (context: EmrContext): AwsOperation => ({
  readOnly: false,
  access: (input) => [
    clusterAccess(context, 'elasticmapreduce:RemoveManagedScalingPolicy', idOf(input, 'ClusterId')),
  ],
  run(input) {
    const { id } = findCluster(context, idOf(input, 'ClusterId'))
    context.documents.changeCluster(id, { managedScalingPolicy: undefined })
    return {}
  },
})
