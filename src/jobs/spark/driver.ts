import { mkdir, writeFile, appendFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { propertiesText, type SparkConf } from '../../clusters/local/properties.js'
import { writeLog4j } from '../../clusters/log4j.js'
import { driverConf } from '../../clusters/submit/driver-conf.js'
import type { JobMaster } from '../../clusters/submit/master.js'
import { HeadrigError } from '../../core/errors.js'
import type { CommandCall } from '../commands/command.js'
import type { Launch } from '../launch.js'
import { executorConf } from './executor-conf.js'
import type { StepSpark } from './step-spark.js'

/** What a driver runs, and how. */
export interface DriverProgram {
  /** A Python program or a jar, on this machine. */
  readonly file: string
  readonly args: readonly string[]
  readonly mainClass?: string
  readonly jars: readonly string[]
  readonly pyFiles: readonly string[]
  /** Spark settings of the user's. */
  readonly conf: SparkConf
  /** `local[2]`, in place of the cluster. */
  readonly master?: string
}

/** Paths that ours must stay part of, whatever the user adds. */
const CLASS_PATHS = ['spark.driver.extraClassPath', 'spark.executor.extraClassPath']

/** The Spark of a step's cluster. @throws HeadrigError `invalid` where there is none */
export async function sparkOf({ context, spec, signal }: CommandCall): Promise<StepSpark> {
  const { spark } = context
  if (spark === undefined)
    throw new HeadrigError('invalid', 'this server has no Spark: run headrig engine install spark')
  return spark(spec, signal)
}

/**
 * Runs a driver as the step's process: Spark's own log goes to stderr, what the program prints to stdout. The
 * secret of the cluster goes by a file that only the step can read.
 */
export async function launchDriver(
  program: DriverProgram,
  spark: StepSpark,
  call: CommandCall,
): Promise<Launch> {
  const { folder, context, spec, syslog } = call
  const { home, javaHome } = spark
  const conf = join(folder, 'conf')
  const local = join(folder, 'local')
  for (const path of [conf, local]) await mkdir(path, { mode: 0o700 })
  const master: JobMaster = program.master
    ? { ...spark.master, url: program.master, conf: {}, secret: undefined, isHere: true }
    : spark.master
  const { settings, notes } = executorConf(userConf(program.conf, context.hadoopConf), master)
  const ours = driverConf(
    { name: spec.name, master, jars: program.jars, pyFiles: program.pyFiles, conf: {} },
    { work: folder },
    home,
  )
  const merged = { ...ours, ...spark.conf, ...settings, ...forced(ours), ...master.enforced }
  for (const name of CLASS_PATHS) {
    const paths = [ours[name], settings[name]].filter((path) => path !== undefined)
    if (paths.length > 0) merged[name] = paths.join(delimiter)
  }
  await appendFile(syslog, notes.map((note) => `${note}\n`).join(''))
  const properties = join(conf, 'step.properties')
  await writeFile(properties, propertiesText(merged), { mode: 0o600 })
  await writeLog4j(conf, 'info')
  const { mainClass, file, args } = program
  return {
    kind: 'process',
    command: join(home.folder, 'bin', 'spark-submit'),
    args: [
      '--properties-file',
      properties,
      ...(mainClass === undefined ? [] : ['--class', mainClass]),
      file,
      ...args,
    ],
    environment: {
      ...context.settings,
      JAVA_HOME: javaHome,
      SPARK_HOME: home.folder,
      SPARK_CONF_DIR: conf,
      SPARK_LOCAL_DIRS: local,
      SPARK_LOCAL_IP: master.driverHost,
    },
  }
}

/** Of the cluster, not of the user. */
function forced(ours: SparkConf): SparkConf {
  const kept = ['spark.master', 'spark.driver.host', 'spark.driver.bindAddress', 'spark.api.mode']
  const names = Object.keys(ours).filter(
    (name) => kept.includes(name) || name.startsWith('spark.authenticate'),
  )
  return Object.fromEntries(names.map((name) => [name, ours[name] ?? '']))
}

function userConf(conf: SparkConf, hadoop: SparkConf = {}): SparkConf {
  const { 'spark.submit.deployMode': _mode, ...own } = conf
  const places = Object.entries(hadoop).map(([name, value]) => [`spark.hadoop.${name}`, value])
  return { ...(Object.fromEntries(places) as SparkConf), ...own }
}
