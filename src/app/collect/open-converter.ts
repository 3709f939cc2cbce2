import type { BatchSize } from '../../collect/collector.js'
import { HeadrigError } from '../../core/errors.js'
import { DuckDbConverter } from '../../engines/duckdb/converter.js'
import type { DuckDbEngine } from '../../engines/duckdb/open.js'
import type { Converter } from '../../engines/engine.js'
import { storeOptions, type LakeContext } from '../context.js'
import { BySizeConverter } from './by-size-converter.js'
import type { CollectOptions } from './options.js'

export interface ChosenConverter {
  readonly converter: Converter
  /** A batch is one commit a table: large enough to be cheap, small enough to lose little at a kill. */
  readonly batch: BatchSize
}

const EMBEDDED_BATCH: BatchSize = { bytes: 64 << 20, objects: 20_000 }
/** Enough for some dozens of tasks. */
const SPARK_BATCH: BatchSize = { bytes: 1 << 30, objects: 20_000 }

const TASK_OBJECTS = 4000

/**
 * Who reads the logs. The caller closes it before the engine.
 * @throws HeadrigError `invalid` when Spark is asked for and none is named
 */
export async function openConverter(
  asked: NonNullable<CollectOptions['engine']>,
  context: LakeContext,
  engine: DuckDbEngine,
): Promise<ChosenConverter> {
  const { settings, logger } = context
  const embedded = (): Converter =>
    new DuckDbConverter(engine, { threads: settings.threads, arenaBytes: arenaBytes(settings) })
  if (asked === 'duckdb') return { converter: embedded(), batch: EMBEDDED_BATCH }
  if (asked === 'auto' && settings.sparkUrl === undefined) {
    logger.debug('reading in this process: no spark.url is set')
    return { converter: embedded(), batch: EMBEDDED_BATCH }
  }
  const spark = await sparkConverter(context, engine)
  if (asked === 'spark') return { converter: spark, batch: SPARK_BATCH }
  return { converter: new BySizeConverter(embedded(), spark, logger), batch: SPARK_BATCH }
}

async function sparkConverter(context: LakeContext, engine: DuckDbEngine): Promise<Converter> {
  const { settings, store, logger } = context
  const { sparkUrl, sparkToken, sparkNode, sparkApp, sparkTaskSize } = settings
  if (sparkUrl === undefined) {
    throw new HeadrigError(
      'invalid',
      'no Spark to collect with: set spark.url (or HEADRIG_SPARK_URL) to sc://host:port, or use --engine duckdb',
    )
  }
  const [{ connectUrl }, { SparkConverter }, { taskProgram }] = await Promise.all([
    import('../../engines/spark/connect-url.js'),
    import('../../engines/spark/convert/converter.js'),
    import('../../engines/spark/convert/task-program.js'),
  ])
  const { endpoint, region, pathStyle, requesterPays } = storeOptions(settings)
  return new SparkConverter({
    connect: { url: connectUrl(sparkUrl, sparkToken) },
    program: taskProgram(sparkNode, sparkApp),
    store,
    s3: { endpoint, region, pathStyle, requesterPays },
    engine,
    logger,
    group: { bytes: sparkTaskSize, objects: TASK_OBJECTS },
  })
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
