import type { ClusterContext } from '../app/clusters.js'
import type { Cli } from './cli.js'
import { effectsFor } from './effects.js'
import type { LakeFlags, SparkFlags } from './flags/setting-flags.js'
import { configFor } from './with-lake.js'

/** What the use cases of clusters and engines work with, for one command. */
export async function clusterContext(
  cli: Cli,
  flags: LakeFlags & SparkFlags,
): Promise<ClusterContext> {
  const { settings } = await configFor(cli, flags)
  return { ...effectsFor(cli, settings), settings, env: cli.system.env }
}
