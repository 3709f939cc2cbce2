import { HeadrigError } from '../../../core/errors.js'
import type { TaskCluster } from '../convert/task-cluster.js'
import type { RewriteOrder, RewriteResult, RewrittenFile } from './messages.js'

export interface SparkRewrite {
  readonly orders: readonly RewriteOrder[]
  readonly signal: AbortSignal
  /** Told of each order once, in any order, when its new files are in the lake's store. */
  readonly onRewritten: (order: number, files: readonly RewrittenFile[]) => Promise<void>
}

/**
 * Merges files on a Spark cluster: a task for each order, with the code of the embedded engine.
 * @returns why orders were not carried out, though the others were: files that are damaged or gone
 * @throws HeadrigError `unavailable` when Spark is or becomes unreachable, or gives up
 * @example await rewriteOnSpark(cluster, { orders, signal, onRewritten: async (n, files) => commit(n, files) })
 */
export async function rewriteOnSpark(
  cluster: TaskCluster,
  { orders, signal, onRewritten }: SparkRewrite,
): Promise<readonly HeadrigError[]> {
  const refused: HeadrigError[] = []
  await cluster.run<RewriteOrder, RewriteResult>({
    work: 'rewrite',
    orders,
    signal,
    onResult: async (number, { files }) => {
      const place = orders[number]?.place ?? ''
      for (const { key } of files) checkPlace(key, place)
      await onRewritten(number, files)
    },
    onRefused: (_, error) => refused.push(error),
  })
  return refused
}

function checkPlace(key: string, place: string): void {
  if (key.startsWith(place) && /^[\w.-]+\.parquet$/.test(key.slice(place.length))) return
  throw new HeadrigError(
    'internal',
    `a task named ${JSON.stringify(key)}, which is not in ${place}: are all nodes of this version?`,
  )
}
