import type { AwsOperation } from '../../wire/service.js'
import type { EmrContext } from '../context.js'
import { describeCluster } from '../operations/DescribeCluster.js'
import { listBootstrapActions } from '../operations/ListBootstrapActions.js'
import { listClusters } from '../operations/ListClusters.js'
import { terminateJobFlows } from '../operations/TerminateJobFlows.js'

/** The operations of clusters, their steps and instance groups, by name as in the model. */
export function clusterOperations(context: EmrContext): Readonly<Record<string, AwsOperation>> {
  return {
    DescribeCluster: describeCluster(context),
    ListBootstrapActions: listBootstrapActions(context),
    ListClusters: listClusters(context),
    TerminateJobFlows: terminateJobFlows(context),
  }
}
