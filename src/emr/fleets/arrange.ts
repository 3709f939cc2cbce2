import {
  isStaying,
  type FleetDocument,
  type InstanceDocument,
  type Market,
} from '../cluster/documents.js'
import type { Documents } from '../cluster/documents-store.js'
import { newInstance, SHRINK_GRACE_MS } from '../cluster/groups.js'
import { newId } from '../ids.js'
import { planFleet, unitsOf } from './capacity.js'
import type { FleetSpec } from './config.js'

const MARKETS = ['ON_DEMAND', 'SPOT'] as const

/** Keeps a fleet that was asked for; its instances come with the next look at the cluster. */
export function putFleet(
  documents: Documents,
  cluster: string,
  spec: FleetSpec,
  now: number,
): FleetDocument {
  return documents.fleets.put({
    ...spec,
    id: newId('if'),
    cluster,
    order: documents.fleets.next(cluster),
    state: 'PROVISIONING',
    timeline: { created: now },
  })
}

/** Makes the fleets of a cluster have the capacity that they are to have. */
export function arrangeFleets(documents: Documents, cluster: string, now: number): void {
  for (const fleet of documents.fleets.of(cluster))
    if (fleet.state !== 'ARRESTED' && fleet.state !== 'SUSPENDED')
      for (const market of MARKETS) arrange(documents, fleet, market, now)
}

function arrange(documents: Documents, fleet: FleetDocument, market: Market, now: number): void {
  const { id, cluster, role, types } = fleet
  const members = documents.instances
    .of(cluster)
    .filter((one) => one.fleet === id && one.market === market && isStaying(one))
  const isSpot = market === 'SPOT'
  const { launch, terminate } = planFleet({
    target: isSpot ? fleet.targetSpot : fleet.targetOnDemand,
    allocation: isSpot ? fleet.spotAllocation : fleet.onDemandAllocation,
    members: members.map((one) => ({ id: one.id, weight: one.weight ?? 1, market })),
    types,
  })
  for (const { type, weight } of launch)
    documents.instances.put(
      newInstance(documents, cluster, { role, market, instanceType: type, fleet: id, weight }, now),
    )
  for (const one of members)
    if (terminate.includes(one.id))
      documents.instances.put({
        ...one,
        leaving: { reason: { message: 'Instance fleet was resized.' }, graceMs: SHRINK_GRACE_MS },
      })
}

/** The units of a fleet that are up, by market. */
export function provisioned(
  fleet: FleetDocument,
  instances: readonly InstanceDocument[],
): Readonly<Record<Market, number>> {
  const of = (market: Market): number =>
    unitsOf(
      instances
        .filter((one) => one.fleet === fleet.id && one.market === market && one.state === 'RUNNING')
        .map(({ weight = 1 }) => ({ weight })),
    )
  return { ON_DEMAND: of('ON_DEMAND'), SPOT: of('SPOT') }
}
