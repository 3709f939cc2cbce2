import { numberOf, objectOf } from '../../wire/members.js'
import type { Json, JsonObject } from '../../wire/service.js'
import type { ClusterDocument } from '../cluster/documents.js'
import { invalidRequest } from '../errors.js'
import { IDLE_TIMEOUT } from './idle.js'
import type { ComputeLimits } from './managed.js'

/** What a managed scaling policy counts. */
export type UnitType = 'InstanceFleetUnits' | 'Instances' | 'VCPU'

/** A policy that may be kept, by the rules that the model does not have. @throws AwsError */
export function checkManagedScaling(
  policy: Json | undefined,
  collection: ClusterDocument['collection'],
): JsonObject {
  const asked = objectOf(policy)
  if (asked['ComputeLimits'] === undefined)
    throw invalidRequest('A managed scaling policy needs ComputeLimits.')
  if (asked['ScalingStrategy'] === 'ADVANCED' || asked['UtilizationPerformanceIndex'] !== undefined)
    throw invalidRequest(
      'headrig scales by the DEFAULT strategy: leave ScalingStrategy ADVANCED and UtilizationPerformanceIndex out.',
    )
  const { minimum, maximum, maximumOnDemand, maximumCore } = limitsOf(asked)
  const isFleet = collection === 'INSTANCE_FLEET'
  if ((unitTypeOf(asked) === 'InstanceFleetUnits') !== isFleet)
    throw invalidRequest(
      isFleet
        ? 'UnitType of a cluster with instance fleets is InstanceFleetUnits.'
        : 'UnitType of a cluster with instance groups is Instances or VCPU.',
    )
  if (minimum < 1) throw invalidRequest('MinimumCapacityUnits must be at least 1.')
  if (maximum < minimum)
    throw invalidRequest('MaximumCapacityUnits must not be less than MinimumCapacityUnits.')
  for (const [name, value, least] of [
    ['MaximumOnDemandCapacityUnits', maximumOnDemand, 0],
    ['MaximumCoreCapacityUnits', maximumCore, 1],
  ] as const)
    if (value !== undefined && (value < least || value > maximum))
      throw invalidRequest(`${name} must be from ${least} to MaximumCapacityUnits.`)
  return asked
}

/** The limits of a policy. */
export function limitsOf(policy: JsonObject): ComputeLimits {
  const limits = objectOf(policy['ComputeLimits'])
  const onDemand = numberOf(limits['MaximumOnDemandCapacityUnits'])
  const core = numberOf(limits['MaximumCoreCapacityUnits'])
  return {
    minimum: numberOf(limits['MinimumCapacityUnits']) ?? 0,
    maximum: numberOf(limits['MaximumCapacityUnits']) ?? 0,
    ...(onDemand !== undefined && { maximumOnDemand: onDemand }),
    ...(core !== undefined && { maximumCore: core }),
  }
}

/** What a policy counts. */
export function unitTypeOf(policy: JsonObject): UnitType {
  return objectOf(policy['ComputeLimits'])['UnitType'] as UnitType
}

/** An auto-termination policy that may be kept, with its time. @throws AwsError */
export function checkAutoTermination(policy: Json | undefined): JsonObject {
  const timeout = numberOf(objectOf(policy)['IdleTimeout']) ?? IDLE_TIMEOUT.initial
  const { least, most } = IDLE_TIMEOUT
  if (timeout < least || timeout > most)
    throw invalidRequest(`IdleTimeout must be from ${least} to ${most} seconds, and is ${timeout}.`)
  return { IdleTimeout: timeout }
}
