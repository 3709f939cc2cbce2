import { invalidRequest } from '../errors.js'
import type { EmrContext } from '../context.js'

/**
 * Whether a cluster's steps may have roles of their own.
 * @throws AwsError when its security configuration does not say so
 */
export function checkExecutionRole(
  { security }: Pick<EmrContext, 'security'>,
  cluster: string,
): void {
  if (!security.of(cluster).runtimeRoles)
    throw invalidRequest(
      'ExecutionRoleArn needs a cluster with runtime roles: a security configuration with EnableApplicationScopedIAMRole.',
    )
}
