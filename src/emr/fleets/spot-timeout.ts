import { numberOf, objectOf } from '../../wire/members.js'
import type { ClusterDocument, FleetDocument, InstanceDocument } from '../cluster/documents.js'
import type { Documents } from '../cluster/documents-store.js'

/**
 * What becomes of a new cluster whose Spot nodes do not come in the time that their fleet gives them
 * (`TimeoutDurationMinutes`): they become On-Demand nodes, or the cluster is to end.
 * @returns why the cluster is to end; undefined when it is not
 */
export function spotTimeout(
  { id, timeline }: ClusterDocument,
  documents: Documents,
  now: number,
): string | undefined {
  if (timeline.ready !== undefined) return undefined
  for (const fleet of documents.fleets.of(id)) {
    const spot = objectOf(objectOf(fleet.shown['LaunchSpecifications'])['SpotSpecification'])
    const minutes = numberOf(spot['TimeoutDurationMinutes'])
    if (minutes === undefined) continue
    const late = documents.instances
      .of(id)
      .filter((one) => one.fleet === fleet.id && isAwaited(one))
      .filter(({ timeline: { created } }) => now - created >= minutes * 60_000)
    if (late.length === 0) continue
    if (spot['TimeoutAction'] === 'TERMINATE_CLUSTER')
      return `Spot capacity of instance fleet ${fleet.id} was not there in ${minutes} minutes`
    switchToOnDemand(fleet, late, documents)
  }
  return undefined
}

function isAwaited({ market, state, leaving }: InstanceDocument): boolean {
  return (
    market === 'SPOT' && !leaving && (state === 'PROVISIONING' || state === 'AWAITING_FULFILLMENT')
  )
}

function switchToOnDemand(
  fleet: FleetDocument,
  late: readonly InstanceDocument[],
  documents: Documents,
): void {
  const units = late.reduce((sum, { weight = 1 }) => sum + weight, 0)
  documents.transaction(() => {
    for (const one of late) documents.instances.put({ ...one, market: 'ON_DEMAND' })
    documents.fleets.put({
      ...fleet,
      targetSpot: Math.max(0, fleet.targetSpot - units),
      targetOnDemand: fleet.targetOnDemand + units,
    })
  })
}
