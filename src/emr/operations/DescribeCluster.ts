import { hostname } from 'node:os'
import { textOf } from '../../wire/members.js'
import type { AwsOperation } from '../../wire/service.js'
import type { EmrContext } from '../context.js'
import { clusterAccess, findCluster } from '../find.js'
import { showSummary, showTags } from '../show.js'

/** One cluster, as it was asked for and as it is. */
export const describeCluster = (context: EmrContext): AwsOperation => ({
  readOnly: true,
  access: ({ ClusterId }) => [
    clusterAccess(context, 'elasticmapreduce:DescribeCluster', textOf(ClusterId) ?? ''),
  ],
  run({ ClusterId }) {
    const cluster = findCluster(context, textOf(ClusterId) ?? '')
    return {
      Cluster: {
        Applications: [],
        Configurations: [],
        ...cluster.shown,
        ...showSummary(cluster, context),
        InstanceCollectionType: cluster.collection,
        LogUri: cluster.logUri,
        ReleaseLabel: cluster.releaseLabel,
        AutoTerminate: !cluster.keepAlive,
        TerminationProtected: cluster.terminationProtected,
        UnhealthyNodeReplacement: cluster.unhealthyNodeReplacement,
        VisibleToAllUsers: cluster.visibleToAllUsers,
        Tags: showTags(cluster.tags),
        ServiceRole: cluster.serviceRole,
        AutoScalingRole: cluster.autoScalingRole,
        SecurityConfiguration: cluster.securityConfiguration,
        MasterPublicDnsName: hostname(),
        StepConcurrencyLevel: cluster.stepConcurrency,
      },
    }
  },
})
