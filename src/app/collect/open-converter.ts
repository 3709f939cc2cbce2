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

const BATCH_OBJECTS = 20_000
/** Of the process's memory, a batch's stored bytes; at most as much memory finds copies in it, which the densest logs take. */
const BATCH_SHARE = 1 / 8
const BATCH_LEAST = 16 << 20
/** The native front waits for a commit oftener. */
const BATCH_MOST = { native: 128 << 20, portable: 64 << 20 }
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
    const most = BATCH_MOST[addon ? 'native' : 'portable']
    const bytes = Math.floor(Math.max(BATCH_LEAST, Math.min(most, memory * BATCH_SHARE)))
    const options = { threads, arenaBytes: arenaBytes(settings), copiesBytes: bytes, addon, logger }
    return {
      converter: new DuckDbConverter(engine, options),
      batch: { bytes, objects: BATCH_OBJECTS },
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
