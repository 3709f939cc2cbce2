import type { AwsOperation } from '../../wire/service.js'
import type { EmrContext } from '../context.js'
import { clusterAccess, findCluster, idOf } from '../find.js'

/** The managed scaling policy of a cluster; nothing without one. */
export const getManagedScalingPolicy = (context: EmrContext): AwsOperation => ({
  readOnly: true,
  access: (input) => [
    clusterAccess(context, 'elasticmapreduce:GetManagedScalingPolicy', idOf(input, 'ClusterId')),
  ],
  run: (input) => ({
    ManagedScalingPolicy: findCluster(context, idOf(input, 'ClusterId')).managedScalingPolicy,
  }),
})
