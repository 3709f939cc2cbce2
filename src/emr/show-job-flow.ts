import { hostname } from 'node:os'
import { objectOf } from '../wire/members.js'
import type { Json, JsonObject } from '../wire/service.js'
import type { ClusterDocument, GroupDocument, InstanceDocument } from './cluster/documents.js'
import { stepsOf, type StepView } from './cluster/steps.js'
import type { EmrContext } from './context.js'
import { seconds } from './show.js'

/** A cluster's state in the words of the oldest clients. */
export function oldState({ state }: ClusterDocument): string {
  if (state === 'TERMINATING') return 'SHUTTING_DOWN'
  if (state === 'TERMINATED') return 'COMPLETED'
  if (state === 'TERMINATED_WITH_ERRORS') return 'FAILED'
  return state
}

/** A cluster as DescribeJobFlows tells it, with everything that belongs to it. */
export function showJobFlow(
  context: Pick<EmrContext, 'documents' | 'runner'>,
  cluster: ClusterDocument,
): JsonObject {
  const { id, timeline, reason } = cluster
  return {
    JobFlowId: id,
    Name: cluster.name,
    LogUri: cluster.logUri,
    LogEncryptionKmsKeyId: cluster.shown['LogEncryptionKmsKeyId'],
    ExecutionStatusDetail: {
      State: oldState(cluster),
      CreationDateTime: seconds(timeline.created),
      StartDateTime: seconds(timeline.ready),
      ReadyDateTime: seconds(timeline.ready),
      EndDateTime: seconds(timeline.ended),
      LastStateChangeReason: reason?.message,
    },
    Instances: showInstances(context, cluster),
    Steps: stepsOf(context, id).map(showStepDetail),
    BootstrapActions: cluster.bootstrapActions.map(({ name, path, args }) => ({
      BootstrapActionConfig: { Name: name, ScriptBootstrapAction: { Path: path, Args: args } },
    })),
    SupportedProducts: [],
    VisibleToAllUsers: cluster.visibleToAllUsers,
    JobFlowRole: cluster.jobFlowRole,
    ServiceRole: cluster.serviceRole,
    AutoScalingRole: cluster.autoScalingRole,
    ScaleDownBehavior: cluster.shown['ScaleDownBehavior'],
  }
}

function showInstances(
  { documents }: Pick<EmrContext, 'documents'>,
  cluster: ClusterDocument,
): JsonObject {
  const groups = documents.groups.of(cluster.id)
  const instances = documents.instances.of(cluster.id)
  const master = instances.find(({ role }) => role === 'MASTER')
  const other = instances.find(({ role }) => role !== 'MASTER') ?? master
  const ec2 = objectOf(cluster.shown['Ec2InstanceAttributes'])
  return {
    MasterInstanceType: master?.instanceType ?? 'unknown',
    MasterPublicDnsName: hostname(),
    MasterInstanceId: master?.ec2Id,
    SlaveInstanceType: other?.instanceType ?? 'unknown',
    InstanceCount: instances.filter(({ state }) => state !== 'TERMINATED').length,
    InstanceGroups: groups.map((group) => showGroupDetail(group, instances)),
    NormalizedInstanceHours: 0,
    Ec2KeyName: ec2['Ec2KeyName'],
    Ec2SubnetId: ec2['Ec2SubnetId'],
    KeepJobFlowAliveWhenNoSteps: cluster.keepAlive,
    TerminationProtected: cluster.terminationProtected,
    UnhealthyNodeReplacement: cluster.unhealthyNodeReplacement,
  }
}

function showGroupDetail(group: GroupDocument, instances: readonly InstanceDocument[]): JsonObject {
  const { timeline, reason } = group
  return {
    InstanceGroupId: group.id,
    Name: group.name,
    Market: group.market,
    InstanceRole: group.role,
    BidPrice: group.bidPrice,
    InstanceType: group.instanceType,
    InstanceRequestCount: group.requested,
    InstanceRunningCount: instances.filter(
      (one) => one.group === group.id && one.state === 'RUNNING',
    ).length,
    State: group.state,
    LastStateChangeReason: reason?.message,
    CreationDateTime: seconds(timeline.created),
    StartDateTime: seconds(timeline.ready),
    ReadyDateTime: seconds(timeline.ready),
    EndDateTime: seconds(timeline.ended),
  }
}

function showStepDetail({
  doc,
  run: { spec, state, created, started, ended, failure },
}: StepView): Json {
  return {
    StepConfig: {
      Name: spec.name,
      ActionOnFailure: doc.actionOnFailure,
      HadoopJarStep: {
        Properties: Object.entries(spec.properties ?? {}).map(([Key, Value]) => ({ Key, Value })),
        Jar: spec.jar,
        MainClass: spec.mainClass,
        Args: spec.args,
      },
    },
    ExecutionStatusDetail: {
      // The oldest clients do not know of a cancellation that is under way.
      State: state === 'CANCEL_PENDING' ? 'RUNNING' : state,
      CreationDateTime: seconds(created),
      StartDateTime: seconds(started),
      EndDateTime: seconds(ended),
      LastStateChangeReason: failure?.message,
    },
  }
}
