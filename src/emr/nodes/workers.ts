import type { ClusterNode, WorkerRole } from '../../clusters/cluster.js'
import type { InstanceDocument } from '../cluster/documents.js'

/** How many workers Spark is to have of each role. */
export interface WorkerCounts {
  readonly core: number
  readonly task: number
}

/**
 * The workers for a cluster's instances on a machine with room for `most`: one for each core and task node as far as
 * they fit, core nodes first. Without core nodes one worker runs beside the master, as on EMR.
 */
export function workersFor(all: readonly InstanceDocument[], most: number): WorkerCounts {
  const count = (role: InstanceDocument['role']): number =>
    all.filter((one) => one.role === role && one.state === 'RUNNING' && !one.leaving).length
  const core = Math.max(1, Math.min(count('CORE'), most))
  return { core, task: Math.min(count('TASK'), Math.max(0, most - core)) }
}

/** A node's process: its own worker, or one that it shares with others because the machine has no room for more. */
export interface NodeProcess {
  readonly node: ClusterNode
  readonly isOwn: boolean
}

/** Which of Spark's processes an instance is, by its id; those that came first have the first workers. */
export function processesOf(
  all: readonly InstanceDocument[],
  nodes: readonly ClusterNode[],
): ReadonlyMap<string, NodeProcess> {
  const found = new Map<string, NodeProcess>()
  const primary = nodes.find(({ role }) => role === 'primary')
  const isUp = ({ state }: InstanceDocument): boolean => state === 'RUNNING'
  for (const one of all.filter(isUp))
    if (one.role === 'MASTER' && primary) found.set(one.id, { node: primary, isOwn: true })
  for (const [instanceRole, role] of [
    ['CORE', 'core'],
    ['TASK', 'task'],
  ] as const) {
    const workers = liveOf(nodes, role)
    const shared = workers.length > 0 ? workers : liveOf(nodes, 'core')
    const instances = all.filter((one) => isUp(one) && one.role === instanceRole)
    for (const [i, { id }] of instances.entries()) {
      const node = shared[i % Math.max(1, shared.length)]
      if (node) found.set(id, { node, isOwn: i < workers.length })
    }
  }
  return found
}

function liveOf(nodes: readonly ClusterNode[], role: WorkerRole): ClusterNode[] {
  return nodes.filter((node) => node.role === role && node.state !== 'TERMINATED')
}
