import { invalidRequest } from '../errors.js'
import type { StepSpec } from '../../jobs/step.js'
import type { Call } from '../../wire/service.js'
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

/** What a request gives its steps: a role, and who is behind it. */
export function executionRole(
  role: string | undefined,
  { principal }: Pick<Call, 'principal'>,
): Pick<StepSpec, 'role' | 'sourceIdentity'> {
  const sourceIdentity = principal.session?.sourceIdentity
  return {
    ...(role !== undefined && { role }),
    ...(sourceIdentity !== undefined && { sourceIdentity }),
  }
}
