import type { AwsOperation } from '../../wire/service.js'
import { isActive } from '../cluster/documents.js'
import type { EmrContext } from '../context.js'
import { invalidRequest } from '../errors.js'
import { clusterAccess, findCluster, idOf } from '../find.js'
import { checkAutoTermination } from '../scaling/policies.js'

/** Lets a cluster end when it has been idle for some time; the time counts from now. */
export const putAutoTerminationPolicy = (context: EmrContext): AwsOperation => ({
  readOnly: false,
  access: (input) => [
    clusterAccess(context, 'elasticmapreduce:PutAutoTerminationPolicy', idOf(input, 'ClusterId')),
  ],
  run(input) {
    const { id, state } = findCluster(context, idOf(input, 'ClusterId'))
    if (!isActive(state)) throw invalidRequest(`Cluster ${id} is ${state} and ends already.`)
    context.documents.changeCluster(id, {
      autoTerminationPolicy: checkAutoTermination(input['AutoTerminationPolicy']),
      autoTerminationFrom: context.now(),
    })
    return {}
  },
})
