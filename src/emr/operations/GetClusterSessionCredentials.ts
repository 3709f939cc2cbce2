import { textOf } from '../../wire/members.js'
import type { AwsOperation } from '../../wire/service.js'
import type { EmrContext } from '../context.js'
import { invalid } from '../errors.js'
import { activeJobFlow, clusterAccess } from '../find.js'

/** A password for the Spark Connect of a cluster, good for an hour. Its sessions have the cluster's rights. */
export const getClusterSessionCredentials = (context: EmrContext): AwsOperation => ({
  readOnly: true,
  access: ({ ClusterId }) => [
    clusterAccess(
      context,
      'elasticmapreduce:GetClusterSessionCredentials',
      textOf(ClusterId) ?? '',
    ),
  ],
  async run({ ClusterId, ExecutionRoleArn }) {
    const cluster = activeJobFlow(context, textOf(ClusterId) ?? '')
    if (ExecutionRoleArn !== undefined)
      throw invalid(
        'Sessions have the role of the cluster: leave ExecutionRoleArn out, or add a step with it.',
      )
    const { password, expires } = await context.sessions.issue(cluster.id)
    return {
      Credentials: { UsernamePassword: { Username: cluster.id, Password: password } },
      ExpiresAt: expires / 1000,
    }
  },
})
