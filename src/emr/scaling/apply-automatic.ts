import { objectOf } from '../../wire/members.js'
import type { GroupDocument } from '../cluster/documents.js'
import type { Documents } from '../cluster/documents-store.js'
import type { Sample } from '../metrics/statistic.js'
import { applyRules, type ScalingAction } from './automatic.js'
import { readAutoScaling, statusOf } from './auto-policy.js'

export interface AutomaticOptions {
  readonly samplesOf: (metric: string) => readonly Sample[]
  readonly now: number
}

/**
 * Brings the policy of a group a step further, PENDING, ATTACHING, ATTACHED, and lets its rules act once it is attached
 * and the group has the size that it was last asked to have.
 */
export function applyAutomatic(
  group: GroupDocument,
  documents: Documents,
  { samplesOf, now }: AutomaticOptions,
): ScalingAction | undefined {
  const { id, role, autoScalingPolicy: policy, quietUntil = 0, requested, state } = group
  if (!policy) return undefined
  const put = (next: 'ATTACHING' | 'ATTACHED'): void =>
    void documents.groups.change(id, { autoScalingPolicy: { ...policy, Status: statusOf(next) } })
  const status = objectOf(policy['Status'])['State']
  if (status === 'DETACHING') documents.groups.change(id, { autoScalingPolicy: undefined })
  else if (status === 'PENDING') put('ATTACHING')
  else if (status === 'ATTACHING' && state === 'RUNNING') put('ATTACHED')
  if (status !== 'ATTACHED' || state !== 'RUNNING') return undefined
  const { constraints, rules } = readAutoScaling(policy)
  const least = Math.max(constraints.least, role === 'CORE' ? 1 : 0)
  const bounds = { least, most: Math.max(constraints.most, least) }
  const action = applyRules(rules, bounds, { count: requested, samplesOf, quietUntil, now })
  if (action)
    documents.groups.change(id, { requested: action.count, quietUntil: action.quietUntil })
  return action
}
