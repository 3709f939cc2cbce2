import { hasEnded } from '../../jobs/step.js'
import type { ClusterDocument, GroupState, InstanceDocument, Timeline } from './documents.js'
import type { StepView } from './steps.js'

/** What a cluster's next state depends on. */
export interface ClusterView {
  readonly cluster: ClusterDocument
  readonly instances: readonly InstanceDocument[]
  readonly steps: readonly StepView[]
  readonly now: number
}

/** How long a cluster that is not kept waits for its first step, from when it was asked for. */
export const FIRST_STEP_MS = 60_000

/** What becomes of the cluster next; undefined when nothing does until something happens. */
export function nextOf(view: ClusterView): Partial<ClusterDocument> | undefined {
  const { cluster, instances, now } = view
  const live = instances.filter(({ state }) => state !== 'TERMINATED')
  switch (cluster.state) {
    case 'STARTING':
      return live.length > 0 &&
        live.every(({ state }) => state === 'BOOTSTRAPPING' || state === 'RUNNING')
        ? { state: 'BOOTSTRAPPING', reason: { message: 'Running bootstrap actions' } }
        : undefined
    case 'BOOTSTRAPPING':
      return live.length > 0 && live.every(({ state }) => state === 'RUNNING')
        ? { ...readyOf(view), timeline: { ...cluster.timeline, ready: now } }
        : undefined
    case 'RUNNING':
    case 'WAITING': {
      const next = readyOf(view)
      return next.state === cluster.state ? undefined : next
    }
    case 'TERMINATING':
    case 'TERMINATED':
    case 'TERMINATED_WITH_ERRORS':
      return undefined
  }
}

/** What a cluster is whose nodes are up. */
function readyOf({ cluster, steps, now }: ClusterView): Partial<ClusterDocument> {
  if (steps.some(({ run }) => !hasEnded(run.state)))
    return { state: 'RUNNING', reason: { message: 'Running step' }, idleSince: undefined }
  // As on AWS: protection keeps a cluster whose steps did not all end well, so that they can be looked at.
  const isKept = cluster.terminationProtected && steps.some(({ run }) => run.state === 'FAILED')
  if (cluster.keepAlive || isKept)
    return {
      state: 'WAITING',
      idleSince: now,
      reason: {
        message:
          steps.length === 0
            ? 'Cluster ready to run steps.'
            : 'Cluster ready after last step completed.',
      },
    }
  // On AWS a cluster takes minutes to start, and clients (mrjob) add its first step meanwhile.
  if (steps.length === 0 && now < cluster.timeline.created + FIRST_STEP_MS)
    return { state: 'WAITING', idleSince: now, reason: { message: 'Cluster ready to run steps.' } }
  return {
    state: 'TERMINATING',
    end: 'TERMINATED',
    idleSince: undefined,
    reason: { code: 'ALL_STEPS_COMPLETED', message: 'Steps completed' },
  }
}

/** What a failed step does: nothing, its cluster drops what waits, or it ends. */
export function effectOf(
  { doc, run }: StepView,
  cluster: ClusterDocument,
): 'none' | 'cancel' | 'terminate' {
  if (run.state !== 'FAILED' || doc.settled || doc.actionOnFailure === 'CONTINUE') return 'none'
  // As on AWS: steps that run side by side do not end each other.
  if (cluster.stepConcurrency > 1) return 'none'
  return doc.actionOnFailure === 'CANCEL_AND_WAIT' || cluster.terminationProtected
    ? 'cancel'
    : 'terminate'
}

/** What a group or fleet is, by its instances; `wants`: more or fewer are on their way. */
export function groupStateOf(
  group: { readonly state: GroupState; readonly timeline: Timeline },
  instances: readonly InstanceDocument[],
): GroupState {
  if (group.state === 'ARRESTED' || group.state === 'SUSPENDED') return group.state
  const live = instances.filter(({ state }) => state !== 'TERMINATED')
  const isSettled = live.every(({ state, leaving }) => state === 'RUNNING' && !leaving)
  if (isSettled) return 'RUNNING'
  if (group.timeline.ready !== undefined) return 'RESIZING'
  return live.every(({ state }) => state !== 'PROVISIONING' && state !== 'AWAITING_FULFILLMENT')
    ? 'BOOTSTRAPPING'
    : 'PROVISIONING'
}
