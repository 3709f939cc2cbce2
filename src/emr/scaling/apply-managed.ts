import {
  isStaying,
  type ClusterDocument,
  type FleetDocument,
  type GroupDocument,
} from '../cluster/documents.js'
import type { Documents } from '../cluster/documents-store.js'
import { vcpuOf } from '../instance-types.js'
import { distribute, managedTarget, type Need, type Pool } from './managed.js'
import { limitsOf, unitTypeOf } from './policies.js'

/** What managed scaling did to a cluster, in the units of its policy. */
export interface ManagedScaling {
  readonly target: number
  /** Groups and fleets that have another size now. */
  readonly changed: readonly string[]
}

/**
 * Makes a cluster as large as its managed scaling policy wants it now.
 * @param needs what was needed lately, in nodes
 */
export function applyManaged(
  { id, managedScalingPolicy: policy }: ClusterDocument,
  documents: Documents,
  needs: readonly Need[],
  now: number,
): ManagedScaling | undefined {
  if (!policy) return undefined
  const isVcpu = unitTypeOf(policy) === 'VCPU'
  const pools = [
    ...documents.groups.of(id).flatMap((group) => poolOfGroup(group, isVcpu)),
    ...documents.fleets.of(id).flatMap(poolsOfFleet),
  ]
  if (pools.length === 0) return undefined
  const unitsPerNode = perNode(id, documents, pools)
  const inUnits = needs.map(({ time, units }) => ({ time, units: Math.ceil(units * unitsPerNode) }))
  const limits = limitsOf(policy)
  const target = managedTarget(limits, inUnits, now)
  const counts = distribute(target, pools, limits)
  const changed = pools.filter((pool) => counts.get(pool.id) !== pool.count)
  documents.transaction(() => {
    for (const pool of changed) resize(pool, counts.get(pool.id) ?? pool.count, documents)
  })
  return { target, changed: changed.map((pool) => pool.id.replace(/ .*/, '')) }
}

function resize({ id, market }: Pool, count: number, documents: Documents): void {
  const [fleet = ''] = id.split(' ')
  if (id === fleet) documents.groups.change(id, { requested: count })
  else
    documents.fleets.change(
      fleet,
      market === 'SPOT' ? { targetSpot: count } : { targetOnDemand: count },
    )
}

function poolOfGroup(group: GroupDocument, isVcpu: boolean): readonly Pool[] {
  const { id, role, market, instanceType, requested } = group
  if (role === 'MASTER' || !isScaled(group)) return []
  const weight = isVcpu ? (vcpuOf(instanceType) ?? 1) : 1
  return [{ id, role, market, weight, count: requested }]
}

function poolsOfFleet(fleet: FleetDocument): readonly Pool[] {
  const { id, role, targetOnDemand, targetSpot } = fleet
  if (role === 'MASTER' || !isScaled(fleet)) return []
  return [
    { id: `${id} OD`, role, market: 'ON_DEMAND', weight: 1, count: targetOnDemand },
    { id: `${id} SPOT`, role, market: 'SPOT', weight: 1, count: targetSpot },
  ]
}

function isScaled({ state }: GroupDocument | FleetDocument): boolean {
  return (
    state === 'PROVISIONING' ||
    state === 'BOOTSTRAPPING' ||
    state === 'RUNNING' ||
    state === 'RESIZING'
  )
}

/** Of the nodes that there are; without any, those of the first pool. */
function perNode(cluster: string, documents: Documents, pools: readonly Pool[]): number {
  const nodes = documents.instances
    .of(cluster)
    .filter((one) => one.role !== 'MASTER' && isStaying(one))
  const [first] = pools
  if (nodes.length === 0) return first?.weight ?? 1
  const weightOf = new Map(pools.map(({ id, weight }) => [id, weight]))
  const units = nodes.reduce(
    (sum, { group, weight }) => sum + (weight ?? weightOf.get(group ?? '') ?? 1),
    0,
  )
  return units / nodes.length
}
