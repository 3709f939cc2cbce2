import { readdir } from 'node:fs/promises'
import { availableParallelism, totalmem } from 'node:os'
import { join } from 'node:path'
import { installedEngines } from '../../clusters/install/installed.js'
import { findJava } from '../../clusters/local/java.js'
import type { Environment } from '../../core/config-settings.js'
import { HeadrigError } from '../../core/errors.js'

/** The Hadoop that a step works on. */
export interface StepHadoop {
  /** The folder of its jars. */
  readonly jars: string
  /** What `JAVA_HOME` is to be. */
  readonly javaHome: string
  /** The folder that `hdfs:///` stands for: the steps of a cluster share it. */
  readonly hdfs: string
  /** Settings of the cluster, by names such as `mapreduce.job.reduces`. */
  readonly conf?: Readonly<Record<string, string>>
  /** How many maps, and how many reducers, run at once. */
  readonly tasks: number
}

export interface StepHadoopPlaces {
  readonly enginesFolder: string
  /** Java is looked for in it. */
  readonly env: Environment
  readonly hdfs: string
  readonly conf?: Readonly<Record<string, string>>
}

const REMEDY = 'run headrig engine install hadoop'
/** What a task that sorts takes of the heap: Hadoop's own default for sorting is 100 MiB. */
const TASK_MEBIBYTES = 256

/**
 * The Hadoop that was installed, for the steps of one cluster.
 * @throws HeadrigError `unavailable` without Hadoop or Java
 * @example commandLauncher({ open, hadoop: () => localHadoop({ enginesFolder, env, hdfs }) })
 */
export async function localHadoop(places: StepHadoopPlaces): Promise<StepHadoop> {
  const { enginesFolder, env, hdfs, conf = {} } = places
  const newest = (await installedEngines(enginesFolder))
    .filter(({ id }) => id.startsWith('hadoop-'))
    .at(-1)
  if (newest === undefined)
    throw new HeadrigError('unavailable', `no Hadoop in ${enginesFolder}: ${REMEDY}`)
  const jars = join(newest.folder, 'jars')
  const names = await readdir(jars).catch(() => [])
  if (!names.some((name) => name.startsWith('hadoop-streaming-')))
    throw new HeadrigError(
      'unavailable',
      `no Hadoop Streaming in ${jars}: headrig engine remove ${newest.id}, then ${REMEDY}`,
    )
  const java = await findJava(env)
  const tasks = tasksOf(availableParallelism(), totalmem())
  return { jars, javaHome: java.home, hdfs, conf, tasks }
}

/**
 * As many tasks as there are processors, when half of the memory holds them.
 * @param bytes of memory
 */
export function tasksOf(processors: number, bytes: number): number {
  const most = Math.floor(bytes / 2 / (TASK_MEBIBYTES * 2 ** 20))
  return Math.max(1, Math.min(processors, most))
}
