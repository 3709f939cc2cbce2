import type { AwsOperation } from '../../wire/service.js'
import type { EmrContext } from '../context.js'
import { clusterAccess, findCluster, idOf } from '../find.js'

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
