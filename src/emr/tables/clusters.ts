import type { AwsOperation } from '../../wire/service.js'
import type { EmrContext } from '../context.js'
import { addInstanceGroups } from '../operations/AddInstanceGroups.js'
import { addJobFlowSteps } from '../operations/AddJobFlowSteps.js'
import { cancelSteps } from '../operations/CancelSteps.js'
import { describeCluster } from '../operations/DescribeCluster.js'
import { describeJobFlows } from '../operations/DescribeJobFlows.js'
import { describeStep } from '../operations/DescribeStep.js'
import { listBootstrapActions } from '../operations/ListBootstrapActions.js'
import { listClusters } from '../operations/ListClusters.js'
import { listInstanceGroups } from '../operations/ListInstanceGroups.js'
import { listInstances } from '../operations/ListInstances.js'
import { listSteps } from '../operations/ListSteps.js'
import { modifyCluster } from '../operations/ModifyCluster.js'
import { modifyInstanceGroups } from '../operations/ModifyInstanceGroups.js'
import { runJobFlow } from '../operations/RunJobFlow.js'
import { setKeepJobFlowAliveWhenNoSteps } from '../operations/SetKeepJobFlowAliveWhenNoSteps.js'
import { setTerminationProtection } from '../operations/SetTerminationProtection.js'
import { setUnhealthyNodeReplacement } from '../operations/SetUnhealthyNodeReplacement.js'
import { setVisibleToAllUsers } from '../operations/SetVisibleToAllUsers.js'
import { terminateJobFlows } from '../operations/TerminateJobFlows.js'

/** The operations of clusters, their steps and instance groups, by name as in the model. */
export function clusterOperations(context: EmrContext): Readonly<Record<string, AwsOperation>> {
  return {
    AddInstanceGroups: addInstanceGroups(context),
    AddJobFlowSteps: addJobFlowSteps(context),
    CancelSteps: cancelSteps(context),
    DescribeCluster: describeCluster(context),
    DescribeJobFlows: describeJobFlows(context),
    DescribeStep: describeStep(context),
    ListBootstrapActions: listBootstrapActions(context),
    ListClusters: listClusters(context),
    ListInstanceGroups: listInstanceGroups(context),
    ListInstances: listInstances(context),
    ListSteps: listSteps(context),
    ModifyCluster: modifyCluster(context),
    ModifyInstanceGroups: modifyInstanceGroups(context),
    RunJobFlow: runJobFlow(context),
    SetKeepJobFlowAliveWhenNoSteps: setKeepJobFlowAliveWhenNoSteps(context),
    SetTerminationProtection: setTerminationProtection(context),
    SetUnhealthyNodeReplacement: setUnhealthyNodeReplacement(context),
    SetVisibleToAllUsers: setVisibleToAllUsers(context),
    TerminateJobFlows: terminateJobFlows(context),
  }
}
