import type { JsonObject } from '../../wire/service.js'

/** When what happened: milliseconds since 1970. */
export interface Timeline {
  readonly created: number
  readonly ready?: number
  readonly ended?: number
}

/** Why something is in its state, as AWS tells it: `USER_REQUEST`, `STEP_FAILURE`. */
export interface StateReason {
  readonly code?: string
  readonly message?: string
}

export type ClusterState =
  | 'STARTING'
  | 'BOOTSTRAPPING'
  | 'RUNNING'
  | 'WAITING'
  | 'TERMINATING'
  | 'TERMINATED'
  | 'TERMINATED_WITH_ERRORS'

export interface BootstrapAction {
  readonly name: string
  readonly path: string
  readonly args: readonly string[]
}

/** A cluster, as it was asked for and as it is. Kind `emr.cluster`; newest last by `order`. */
export interface ClusterDocument {
  readonly id: string
  readonly order: number
  readonly name: string
  readonly state: ClusterState
  readonly reason?: StateReason
  readonly timeline: Timeline
  readonly collection: 'INSTANCE_GROUP' | 'INSTANCE_FLEET'
  readonly releaseLabel: string
  readonly logUri?: string
  readonly keepAlive: boolean
  readonly terminationProtected: boolean
  readonly unhealthyNodeReplacement: boolean
  readonly visibleToAllUsers: boolean
  readonly stepConcurrency: number
  readonly bootstrapActions: readonly BootstrapAction[]
  readonly tags: Readonly<Record<string, string>>
  readonly serviceRole?: string
  readonly jobFlowRole?: string
  readonly autoScalingRole?: string
  readonly securityConfiguration?: string
  /** Members of DescribeCluster that are told as they were asked, by their names on the wire. No secrets. */
  readonly shown: JsonObject
  readonly managedScalingPolicy?: JsonObject | undefined
  readonly autoTerminationPolicy?: JsonObject | undefined
  /** Since when the idle time of its auto-termination policy counts. */
  readonly autoTerminationFrom?: number | undefined
  /** How it is to end, once somebody asked: what is TERMINATING goes there. */
  readonly end?: 'TERMINATED' | 'TERMINATED_WITH_ERRORS'
  /** Since when no step has run or waited; undefined while one does. */
  readonly idleSince?: number | undefined
}

export type InstanceRole = 'MASTER' | 'CORE' | 'TASK'
export type Market = 'ON_DEMAND' | 'SPOT'

export type GroupState =
  | 'PROVISIONING'
  | 'BOOTSTRAPPING'
  | 'RUNNING'
  | 'RECONFIGURING'
  | 'RESIZING'
  | 'SUSPENDED'
  | 'TERMINATING'
  | 'TERMINATED'
  | 'ARRESTED'
  | 'SHUTTING_DOWN'
  | 'ENDED'

/** A group of equal instances. Kind `emr.group`, parent: the cluster. */
export interface GroupDocument {
  readonly id: string
  readonly cluster: string
  readonly order: number
  readonly name: string
  readonly role: InstanceRole
  readonly market: Market
  readonly instanceType: string
  readonly bidPrice?: string
  /** How many instances it is to have. */
  readonly requested: number
  readonly state: GroupState
  readonly reason?: StateReason
  readonly timeline: Timeline
  /** Members of ListInstanceGroups that are told as they were asked. */
  readonly shown: JsonObject
  /** `AutoScalingPolicyDescription` of the wire. */
  readonly autoScalingPolicy?: JsonObject | undefined
  /** Until when that policy does nothing: it did something. */
  readonly quietUntil?: number
}

/** A type of instance that a fleet may be made of. */
export interface FleetType {
  readonly type: string
  /** How many units of the fleet's capacity one of it is. */
  readonly weight: number
  /** The lower, the sooner it is taken. */
  readonly priority?: number
}

/** How a fleet chooses among its types. There are no prices here: `lowest-price` takes them as they were given. */
export type Allocation = 'in-order' | 'prioritized' | 'diversified'

/** A fleet. Kind `emr.fleet`, parent: the cluster. */
export interface FleetDocument {
  readonly id: string
  readonly cluster: string
  readonly order: number
  readonly name: string
  readonly role: InstanceRole
  /** In units of capacity. */
  readonly targetOnDemand: number
  readonly targetSpot: number
  /** What it may be made of, in the order of the request. */
  readonly types: readonly FleetType[]
  readonly onDemandAllocation: Allocation
  readonly spotAllocation: Allocation
  readonly state: GroupState
  readonly reason?: StateReason
  readonly timeline: Timeline
  /** `InstanceTypeSpecifications` and other members of ListInstanceFleets that are told as they were asked. */
  readonly shown: JsonObject
}

export type InstanceState =
  | 'AWAITING_FULFILLMENT'
  | 'PROVISIONING'
  | 'BOOTSTRAPPING'
  | 'RUNNING'
  | 'TERMINATED'

/** A node of a cluster. Kind `emr.instance`, parent: the cluster. */
export interface InstanceDocument {
  /** `ci-…`. */
  readonly id: string
  /** `i-…`. */
  readonly ec2Id: string
  readonly cluster: string
  readonly order: number
  readonly group?: string
  readonly fleet?: string
  readonly role: InstanceRole
  readonly market: Market
  readonly instanceType: string
  /** Units of its fleet's capacity. */
  readonly weight?: number
  readonly state: InstanceState
  readonly reason?: StateReason
  readonly timeline: Timeline
  /** Bootstrap actions that were begun, and that are done: one that was only begun was lost to a kill. */
  readonly begun: number
  readonly bootstrapped: number
  /** It is being taken out: why, and how long it may take to hand over its data. */
  readonly leaving?: { readonly reason: StateReason; readonly graceMs: number }
}

export type ActionOnFailure =
  | 'CONTINUE'
  | 'CANCEL_AND_WAIT'
  | 'TERMINATE_CLUSTER'
  | 'TERMINATE_JOB_FLOW'

/** What EMR knows of a step beside its run (`StepRunner`). Kind `emr.step`, parent: the cluster. */
export interface StepDocument {
  readonly id: string
  readonly cluster: string
  readonly order: number
  readonly actionOnFailure: ActionOnFailure
  readonly executionRole?: string
  readonly encryptionKey?: string
  /** Its end has had its effect on the cluster. */
  readonly settled: boolean
}

/** True when nothing more will happen to the cluster. */
export function isOver(state: ClusterState): boolean {
  return state === 'TERMINATED' || state === 'TERMINATED_WITH_ERRORS'
}

/** True for a node that is there, or is to be, and is not being taken out. */
export function isStaying({ state, leaving }: InstanceDocument): boolean {
  return state !== 'TERMINATED' && !leaving
}

/** True when the cluster takes steps, instances and changes. */
export function isActive(state: ClusterState): boolean {
  return !isOver(state) && state !== 'TERMINATING'
}
