import { HeadrigError } from '../../core/errors.js'
import { isStaying } from '../cluster/documents.js'
import type { EmrContext } from '../context.js'

/** What to interrupt: one node, or so many Spot nodes. */
export interface Interruption {
  readonly clusterId: string
  /** `ci-…` or `i-…`. */
  readonly instanceId?: string
  readonly count?: number
}

/**
 * Takes nodes away as AWS takes Spot instances back: at once, whatever they do. Those that their group or fleet wants
 * come anew. For tests.
 * @returns the ids of the instances
 * @throws HeadrigError `not-found` when there are none, `invalid` for the primary node
 */
export function interruptInstances(
  { clusterId, instanceId, count = 1 }: Interruption,
  { documents, life }: Pick<EmrContext, 'documents' | 'life'>,
): readonly string[] {
  const live = documents.instances.of(clusterId).filter(isStaying)
  const found =
    instanceId === undefined
      ? live.filter(({ role, market }) => role !== 'MASTER' && market === 'SPOT').slice(0, count)
      : live.filter(({ id, ec2Id }) => id === instanceId || ec2Id === instanceId)
  if (found.length === 0)
    throw new HeadrigError(
      'not-found',
      `no node of cluster ${JSON.stringify(clusterId)} to interrupt: name an instanceId, or have Spot nodes`,
    )
  if (found.some(({ role }) => role === 'MASTER'))
    throw new HeadrigError('invalid', 'the primary node is not interrupted: end the cluster')
  const ids = found.map(({ id }) => id)
  life.retire(ids, {
    reason: { code: 'INSTANCE_FAILURE', message: 'The Spot instance was interrupted.' },
    graceMs: 0,
  })
  return ids
}

/** Reads the body of a request for it. @throws HeadrigError `invalid` */
export function readInterruption(body: unknown): Interruption {
  const { clusterId, instanceId, count } = (
    typeof body === 'object' && body !== null ? body : {}
  ) as Readonly<Record<string, unknown>>
  const isText = (value: unknown): value is string => typeof value === 'string'
  if (
    !isText(clusterId) ||
    !(instanceId === undefined || isText(instanceId)) ||
    !(count === undefined || (typeof count === 'number' && Number.isInteger(count) && count > 0))
  )
    throw new HeadrigError(
      'invalid',
      'write {"clusterId": "j-…", "instanceId": "ci-…"} or {"clusterId": "j-…", "count": 1}',
    )
  return {
    clusterId,
    ...(instanceId !== undefined && { instanceId }),
    ...(count !== undefined && { count }),
  }
}
