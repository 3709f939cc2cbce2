import type { SparkWork } from '../../clusters/cluster.js'
import { hasEnded, type StepRecord } from '../../jobs/step.js'
import { isStaying, type ClusterDocument, type InstanceDocument } from '../cluster/documents.js'
import type { Documents } from '../cluster/documents-store.js'
import { vcpuOf } from '../instance-types.js'
import type { Amounts, ClusterFacts, NodeFacts } from '../metrics/names.js'
import { unitTypeOf } from './policies.js'

/** What a cluster has to do and what it is, with how many nodes its work is for. */
export interface ScalingView {
  readonly facts: ClusterFacts
  /** Undefined when it is not known: then nothing shrinks. */
  readonly neededNodes: number | undefined
}

/**
 * Looks at a cluster. A node is needed by each executor that there is or is wanted, and, where more, by each step that
 * runs or may start: steps that do not use Spark are work too.
 * @param work what Spark has to do, as `NodeProvider.work` says it
 */
export function viewOf(
  cluster: ClusterDocument,
  documents: Documents,
  steps: readonly StepRecord[],
  work: SparkWork | 'unknown' | undefined,
): ScalingView {
  const open = steps.filter(({ state }) => !hasEnded(state))
  const waiting = open.filter(({ state }) => state === 'PENDING').length
  const running = open.length - waiting
  const ready = Math.min(waiting, Math.max(0, cluster.stepConcurrency - running))
  const spark = work === 'unknown' ? undefined : work
  const executors = spark ? spark.executors + spark.pendingExecutors : 0
  const isIdle = open.length === 0 && work !== 'unknown' && executors === 0
  const { managedScalingPolicy: managed, autoTerminationPolicy } = cluster
  return {
    facts: {
      isIdle,
      core: nodesOf('CORE', cluster, documents),
      task: nodesOf('TASK', cluster, documents),
      spark,
      scaling: managed && { units: unitTypeOf(managed) === 'VCPU' ? 'vcpu' : 'units' },
      autoTerminationIdle: autoTerminationPolicy && isIdle,
    },
    neededNodes: work === 'unknown' ? undefined : Math.max(executors, running + ready),
  }
}

function nodesOf(role: 'CORE' | 'TASK', { id }: ClusterDocument, documents: Documents): NodeFacts {
  const staying = documents.instances.of(id).filter((one) => one.role === role && isStaying(one))
  const up = staying.filter(({ state }) => state === 'RUNNING')
  const groups = documents.groups.of(id).filter((group) => group.role === role)
  const fleets = documents.fleets.of(id).filter((fleet) => fleet.role === role)
  const asked = amountsOf(staying)
  const inGroups = groups.reduce((sum, { requested }) => sum + requested, 0)
  const inFleets = fleets.reduce((sum, fleet) => sum + fleet.targetOnDemand + fleet.targetSpot, 0)
  return {
    requested: {
      ...asked,
      nodes: groups.length > 0 ? inGroups : asked.nodes,
      units: groups.length > 0 ? inGroups : inFleets,
    },
    running: amountsOf(up),
    pending: staying.length - up.length,
  }
}

function amountsOf(instances: readonly InstanceDocument[]): Amounts {
  return {
    nodes: instances.length,
    units: instances.reduce((sum, { weight = 1 }) => sum + weight, 0),
    vcpu: instances.reduce<number | undefined>((sum, { instanceType }) => {
      const more = vcpuOf(instanceType)
      return sum === undefined || more === undefined ? undefined : sum + more
    }, 0),
  }
}
