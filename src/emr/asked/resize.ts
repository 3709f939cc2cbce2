import { numberOf, objectOf, textsOf } from '../../wire/members.js'
import type { JsonObject } from '../../wire/service.js'
import { isStaying, type GroupDocument, type InstanceDocument } from '../cluster/documents.js'
import { SHRINK_GRACE_MS } from '../cluster/groups.js'
import { invalid } from '../errors.js'

/** What a change of a group comes to. */
export interface Resize {
  readonly requested: number
  /** Ids of the instances that are taken out now. */
  readonly leaving: readonly string[]
  readonly graceMs: number
}

const MOST_GRACE_S = 7 * 86_400

/**
 * How a group is to change: to a count, or without the instances that are named. Of a group that shrinks the newest
 * go first, those that the policy names before them, those that it protects never before others.
 * @throws AwsError for what cannot be
 */
export function resizeOf(
  change: JsonObject,
  group: GroupDocument,
  all: readonly InstanceDocument[],
): Resize {
  if (group.role === 'MASTER') throw invalid('The master instance group cannot be resized.')
  const policy = objectOf(change['ShrinkPolicy'])
  const resizing = objectOf(policy['InstanceResizePolicy'])
  const seconds =
    numberOf(resizing['InstanceTerminationTimeout']) ?? numberOf(policy['DecommissionTimeout'])
  if (seconds !== undefined && (seconds < 0 || seconds > MOST_GRACE_S))
    throw invalid(`A time of ${seconds} s to decommission is not valid.`)
  const graceMs = seconds === undefined ? SHRINK_GRACE_MS : seconds * 1000
  const live = all.filter((one) => one.group === group.id && isStaying(one))
  const named = textsOf(change['EC2InstanceIdsToTerminate']).map((id) => find(live, id))
  const count = numberOf(change['InstanceCount'])
  if (named.length > 0) {
    if (count !== undefined)
      throw invalid('InstanceCount and EC2InstanceIdsToTerminate are mutually exclusive.')
    const leaving = [...new Set(named.map(({ id }) => id))]
    const requested = Math.max(0, group.requested - leaving.length)
    checkCount(requested, group)
    return { requested, leaving, graceMs }
  }
  const requested = count ?? group.requested
  checkCount(requested, group)
  const first = textsOf(resizing['InstancesToTerminate']).map((id) => find(live, id).id)
  const last = textsOf(resizing['InstancesToProtect'])
  const rank = ({ id, ec2Id }: InstanceDocument): number =>
    first.includes(id) ? 0 : last.includes(ec2Id) || last.includes(id) ? 2 : 1
  const leaving = live
    .toReversed()
    .toSorted((a, b) => rank(a) - rank(b))
    .slice(0, Math.max(0, live.length - requested))
    .map(({ id }) => id)
  return { requested, leaving, graceMs }
}

function checkCount(count: number, { role }: GroupDocument): void {
  if (count < (role === 'CORE' ? 1 : 0))
    throw invalid(`Instance count ${count} of a ${role} instance group is not valid.`)
}

function find(live: readonly InstanceDocument[], id: string): InstanceDocument {
  const found = live.find((one) => one.ec2Id === id || one.id === id)
  if (!found) throw invalid(`Instance '${id}' is not in the instance group.`)
  return found
}
