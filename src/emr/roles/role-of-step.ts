import type { StepSpec } from '../../jobs/step.js'
import { roleArn } from '../find.js'
import type { ClusterSecurity } from '../security/configuration.js'

/** A role that a step has, and whom its session is to name. */
export interface StepRole {
  readonly arn: string
  readonly sourceIdentity?: string
}

/** What is to be known of a cluster. */
export interface ClusterOfStep {
  /** A name or an ARN, also of an instance profile, as AWS takes it. */
  readonly jobFlowRole?: string
  readonly security: ClusterSecurity
}

/** EMR's name of who runs steps, and of that user's group. */
const USER = 'hadoop'

/**
 * The role of a step: its runtime role, else the first mapping that fits, else that of the cluster. Undefined where
 * there is none: such a step has no rights in AWS.
 * @example roleOfStep(spec, { jobFlowRole: 'EMR_EC2_DefaultRole', security: {} }, '111122223333')
 */
export function roleOfStep(
  { role, sourceIdentity }: Pick<StepSpec, 'role' | 'sourceIdentity'>,
  { jobFlowRole, security }: ClusterOfStep,
  account: string,
): StepRole | undefined {
  if (role !== undefined) {
    const propagates = security.runtimeRoles?.propagatesSourceIdentity === true
    return {
      arn: role,
      ...(propagates && sourceIdentity !== undefined && { sourceIdentity }),
    }
  }
  const mapped = security.roleMappings?.find(({ identifiers }) => identifiers.includes(USER))
  const arn = mapped?.role ?? jobFlowRole
  return arn === undefined ? undefined : { arn: roleArn({ account }, withoutProfile(arn)) }
}

/** A profile that EMR's console makes has the name of its role. */
function withoutProfile(role: string): string {
  return role.replace(/^(arn:.*?):instance-profile\//, '$1:role/')
}
