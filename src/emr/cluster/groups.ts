import { newEc2Id, newId } from '../ids.js'
import {
  isStaying,
  type GroupDocument,
  type InstanceDocument,
  type StateReason,
} from './documents.js'
import type { Documents } from './documents-store.js'
import { groupStateOf } from './transitions.js'

/** An instance that is to be. */
export type NewInstance = Pick<
  InstanceDocument,
  'role' | 'market' | 'instanceType' | 'group' | 'fleet' | 'weight'
>

/** How long a node of a group or fleet that shrinks may take to hand over its data. */
export const SHRINK_GRACE_MS = 60_000

/** An instance as it begins. */
export function newInstance(
  documents: Documents,
  cluster: string,
  wanted: NewInstance,
  now: number,
): InstanceDocument {
  return {
    ...wanted,
    id: newId('ci'),
    ec2Id: newEc2Id(),
    cluster,
    order: documents.instances.next(cluster),
    state: 'PROVISIONING',
    timeline: { created: now },
    begun: 0,
    bootstrapped: 0,
  }
}

/** Makes groups have the instances that they are to have, and groups and fleets the state of theirs. */
export function arrangeGroups(documents: Documents, cluster: string, now: number): void {
  for (const group of documents.groups.of(cluster)) arrange(documents, group, now)
  const instances = documents.instances.of(cluster)
  for (const part of [documents.groups, documents.fleets] as const)
    for (const { id, state, timeline } of part.of(cluster)) {
      const own = instances.filter(({ group, fleet }) => group === id || fleet === id)
      const next = groupStateOf({ state, timeline }, own)
      const isReady = next === 'RUNNING' && timeline.ready === undefined
      if (next !== state || isReady)
        part.change(id, { state: next, ...(isReady && { timeline: { ...timeline, ready: now } }) })
    }
}

function arrange(documents: Documents, group: GroupDocument, now: number): void {
  if (group.state === 'ARRESTED' || group.state === 'SUSPENDED') return
  const staying = documents.instances
    .of(group.cluster)
    .filter((one) => one.group === group.id && isStaying(one))
  const { id, role, market, instanceType } = group
  for (let i = staying.length; i < group.requested; i++)
    documents.instances.put(
      newInstance(documents, group.cluster, { role, market, instanceType, group: id }, now),
    )
  for (const one of staying.slice(group.requested))
    documents.instances.put({
      ...one,
      leaving: { reason: { message: 'Instance group was resized.' }, graceMs: SHRINK_GRACE_MS },
    })
}

/** Every group, fleet and instance of a cluster that has ended. */
export function endGroups(
  documents: Documents,
  cluster: string,
  reason: StateReason,
  now: number,
): void {
  for (const one of documents.instances.of(cluster))
    if (one.state !== 'TERMINATED') documents.instances.put({ ...one, ...endedOf(one) })
  for (const part of [documents.groups, documents.fleets] as const)
    for (const one of part.of(cluster)) part.change(one.id, endedOf(one))
  function endedOf({ timeline }: { readonly timeline: GroupDocument['timeline'] }) {
    return { state: 'TERMINATED' as const, reason, timeline: { ...timeline, ended: now } }
  }
}
