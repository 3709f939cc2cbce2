import { join } from 'node:path'
import { Attempt, type AttemptOptions } from '../../jobs/attempt.js'
import { killTree } from '../../jobs/tree.js'
import type { BringUp } from '../cluster/life-options.js'
import type {
  BootstrapAction,
  ClusterDocument,
  InstanceDocument,
  StateReason,
} from '../cluster/documents.js'
import type { Documents } from '../cluster/documents-store.js'
import type { NodeProvider } from './provider.js'

export interface BringUpOptions {
  readonly documents: Documents
  readonly nodes: NodeProvider
  readonly now: () => number
  /** Of a bootstrap action: what runs, its credentials, its logs. */
  readonly attempt: Pick<AttemptOptions, 'launch' | 'environment' | 'logs' | 'user'>
  /** Takes back what an action was given. */
  readonly release: (action: string) => void
  /** Told when a node has come further. */
  readonly changed: (cluster: string) => void
  /** Told when a node cannot be had. */
  readonly failed: (instance: InstanceDocument, reason: StateReason) => void
}

const SCRIPT_RUNNER = 's3://elasticmapreduce/libs/script-runner/script-runner.jar'

/** The name of a bootstrap action's processes, by which they are found after a kill. */
function actionId(instance: InstanceDocument, n: number): string {
  return `${instance.id}-ba-${n}`
}

/** Ends what a bootstrap action left that was begun and did not end, under this server or one before it. */
export async function endBootstrap(instance: InstanceDocument): Promise<void> {
  if (instance.begun > instance.bootstrapped) await killTree(actionId(instance, instance.begun))
}

/**
 * Brings nodes up: a place, then the cluster's bootstrap actions, one after another. An action that a killed server
 * had begun is not run again: what it did is not known, so the node fails.
 */
export function bringUpWith(options: BringUpOptions): BringUp {
  const { documents, nodes, now, changed, failed } = options
  return async (instance, signal) => {
    const { id, timeline } = instance
    const cluster = documents.cluster(instance.cluster)
    if (!cluster) return
    const folder = await nodes.prepare(instance)
    if (signal.aborted) return
    if (instance.state !== 'BOOTSTRAPPING')
      documents.instances.change(id, { state: 'BOOTSTRAPPING' })
    changed(cluster.id)
    for (const [i, action] of cluster.bootstrapActions.entries()) {
      if (i < instance.bootstrapped) continue
      const n = i + 1
      if (i < instance.begun) {
        await endBootstrap(instance)
        return failed(instance, reasonOf(instance, n, 'was running when headrig ended'))
      }
      documents.instances.change(id, { begun: n })
      const problem = await run(options, cluster, instance, n, action, folder, signal)
      if (signal.aborted) return
      if (problem !== undefined) return failed(instance, reasonOf(instance, n, problem))
      documents.instances.change(id, { bootstrapped: n })
    }
    documents.instances.change(id, { state: 'RUNNING', timeline: { ...timeline, ready: now() } })
  }
}

/** Why it failed; undefined when it did not. */
async function run(
  { attempt, now, release }: BringUpOptions,
  { id: cluster, logUri }: ClusterDocument,
  instance: InstanceDocument,
  n: number,
  { name, path, args }: BootstrapAction,
  folder: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const spec = {
    id: actionId(instance, n),
    cluster,
    name,
    jar: SCRIPT_RUNNER,
    args: [path.startsWith('/') ? `file://${path}` : path, ...args],
    ...(logUri !== undefined && { logUri }),
  }
  const running = new Attempt(spec, {
    ...attempt,
    folder: join(folder, 'bootstrap-actions', String(n)),
    now,
  })
  const stop = (): void => running.cancel('kill')
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  const { state, exitCode, failure } = await running.outcome
  signal.removeEventListener('abort', stop)
  release(spec.id)
  if (state === 'COMPLETED') return undefined
  return exitCode === undefined
    ? `failed: ${failure?.message ?? state}`
    : 'returned a non-zero return code'
}

function reasonOf({ role, ec2Id }: InstanceDocument, n: number, problem: string): StateReason {
  const which = role === 'MASTER' ? 'master' : role.toLowerCase()
  return {
    code: 'BOOTSTRAP_FAILURE',
    message: `On the ${which} instance (${ec2Id}), bootstrap action ${n} ${problem}`,
  }
}
