import { join } from 'node:path'
import {
  foreignMaster,
  type JobMaster,
  masterOfCluster,
  THIS_MACHINE,
} from '../../clusters/submit/master.js'
import type { ExistingMaster } from '../../clusters/local/spec.js'
import type { Settings } from '../../core/config-settings.js'
import { HeadrigError } from '../../core/errors.js'
import { clustersFolder } from '../clusters.js'
import type { LakeContext } from '../context.js'
import { runningCluster, severalClusters } from '../spark-place.js'

/**
 * Where a job is to run. `cluster`: on the one at `spark.cluster`, else on the only cluster of this machine that has
 * workers, else here alone.
 */
export type SubmitTo =
  | { readonly kind: 'cluster' }
  | { readonly kind: 'here' }
  | { readonly kind: 'master'; readonly master: ExistingMaster }

/** @throws `not-found` for a cluster that is not there, `invalid` for one without workers and for several */
export async function jobMaster(
  to: SubmitTo,
  { settings, logger }: Pick<LakeContext, 'settings' | 'logger'>,
): Promise<JobMaster> {
  const folder = clustersFolder(settings)
  switch (to.kind) {
    case 'here':
      return THIS_MACHINE
    case 'master':
      return foreignMaster(to.master)
    case 'cluster': {
      if (settings.sparkCluster !== undefined) return named(settings.sparkCluster, settings)
      const { runningClusters } = await import('../../clusters/local/find.js')
      const clusters = await runningClusters(folder)
      const found = await Promise.all(
        clusters.map(async (cluster) => ({
          cluster,
          master: await masterOfCluster(join(folder, cluster.id)),
        })),
      )
      const usable = found.flatMap(({ cluster, master }) => (master ? [{ cluster, master }] : []))
      const [only, ...others] = usable
      if (others.length > 0) throw severalClusters(usable.map(({ cluster }) => cluster))
      if (only) logger.info(`spark: cluster ${only.cluster.id} of this machine`)
      return only?.master ?? THIS_MACHINE
    }
  }
}

async function named(id: string, settings: Settings): Promise<JobMaster> {
  await runningCluster(id, settings)
  const master = await masterOfCluster(join(clustersFolder(settings), id))
  if (master) return master
  throw new HeadrigError(
    'invalid',
    `cluster ${id} has no workers that a job could use: start one by headrig cluster start --workers 1, or use --local`,
  )
}
