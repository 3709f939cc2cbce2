import { numberOf, objectOf, objectsOf, textOf } from '../../wire/members.js'
import type { Json, JsonObject } from '../../wire/service.js'
import type { Allocation, FleetDocument, FleetType, InstanceRole } from '../cluster/documents.js'
import { invalidRequest } from '../errors.js'
import { INSTANCE_TYPES } from '../instance-types.js'

/** A fleet, as it is asked for. */
export type FleetSpec = Pick<
  FleetDocument,
  | 'name'
  | 'role'
  | 'targetOnDemand'
  | 'targetSpot'
  | 'types'
  | 'onDemandAllocation'
  | 'spotAllocation'
  | 'shown'
>

/** Units of a fleet: there is room for no more on one machine, whatever it is. */
const MOST_UNITS = 4000
/** Of a fleet, without and with an allocation strategy. */
export const MOST_TYPES = { plain: 5, withAllocation: 30 } as const
/** Of an instance: each is told again. */
const MOST_VOLUMES = 25
const SPOT_MINUTES = { least: 5, most: 1440 } as const

/** AWS's strategies, in ours. Those by price and free capacity take types as they were given. */
const ALLOCATIONS: Readonly<Record<string, Allocation>> = {
  prioritized: 'prioritized',
  'capacity-optimized-prioritized': 'prioritized',
  diversified: 'diversified',
}

/**
 * The fleets of a new cluster: `Instances` of a request.
 * @throws AwsError for fleets that are no cluster: a MASTER is needed, and each role is there once
 */
export function fleetsFrom(instances: JsonObject): readonly FleetSpec[] {
  for (const member of [
    'InstanceGroups',
    'MasterInstanceType',
    'SlaveInstanceType',
    'InstanceCount',
  ])
    if (instances[member] !== undefined)
      throw invalidRequest('Instance fleets and instance groups are mutually exclusive.')
  const fleets = objectsOf(instances['InstanceFleets']).map(readFleet)
  for (const role of ['MASTER', 'CORE', 'TASK'] as const)
    if (fleets.filter((fleet) => fleet.role === role).length > 1)
      throw invalidRequest(`A cluster has one ${role} instance fleet at most.`)
  if (!fleets.some(({ role }) => role === 'MASTER'))
    throw invalidRequest('A cluster needs a MASTER instance fleet.')
  if (fleets.some(({ role }) => role === 'TASK') && !fleets.some(({ role }) => role === 'CORE'))
    throw invalidRequest('A TASK instance fleet needs a CORE instance fleet beside it.')
  return fleets
}

/** Reads one `InstanceFleetConfig`. @throws AwsError for one that cannot be */
export function readFleet(config: JsonObject): FleetSpec {
  const role = config['InstanceFleetType'] as InstanceRole
  const launch = objectOf(config['LaunchSpecifications'])
  const { onDemand, spot } = checkLaunch(launch)
  const targetOnDemand = numberOf(config['TargetOnDemandCapacity']) ?? 0
  const targetSpot = numberOf(config['TargetSpotCapacity']) ?? 0
  const most =
    onDemand !== undefined || spot !== undefined ? MOST_TYPES.withAllocation : MOST_TYPES.plain
  const types = readTypes(config['InstanceTypeConfigs'], most)
  if (targetOnDemand + targetSpot === 0)
    throw invalidRequest(
      'At least one of TargetOnDemandCapacity and TargetSpotCapacity must be greater than 0.',
    )
  checkTargets(targetOnDemand, targetSpot)
  if (role === 'MASTER' && (targetOnDemand + targetSpot !== 1 || types.some((t) => t.weight !== 1)))
    throw invalidRequest('The MASTER instance fleet has a target capacity and weights of 1.')
  return {
    name: textOf(config['Name']) ?? role.toLowerCase(),
    role,
    targetOnDemand,
    targetSpot,
    types,
    onDemandAllocation: ALLOCATIONS[onDemand ?? ''] ?? 'in-order',
    spotAllocation: ALLOCATIONS[spot ?? ''] ?? 'in-order',
    shown: {
      InstanceTypeSpecifications: showTypes(config['InstanceTypeConfigs']),
      LaunchSpecifications: config['LaunchSpecifications'],
      ResizeSpecifications: config['ResizeSpecifications'],
      Context: config['Context'],
    },
  }
}

/** @throws AwsError for more units than a fleet may have */
export function checkTargets(onDemand: number, spot: number): void {
  if (onDemand + spot > MOST_UNITS)
    throw invalidRequest(
      `A capacity of ${onDemand + spot} units is too much: a fleet has ${MOST_UNITS} at most.`,
    )
}

/** What a fleet may be made of. @throws AwsError */
export function readTypes(list: Json | undefined, most: number): readonly FleetType[] {
  const configs = objectsOf(list)
  if (configs.length === 0 || configs.length > most)
    throw invalidRequest(
      `An instance fleet has 1 to ${most} InstanceTypeConfigs, and not ${configs.length}.`,
    )
  const types = configs.map((config) => {
    const type = textOf(config['InstanceType']) ?? ''
    if (!INSTANCE_TYPES.some((known) => known.type === type))
      throw invalidRequest(`Instance type '${type}' is not supported.`)
    if (
      config['BidPrice'] !== undefined &&
      config['BidPriceAsPercentageOfOnDemandPrice'] !== undefined
    )
      throw invalidRequest(
        `Specify BidPrice or BidPriceAsPercentageOfOnDemandPrice of ${type}, and not both.`,
      )
    const volumes = objectsOf(objectOf(config['EbsConfiguration'])['EbsBlockDeviceConfigs'])
    if (volumes.reduce((sum, device) => sum + volumesOf(device), 0) > MOST_VOLUMES)
      throw invalidRequest(`An instance has ${MOST_VOLUMES} EBS volumes at most.`)
    const weight = numberOf(config['WeightedCapacity']) ?? 1
    if (weight < 1) throw invalidRequest(`WeightedCapacity of ${type} must be at least 1.`)
    const priority = numberOf(config['Priority'])
    return { type, weight, ...(priority !== undefined && { priority }) }
  })
  if (new Set(types.map(({ type }) => type)).size < types.length)
    throw invalidRequest('Each instance type of a fleet is there once.')
  return types
}

/** `InstanceTypeConfigs`, as they are listed again. */
export function showTypes(list: Json | undefined): Json {
  return objectsOf(list).map(({ EbsConfiguration, ...config }) => {
    const ebs = objectOf(EbsConfiguration)
    const devices = objectsOf(ebs['EbsBlockDeviceConfigs']).flatMap((device) =>
      Array.from({ length: volumesOf(device) }, () => ({
        VolumeSpecification: device['VolumeSpecification'],
      })),
    )
    return {
      ...config,
      WeightedCapacity: config['WeightedCapacity'] ?? 1,
      EbsBlockDevices: devices,
      EbsOptimized: ebs['EbsOptimized'],
    }
  })
}

function volumesOf(device: JsonObject): number {
  return Math.max(1, numberOf(device['VolumesPerInstance']) ?? 1)
}

function checkLaunch(launch: JsonObject): {
  readonly onDemand: string | undefined
  readonly spot: string | undefined
} {
  const spot = objectOf(launch['SpotSpecification'])
  const minutes = numberOf(spot['TimeoutDurationMinutes'])
  const { least, most } = SPOT_MINUTES
  if (minutes !== undefined && (minutes < least || minutes > most))
    throw invalidRequest(`TimeoutDurationMinutes must be from ${least} to ${most}.`)
  if (spot['BlockDurationMinutes'] !== undefined)
    throw invalidRequest('BlockDurationMinutes is not supported: leave it out.')
  return {
    onDemand: textOf(objectOf(launch['OnDemandSpecification'])['AllocationStrategy']),
    spot: textOf(spot['AllocationStrategy']),
  }
}
