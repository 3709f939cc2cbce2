import { numberOf, textOf } from '../../wire/members.js'
import type { AwsOperation } from '../../wire/service.js'
import { checkConcurrency } from '../asked/cluster.js'
import { isActive } from '../cluster/documents.js'
import type { EmrContext } from '../context.js'
import { invalidRequest } from '../errors.js'
import { clusterAccess, findCluster } from '../find.js'

/** Says how many steps of a cluster may run at once. */
export const modifyCluster = (context: EmrContext): AwsOperation => ({
  readOnly: false,
  access: ({ ClusterId }) => [
    clusterAccess(context, 'elasticmapreduce:ModifyCluster', textOf(ClusterId) ?? ''),
  ],
  run({ ClusterId, StepConcurrencyLevel }) {
    const { documents, runner, life } = context
    const cluster = findCluster(context, textOf(ClusterId) ?? '')
    if (!isActive(cluster.state))
      throw invalidRequest(`Cluster '${cluster.id}' is ${cluster.state}: it cannot be modified.`)
    const level = numberOf(StepConcurrencyLevel) ?? cluster.stepConcurrency
    documents.changeCluster(cluster.id, { stepConcurrency: checkConcurrency(level) })
    runner.wake(cluster.id)
    life.advance(cluster.id)
    return { StepConcurrencyLevel: level }
  },
})
