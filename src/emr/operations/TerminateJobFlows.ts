import { textsOf } from '../../wire/members.js'
import type { AwsOperation, JsonObject } from '../../wire/service.js'
import { isActive } from '../cluster/documents.js'
import type { EmrContext } from '../context.js'
import { invalid } from '../errors.js'
import { clusterAccess, findJobFlow } from '../find.js'

const MOST = 10

const idsOf = ({ JobFlowIds }: JsonObject): readonly string[] => [...new Set(textsOf(JobFlowIds))]

/** Ends clusters, all or none: a protected one keeps them all. */
export const terminateJobFlows = (context: EmrContext): AwsOperation => ({
  readOnly: false,
  access: (input) =>
    idsOf(input).map((id) => clusterAccess(context, 'elasticmapreduce:TerminateJobFlows', id)),
  run(input) {
    const ids = idsOf(input)
    if (ids.length > MOST) throw invalid(`A maximum of ${MOST} job flows can be terminated.`)
    const clusters = ids.map((id) => findJobFlow(context, id))
    if (clusters.some((cluster) => cluster.terminationProtected && isActive(cluster.state)))
      throw invalid(
        'Could not shut down one or more job flows since they are termination protected.',
      )
    for (const { id } of clusters)
      context.life.terminate(id, 'TERMINATED', {
        code: 'USER_REQUEST',
        message: 'Terminated by user request',
      })
    return {}
  },
})
