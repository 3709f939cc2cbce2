import type { Allocation, FleetType, Market } from '../cluster/documents.js'

/** An instance of a fleet, as far as its capacity goes. */
export interface FleetMember {
  readonly id: string
  readonly weight: number
  readonly market: Market
}

/** What a fleet has to do to have the capacity that it is to have. */
export interface FleetPlan {
  /** Types of instances to start, in their order. */
  readonly launch: readonly FleetType[]
  /** Ids of instances to end. */
  readonly terminate: readonly string[]
}

/**
 * What to start or end so that one market of a fleet has its target. As in EMR it is never less than the
 * target when it could be met, and what exceeds it is less than one instance.
 * @param members of this market, the oldest first
 * @example planFleet({ target: 5, members: [], types: [{ type: 'm5.xlarge', weight: 2 }], allocation: 'in-order' }).launch.length // 3
 */
export function planFleet({ target, members, types, allocation }: PlanOptions): FleetPlan {
  const provisioned = unitsOf(members)
  return provisioned < target
    ? { launch: launches(target - provisioned, types, allocation), terminate: [] }
    : { launch: [], terminate: surplus(provisioned - target, members) }
}

export interface PlanOptions {
  /** In units. */
  readonly target: number
  readonly members: readonly FleetMember[]
  readonly types: readonly FleetType[]
  readonly allocation: Allocation
}

/** The units that instances are together. */
export function unitsOf(members: readonly Pick<FleetMember, 'weight'>[]): number {
  return members.reduce((units, { weight }) => units + weight, 0)
}

function launches(
  units: number,
  types: readonly FleetType[],
  allocation: Allocation,
): readonly FleetType[] {
  const order = allocation === 'prioritized' ? byPriority(types) : [...types]
  const launched: FleetType[] = []
  for (let left = units; left > 0 && order.length > 0;) {
    const fitting = order.findIndex(({ weight }) => weight <= left)
    const index = fitting < 0 ? lightest(order) : fitting
    const [taken] = order.splice(index, 1)
    if (!taken) break
    launched.push(taken)
    left -= taken.weight
    if (allocation === 'diversified') order.push(taken)
    else order.splice(index, 0, taken)
  }
  return launched
}

/** The newest go first, until one is more than there is too much: what was launched to fill a fleet stays. */
function surplus(units: number, members: readonly FleetMember[]): readonly string[] {
  const ended: string[] = []
  let left = units
  for (const { id, weight } of members.toReversed()) {
    if (weight > left) break
    ended.push(id)
    left -= weight
  }
  return ended
}

function byPriority(types: readonly FleetType[]): FleetType[] {
  return types.toSorted((a, b) => (a.priority ?? Infinity) - (b.priority ?? Infinity) || 0)
}

function lightest(types: readonly FleetType[]): number {
  const least = Math.min(...types.map(({ weight }) => weight))
  return types.findIndex(({ weight }) => weight === least)
}
