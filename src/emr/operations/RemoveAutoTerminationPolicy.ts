import type { AwsOperation } from '../../wire/service.js'
import type { EmrContext } from '../context.js'
import { clusterAccess, findCluster } from '../find.js'
import { idOf } from '../scaling/policies.js'

/** Lets a cluster be idle for as long as it likes. */
export const removeAutoTerminationPolicy = (context: EmrContext): AwsOperation => ({
  readOnly: false,
  access: (input) => [
    clusterAccess(
      context,
      'elasticmapreduce:RemoveAutoTerminationPolicy',
      idOf(input, 'ClusterId'),
    ),
  ],
  run(input) {
    const { id } = findCluster(context, idOf(input, 'ClusterId'))
    context.documents.changeCluster(id, {
      autoTerminationPolicy: undefined,
      autoTerminationFrom: undefined,
    })
    return {}
  },
})
