import type { TaskCluster } from '../engines/spark/convert/task-cluster.js'
import { storeOptions, type LakeContext } from './context.js'
import { type SparkPlace, useSpark } from './spark-place.js'

/**
 * A Spark for work that runs our own program on executors.
 * @throws HeadrigError `invalid` when executors cannot see the lake
 */
export async function sparkTasks(place: SparkPlace, context: LakeContext): Promise<TaskCluster> {
  const { settings, store, logger } = context
  const [spark, program] = await Promise.all([
    import('../engines/spark/convert/task-cluster.js'),
    import('../engines/spark/convert/task-program.js'),
  ])
  const { endpoint, region, pathStyle, requesterPays } = storeOptions(settings)
  return new spark.TaskCluster({
    connect: { url: useSpark(place, context) },
    program: program.taskProgram(settings.sparkNode, settings.sparkApp),
    store,
    s3: { endpoint, region, pathStyle, requesterPays },
    logger,
  })
}
