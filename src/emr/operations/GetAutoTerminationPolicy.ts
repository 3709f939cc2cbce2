import type { AwsOperation } from '../../wire/service.js'
import type { EmrContext } from '../context.js'
import { clusterAccess, findCluster, idOf } from '../find.js'

/** The auto-termination policy of a cluster; nothing without one. */
export const getAutoTerminationPolicy = (context: EmrContext): AwsOperation => ({
  readOnly: true,
  access: (input) => [
    clusterAccess(context, 'elasticmapreduce:GetAutoTerminationPolicy', idOf(input, 'ClusterId')),
  ],
  run: (input) => ({
    AutoTerminationPolicy: findCluster(context, idOf(input, 'ClusterId')).autoTerminationPolicy,
  }),
})
