import { homedir, availableParallelism } from 'node:os'
import { join } from 'node:path'
import { AUDIT_SETTINGS, ENCRYPTIONS, oneOf } from './audit-settings.js'
import { closest, didYouMean } from './closest.js'
import { parseCount } from './count.js'
import { EMR_SETTINGS } from './emr-settings.js'
import { HeadrigError } from './errors.js'
import { SERVER_LIMITS } from './server-limits.js'
import { SERVER_SETTINGS } from './server-settings.js'
import {
  httpUrl,
  location,
  names,
  path,
  shown,
  truth,
  withoutPassword,
  type Setting,
} from './setting.js'
import { formatSize, parseSize } from './size.js'

export type { Environment, Setting } from './setting.js'

export const LOG_LEVELS = ['debug', 'info', 'warn'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export const ENGINES = ['auto', 'duckdb', 'spark'] as const
export type EngineName = (typeof ENGINES)[number]

export const FRONTS = ['auto', 'native', 'portable'] as const
export type FrontName = (typeof FRONTS)[number]

/** Every setting, by its name in code. The one table that flags, environment and file are read by. */
export const SETTINGS = {
  lake: {
    ...names('lake', 'lake', ['HEADRIG_LAKE'], 'uri'),
    doc: 'Where the lake is: a folder or s3://bucket/prefix',
    parse: location,
    initial: (_env, cwd) => join(cwd, 'headrig-lake'),
    show: withoutPassword,
  } satisfies Setting<string>,
  memory: {
    ...names('memory', 'memory', ['HEADRIG_MEMORY'], 'size'),
    doc: 'The most memory the whole process may use, such as 512MiB or 4GiB',
    parse: parseSize,
    initial: () => 2 ** 30,
    show: formatSize,
  } satisfies Setting<number>,
  threads: {
    ...names('threads', 'threads', ['HEADRIG_THREADS'], 'n'),
    doc: 'How many threads may work at once',
    parse: (text) => parseCount(text, 1, 1024),
    initial: () => availableParallelism(),
    show: String,
  } satisfies Setting<number>,
  front: {
    ...names('front', 'front', ['HEADRIG_FRONT'], FRONTS.join('|')),
    doc: 'What reads logs: native, machine code for this platform; portable, WebAssembly; auto: native where it is there',
    parse: (text) => oneOf(text, FRONTS),
    initial: () => 'auto',
    show: String,
  } satisfies Setting<FrontName>,
  tempFolder: {
    ...names('temp', 'temp', ['HEADRIG_TEMP'], 'folder'),
    doc: 'Where work that exceeds memory spills to; default: in the lake, or the system folder when the lake is remote',
    parse: path,
    initial: () => undefined,
    show: shown,
  } satisfies Setting<string | undefined>,
  cacheFolder: {
    ...names('cache.folder', 'cache', ['HEADRIG_CACHE'], 'folder'),
    doc: 'Where files of a remote lake are kept between queries',
    parse: path,
    initial: (env) =>
      join(env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache'), 'headrig'),
    show: String,
  } satisfies Setting<string>,
  cacheSize: {
    ...names('cache.size', 'cache-size', ['HEADRIG_CACHE_SIZE'], 'size'),
    doc: 'The most that the cache may hold',
    parse: parseSize,
    initial: () => 10 * 2 ** 30,
    show: formatSize,
  } satisfies Setting<number>,
  s3Endpoint: {
    ...names(
      's3.endpoint',
      's3-endpoint',
      ['HEADRIG_S3_ENDPOINT', 'AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL'],
      'url',
    ),
    doc: 'An S3 server other than that of AWS, such as http://127.0.0.1:9000',
    parse: httpUrl,
    initial: () => undefined,
    show: (value) => (value === undefined ? '' : withoutPassword(value)),
  } satisfies Setting<string | undefined>,
  s3Region: {
    ...names(
      's3.region',
      's3-region',
      ['HEADRIG_S3_REGION', 'AWS_REGION', 'AWS_DEFAULT_REGION'],
      'region',
    ),
    doc: 'The region of the buckets',
    parse: (text) => text,
    initial: () => undefined,
    show: shown,
  } satisfies Setting<string | undefined>,
  s3Profile: {
    ...names('s3.profile', 's3-profile', ['HEADRIG_S3_PROFILE', 'AWS_PROFILE'], 'name'),
    doc: 'The profile of the AWS configuration files to take credentials from',
    parse: (text) => text,
    initial: () => undefined,
    show: shown,
  } satisfies Setting<string | undefined>,
  s3PathStyle: {
    ...names('s3.path_style', 's3-path-style', ['HEADRIG_S3_PATH_STYLE'], 'yes|no'),
    doc: 'Put the bucket in the path of URLs; default: yes with an endpoint of your own',
    parse: truth,
    initial: () => undefined,
    show: shown,
  } satisfies Setting<boolean | undefined>,
  s3RequesterPays: {
    ...names('s3.requester_pays', 's3-requester-pays', ['HEADRIG_S3_REQUESTER_PAYS'], 'yes|no'),
    doc: 'Agree to pay for reading from buckets of others that ask for it',
    parse: truth,
    initial: () => false,
    show: String,
  } satisfies Setting<boolean>,
  s3Encryption: {
    ...names('s3.encryption', 's3-encryption', ['HEADRIG_S3_ENCRYPTION'], ENCRYPTIONS.join('|')),
    doc: "How S3 encrypts what is written; default: as the bucket's own settings say",
    parse: (text) => oneOf(text, ENCRYPTIONS),
    initial: () => undefined,
    show: shown,
  } satisfies Setting<(typeof ENCRYPTIONS)[number] | undefined>,
  s3KmsKey: {
    ...names('s3.kms_key', 's3-kms-key', ['HEADRIG_S3_KMS_KEY'], 'arn'),
    doc: "The key of SSE-KMS; default: the bucket's own",
    parse: (text) => text,
    initial: () => undefined,
    show: shown,
  } satisfies Setting<string | undefined>,
  dataFolder: {
    ...names('data', 'data', ['HEADRIG_DATA'], 'folder'),
    doc: 'Where installed engines and local clusters are kept',
    parse: path,
    initial: (env) =>
      join(env['XDG_DATA_HOME'] || join(env['HOME'] || homedir(), '.local/share'), 'headrig'),
    show: String,
  } satisfies Setting<string>,
  masterKeyFile: {
    ...names('auth.master_key_file', 'master-key-file', ['HEADRIG_MASTER_KEY_FILE'], 'file'),
    doc: 'Holds the key that secrets are encrypted with; default: master.key beside them, made on first use',
    parse: path,
    initial: () => undefined,
    show: shown,
  } satisfies Setting<string | undefined>,
  sparkHome: {
    ...names('spark.home', 'spark-home', ['HEADRIG_SPARK_HOME'], 'folder'),
    doc: 'An unpacked Spark 4.2; default: the one that headrig engine install spark made',
    parse: path,
    initial: () => undefined,
    show: shown,
  } satisfies Setting<string | undefined>,
  sparkJars: {
    ...names('spark.jars', 'spark-jars', ['HEADRIG_SPARK_JARS'], 'folder'),
    doc: 'Jars to add to those of Spark: the Delta connector when Spark lacks it',
    parse: path,
    initial: () => undefined,
    show: shown,
  } satisfies Setting<string | undefined>,
  engine: {
    ...names('engine', 'engine', ['HEADRIG_ENGINE'], ENGINES.join('|')),
    doc: 'Who works: duckdb, in this process; spark, at spark.url or on the cluster of this machine; auto: spark for much data, when there is one',
    parse: engine,
    initial: () => 'auto',
    show: String,
  } satisfies Setting<EngineName>,
  sparkUrl: {
    ...names('spark.url', 'spark-url', ['HEADRIG_SPARK_URL'], 'url'),
    doc: 'A Spark Connect server, such as sc://127.0.0.1:15002',
    parse: (text) => text,
    initial: () => undefined,
    show: (value) => (value === undefined ? '' : value.replace(/(;token=)[^;]*/gi, '$1***')),
  } satisfies Setting<string | undefined>,
  sparkCluster: {
    ...names('spark.cluster', 'cluster', ['HEADRIG_SPARK_CLUSTER'], 'id'),
    doc: 'A running cluster of this machine, instead of spark.url; default: the only one',
    parse: (text) => text,
    initial: () => undefined,
    show: shown,
  } satisfies Setting<string | undefined>,
  sparkToken: {
    ...names('spark.token', 'spark-token', ['HEADRIG_SPARK_TOKEN'], 'token'),
    doc: 'What the Spark Connect server lets this program in for',
    parse: (text) => text,
    initial: () => undefined,
    show: (value) => (value === undefined ? '' : '***'),
  } satisfies Setting<string | undefined>,
  sparkNode: {
    ...names('spark.node', 'spark-node', ['HEADRIG_SPARK_NODE'], 'path'),
    doc: "Node on Spark's executors; default: the path that it has here",
    parse: (text) => text,
    initial: () => undefined,
    show: shown,
  } satisfies Setting<string | undefined>,
  sparkApp: {
    ...names('spark.app', 'spark-app', ['HEADRIG_SPARK_APP'], 'folder'),
    doc: "Where this program is installed on Spark's executors; default: where it is here",
    parse: (text) => text,
    initial: () => undefined,
    show: shown,
  } satisfies Setting<string | undefined>,
  sparkTaskSize: {
    ...names('spark.task_size', 'spark-task-size', ['HEADRIG_SPARK_TASK_SIZE'], 'size'),
    doc: 'Stored bytes that one task reads when collecting on Spark',
    parse: parseSize,
    initial: () => 32 << 20,
    show: formatSize,
  } satisfies Setting<number>,
  logLevel: {
    ...names('log_level', 'log-level', ['HEADRIG_LOG_LEVEL'], LOG_LEVELS.join('|')),
    doc: 'How much to say on stderr',
    parse: logLevel,
    initial: () => 'info',
    show: String,
  } satisfies Setting<LogLevel>,
  quiet: {
    ...names('quiet', 'quiet', ['HEADRIG_QUIET'], 'yes|no'),
    doc: 'No progress and no notes, only warnings and errors',
    parse: truth,
    initial: () => false,
    show: String,
  } satisfies Setting<boolean>,
  ...SERVER_SETTINGS,
  ...SERVER_LIMITS,
  ...EMR_SETTINGS,
  ...AUDIT_SETTINGS,
} as const

export type SettingName = keyof typeof SETTINGS

/** The value of every setting, parsed. Sizes are bytes; folders and a local lake are absolute paths. */
export type Settings = {
  readonly [K in SettingName]: (typeof SETTINGS)[K] extends Setting<infer T> ? T : never
}

function logLevel(text: string): LogLevel {
  const level = LOG_LEVELS.find((l) => l === text.trim().toLowerCase())
  if (level) return level
  const meant = closest(text, LOG_LEVELS)
  throw new HeadrigError(
    'invalid',
    `${JSON.stringify(text)} is no log level: ${meant ? `did you mean ${meant}?` : `write ${LOG_LEVELS.join(', ')}`}`,
  )
}

function engine(text: string): EngineName {
  const found = ENGINES.find((e) => e === text.trim().toLowerCase())
  if (found) return found
  throw new HeadrigError(
    'invalid',
    `${JSON.stringify(text)} is no engine${didYouMean(text, ENGINES)}: write ${ENGINES.join(', ')}`,
  )
}
