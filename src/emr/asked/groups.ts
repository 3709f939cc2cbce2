import { numberOf, objectOf, objectsOf, textOf } from '../../wire/members.js'
import type { JsonObject } from '../../wire/service.js'
import type { ClusterDocument, GroupDocument, InstanceRole, Market } from '../cluster/documents.js'
import { invalid } from '../errors.js'
import { newId } from '../ids.js'
import { describeAutoScaling } from '../scaling/auto-policy.js'

/** The cluster, as far as policies of its groups depend on it. */
type Scaled = Pick<ClusterDocument, 'id' | 'managedScalingPolicy'>

/** A group that was asked for, and how many instances it is to have. */
export type NewGroup = Omit<GroupDocument, 'cluster' | 'order'>

const MOST_TASK_GROUPS = 48
/** Nodes are records and folders until Spark runs: they are bounded so that nobody fills the disk with them. */
const MOST_INSTANCES = 1000
const TYPE = /^[a-z][a-z0-9-]{0,31}\.[a-z0-9-]{1,32}$/
const NAMES: Readonly<Record<InstanceRole, string>> = {
  MASTER: 'Master Instance Group',
  CORE: 'Core Instance Group',
  TASK: 'Task Instance Group',
}

/**
 * The groups of a new cluster, given as groups or as types and a count.
 * @throws AwsError for what AWS does not take
 */
export function groupsFrom(
  instances: JsonObject,
  cluster: Scaled,
  now: number,
): readonly NewGroup[] {
  const given = instances['InstanceGroups']
  const simple = [
    instances['MasterInstanceType'],
    instances['SlaveInstanceType'],
    instances['InstanceCount'],
  ]
  if (given !== undefined && simple.some((value) => value !== undefined))
    throw invalid('Instance types and count, and instance groups, are mutually exclusive.')
  const asked = given === undefined ? simpleGroups(instances) : objectsOf(given)
  const groups = asked.map((group) => groupFrom(group, cluster, now))
  const masters = groups.filter(({ role }) => role === 'MASTER')
  if (masters.length !== 1 || masters[0]?.requested !== 1)
    throw invalid('A cluster has exactly one master instance group, with one instance.')
  checkGroups(groups)
  return groups
}

/**
 * One group, as a request brings it.
 * @throws AwsError for what AWS does not take
 */
export function groupFrom(group: JsonObject, cluster: Scaled, now: number): NewGroup {
  const role = textOf(group['InstanceRole']) as InstanceRole
  const instanceType = textOf(group['InstanceType']) ?? ''
  const requested = numberOf(group['InstanceCount']) ?? 0
  const bidPrice = textOf(group['BidPrice'])
  if (!TYPE.test(instanceType)) throw invalid(`Instance type '${instanceType}' is not supported.`)
  if (requested < (role === 'TASK' ? 0 : 1) || requested > MOST_INSTANCES)
    throw invalid(`Instance count ${requested} of a ${role} instance group is not valid.`)
  if (bidPrice !== undefined && !/^\d+(?:\.\d+)?$/.test(bidPrice))
    throw invalid(`Bid price '${bidPrice}' is not valid.`)
  const { Configurations, CustomAmiId, EbsConfiguration, AutoScalingPolicy } = group
  const { EbsOptimized } = objectOf(EbsConfiguration)
  return {
    id: newId('ig'),
    name: textOf(group['Name']) ?? NAMES[role],
    role,
    market: (textOf(group['Market']) as Market | undefined) ?? (bidPrice ? 'SPOT' : 'ON_DEMAND'),
    instanceType,
    ...(bidPrice !== undefined && { bidPrice }),
    requested,
    state: 'PROVISIONING',
    timeline: { created: now },
    shown: {
      ...(Configurations !== undefined && { Configurations }),
      ...(CustomAmiId !== undefined && { CustomAmiId }),
      ...(EbsOptimized !== undefined && { EbsOptimized }),
    },
    ...(AutoScalingPolicy !== undefined && {
      autoScalingPolicy: describeAutoScaling(AutoScalingPolicy, { role, cluster }),
    }),
  }
}

/** @throws AwsError for more groups or instances than a cluster may have */
export function checkGroups(groups: readonly Pick<GroupDocument, 'role' | 'requested'>[]): void {
  const of = (role: InstanceRole) => groups.filter((group) => group.role === role)
  if (of('CORE').length > 1) throw invalid('A cluster has at most one core instance group.')
  if (of('TASK').length > MOST_TASK_GROUPS)
    throw invalid(`A cluster has at most ${MOST_TASK_GROUPS} task instance groups.`)
  if (groups.reduce((sum, { requested }) => sum + requested, 0) > MOST_INSTANCES)
    throw invalid(`A cluster has at most ${MOST_INSTANCES} instances.`)
}

function simpleGroups(instances: JsonObject): readonly JsonObject[] {
  const count = numberOf(instances['InstanceCount']) ?? 1
  const master = textOf(instances['MasterInstanceType'])
  if (master === undefined)
    throw invalid('Instance groups, instance fleets or a master instance type must be given.')
  const core = textOf(instances['SlaveInstanceType']) ?? master
  const group = (InstanceRole: InstanceRole, InstanceType: string, InstanceCount: number) => ({
    InstanceRole,
    InstanceType,
    InstanceCount,
  })
  if (count < 1) throw invalid(`Instance count ${count} is not valid.`)
  return [group('MASTER', master, 1), ...(count > 1 ? [group('CORE', core, count - 1)] : [])]
}
