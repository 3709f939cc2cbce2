import type { BatchSize } from '../../collect/collector.js'
import type { EngineName } from '../../core/config-settings.js'
import { DuckDbConverter } from '../../engines/duckdb/converter.js'
import type { DuckDbEngine } from '../../engines/duckdb/open.js'
import type { Converter } from '../../engines/engine.js'
import type { TaskCluster } from '../../engines/spark/convert/task-cluster.js'
import { chooseFront, type ChosenFront } from '../../front/native/choose.js'
import type { LakeContext } from '../context.js'
import { sparkPlace } from '../spark-place.js'
import { sparkTasks } from '../spark-tasks.js'
import { BySizeConverter } from './by-size-converter.js'

export interface ChosenConverter {
  readonly converter: Converter
  /** A batch is one commit a table: large enough to be cheap, small enough to lose little at a kill. */
  readonly batch: BatchSize
}

const EMBEDDED_BATCH: BatchSize = { bytes: 64 << 20, objects: 20_000 }
/** Of the native front, which waits for a commit oftener than others: as much as its table of copies has room for. */
const NATIVE_BATCH: BatchSize = { bytes: 128 << 20, objects: 20_000 }
/** Memory from which on there is room for that table. */
const MUCH_MEMORY = 768 << 20
/** Enough for some dozens of tasks. */
const SPARK_BATCH: BatchSize = { bytes: 1 << 30, objects: 20_000 }

const TASK_OBJECTS = 4000

/**
 * Who reads the logs. The caller closes it before the engine.
 * @throws HeadrigError `invalid` when Spark is asked for and none is named
 */
export async function openConverter(
  asked: EngineName,
  context: LakeContext,
  engine: DuckDbEngine,
): Promise<ChosenConverter> {
  const { settings, logger } = context
  const embedded = (): ChosenConverter => {
    const { threads, memory } = settings
    const { addon } = frontOf(context)
    const options = { threads, arenaBytes: arenaBytes(settings), addon, logger }
    return {
      converter: new DuckDbConverter(engine, options),
      batch: addon && memory >= MUCH_MEMORY ? NATIVE_BATCH : EMBEDDED_BATCH,
    }
  }
  const place = await sparkPlace(asked, context)
  if (!place) {
    if (asked === 'auto') logger.debug('reading in this process: there is no Spark')
    return embedded()
  }
  const spark = await sparkConverter(await sparkTasks(place, context), context, engine)
  if (asked === 'spark') return { converter: spark, batch: SPARK_BATCH }
  return { converter: new BySizeConverter(embedded().converter, spark, logger), batch: SPARK_BATCH }
}

async function sparkConverter(
  cluster: TaskCluster,
  context: LakeContext,
  engine: DuckDbEngine,
): Promise<Converter> {
  const { SparkConverter } = await import('../../engines/spark/convert/converter.js')
  const group = { bytes: context.settings.sparkTaskSize, objects: TASK_OBJECTS }
  const { front } = context.settings
  return new SparkConverter({ cluster, engine, group, logger: context.logger, front })
}

function frontOf({ settings, logger }: LakeContext): ChosenFront {
  const chosen = chooseFront(settings.front)
  if (chosen.name === 'portable') logger.debug(`the portable front reads: ${chosen.why}`)
  else logger.debug(`the native front reads: ${chosen.from}`)
  return chosen
}

/** Of the whole process's memory, what one reading thread may hold of raw logs. */
function arenaBytes({
  memory,
  threads,
}: {
  readonly memory: number
  readonly threads: number
}): number {
  const share = (memory * 0.12) / threads
  return Math.max(4 << 20, Math.min(96 << 20, Math.floor(share)))
}
