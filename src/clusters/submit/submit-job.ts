import { readdir, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Environment } from '../../core/config-settings.js'
import { HeadrigError } from '../../core/errors.js'
import { findJava } from '../local/java.js'
import { propertiesText } from '../local/properties.js'
import type { SparkHome } from '../local/spark-home.js'
import { driverConf, type DriverSpec } from './driver-conf.js'
import type { JobFolder } from './job-folder.js'
import { runDriver, type Sink } from './run-driver.js'

const DRIVER = fileURLToPath(new URL('driver.py', import.meta.url))

/** A statement of Spark's that makes something known by its name. */
export interface Mount {
  readonly name: string
  readonly sql: string
  /** Temporary views that the statement reads, each of rows of one text, `task`: made before it. */
  readonly orders?: readonly { readonly name: string; readonly tasks: readonly string[] }[]
}

export interface SparkJob extends DriverSpec {
  /** On this machine: a Python program or a jar. */
  readonly file: string
  readonly args: readonly string[]
  /** Of a jar; default: what its manifest says. */
  readonly mainClass?: string | undefined
  /** Run in the session that the job opens, before it gets it. */
  readonly mounts: readonly Mount[]
}

export interface JobPlace {
  readonly spark: SparkHome
  readonly env: Environment
  readonly cwd: string
  readonly stdout: Sink
  readonly stderr: Sink
  readonly signal: AbortSignal
}

/**
 * Runs a job's driver on this machine and gives its exit status. Secrets go by files that only their owner can
 * read and by variables, never as arguments.
 * @throws `unavailable` without Java, Python or Spark's Python; the signal's reason
 */
export async function runSparkJob(
  spec: SparkJob,
  job: JobFolder,
  place: JobPlace,
): Promise<number> {
  const { spark, env, ...rest } = place
  const java = await findJava(env)
  const kind = isJar(spec.file) ? 'jar' : 'python'
  const jars = kind === 'jar' ? [spec.file, ...spec.jars] : spec.jars
  const properties = join(job.work, 'conf', 'job.properties')
  const order = join(job.work, 'order.json')
  const conf = driverConf({ ...spec, jars }, job, spark)
  await writeFile(properties, propertiesText(conf), { mode: 0o600 })
  const { file, mainClass, mounts } = spec
  await writeFile(order, JSON.stringify({ kind, file, mainClass, mounts }), { mode: 0o600 })
  const python = env['PYSPARK_DRIVER_PYTHON'] || env['PYSPARK_PYTHON'] || 'python3'
  return runDriver({
    ...rest,
    job,
    program: python,
    args: ['-u', DRIVER, order, ...spec.args],
    env: {
      ...present(env),
      ...(spec.master.isHere && { PYSPARK_PYTHON: python }),
      JAVA_HOME: java.home,
      SPARK_HOME: spark.folder,
      SPARK_CONF_DIR: join(job.work, 'conf'),
      SPARK_LOCAL_DIRS: join(job.work, 'local'),
      SPARK_LOCAL_IP: spec.master.driverHost,
      PYTHONPATH: await pythonPath(spark, env),
      PYSPARK_SUBMIT_ARGS: `--properties-file '${properties.replaceAll("'", `'"'"'`)}' pyspark-shell`,
    },
  })
}

/** Whether it is for the JVM. */
export function isJar(file: string): boolean {
  return /\.jar$/i.test(file)
}

/** Of the caller's variables, all but what would send the job elsewhere. */
function present(env: Environment): Record<string, string> {
  const passed: Record<string, string> = {}
  for (const [name, value] of Object.entries(env))
    if (
      value !== undefined &&
      !/^(?:SPARK_REMOTE|SPARK_CONNECT_\w+|PYSPARK_GATEWAY_\w+)$/.test(name)
    )
      passed[name] = value
  return passed
}

async function pythonPath({ folder }: SparkHome, env: Environment): Promise<string> {
  const lib = join(folder, 'python', 'lib')
  const names = await readdir(lib).catch(() => [])
  const zips = names.filter((name) => /^(?:pyspark|py4j-.*-src)\.zip$/.test(name))
  if (zips.length < 2)
    throw new HeadrigError(
      'unavailable',
      `no PySpark in ${lib}: run headrig engine install spark, or set spark.home to a Spark with Python`,
    )
  return [...zips.map((name) => join(lib, name)), env['PYTHONPATH'] ?? '']
    .filter(Boolean)
    .join(delimiter)
}
