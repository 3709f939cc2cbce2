import type { AwsOperation } from '../../wire/service.js'
import { isActive } from '../cluster/documents.js'
import type { EmrContext } from '../context.js'
import { invalidRequest } from '../errors.js'
import { clusterAccess, findCluster, idOf } from '../find.js'
import { checkManagedScaling } from '../scaling/policies.js'

/** Lets headrig choose the size of a cluster, within limits. */
export const putManagedScalingPolicy = (context: EmrContext): AwsOperation => ({
  readOnly: false,
  access: (input) => [
    clusterAccess(context, 'elasticmapreduce:PutManagedScalingPolicy', idOf(input, 'ClusterId')),
  ],
  run(input) {
    const { documents } = context
    const { id, collection, state } = findCluster(context, idOf(input, 'ClusterId'))
    if (!isActive(state)) throw invalidRequest(`Cluster ${id} is ${state} and is not scaled.`)
    const managedScalingPolicy = checkManagedScaling(input['ManagedScalingPolicy'], collection)
    if (documents.groups.of(id).some(({ autoScalingPolicy }) => autoScalingPolicy))
      throw invalidRequest(
        'An instance group of the cluster has an automatic scaling policy: remove it first.',
      )
    documents.changeCluster(id, { managedScalingPolicy })
    return {}
  },
})
