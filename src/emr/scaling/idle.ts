import { numberOf } from '../../wire/members.js'
import type { ClusterDocument } from '../cluster/documents.js'

/** How long a cluster may be idle by its policy: in seconds, as AWS has them. */
export const IDLE_TIMEOUT = { least: 60, most: 604_800, initial: 3600 } as const

/**
 * How long a cluster was idle, in seconds, when that is as long as its auto-termination policy says; undefined before
 * that, without a policy, and for a cluster that is protected from termination.
 */
export function expiredIdleTime(cluster: ClusterDocument, now: number): number | undefined {
  const { autoTerminationPolicy, autoTerminationFrom, idleSince, timeline, state } = cluster
  const timeout = numberOf(autoTerminationPolicy?.['IdleTimeout'])
  if (timeout === undefined || state !== 'WAITING' || cluster.terminationProtected) return undefined
  const from = Math.max(idleSince ?? now, autoTerminationFrom ?? timeline.created)
  const seconds = (now - from) / 1000
  return seconds >= timeout ? Math.floor(seconds) : undefined
}
