import { readFile } from 'node:fs/promises'
import { mapLimit } from '../../core/concurrency.js'
import { HeadrigError } from '../../core/errors.js'
import { fetchFile } from '../fetch.js'
import { launchDriver, sparkOf } from '../spark/driver.js'
import { parseProperties } from '../spark/parse-properties.js'
import type { Command, CommandCall } from './command.js'
import { splitOptions, valuesOf, type Option, type OptionTable } from './options.js'

const KERBEROS = 'Spark has no Kerberos here: leave it out'
const ALL_AT_ONCE = 'a step is one program: use ListSteps and CancelSteps'

/** What an option says, as a setting of Spark's; `-`: it is read here; a text in words: why it is refused. */
export const SPARK_OPTIONS: OptionTable = {
  values: {
    archives: 'spark.archives',
    class: '-',
    conf: '-',
    'deploy-mode': '-',
    'driver-class-path': 'spark.driver.extraClassPath',
    'driver-cores': 'spark.driver.cores',
    'driver-java-options': 'spark.driver.extraJavaOptions',
    'driver-library-path': 'spark.driver.extraLibraryPath',
    'driver-memory': 'spark.driver.memory',
    'exclude-packages': 'spark.jars.excludes',
    'executor-cores': 'spark.executor.cores',
    'executor-memory': 'spark.executor.memory',
    files: 'spark.files',
    jars: '-',
    keytab: KERBEROS,
    kill: ALL_AT_ONCE,
    master: '-',
    name: 'spark.app.name',
    'num-executors': 'spark.executor.instances',
    packages: 'spark.jars.packages',
    principal: KERBEROS,
    'properties-file': '-',
    'proxy-user': 'a step runs as itself: leave it out',
    'py-files': '-',
    queue: 'spark.yarn.queue',
    remote: 'a step works on its own cluster: leave it out',
    repositories: 'spark.jars.repositories',
    status: ALL_AT_ONCE,
    'total-executor-cores': 'spark.cores.max',
  },
  flags: { supervise: 'there are no drivers on workers here: leave it out', verbose: '-' },
  short: { c: 'conf', v: 'verbose' },
}

/** `spark-submit [option...] program [argument...]`: a Python program or a jar, on the step's cluster. */
export const sparkSubmit: Command = async (call) => {
  const { options, rest } = splitOptions(call.args, SPARK_OPTIONS, 'spark-submit')
  const [program, ...args] = rest
  if (program === undefined)
    throw new HeadrigError('invalid', 'spark-submit has no program: give a .py or a .jar')
  if (/\.R$/i.test(program))
    throw new HeadrigError(
      'invalid',
      `cannot run ${program}: there is no R here, write it in Python`,
    )
  const { conf, master } = await settingsOf(options, call)
  const files = await fetchList(conf['spark.files'], 'files', call)
  const archives = await fetchList(conf['spark.archives'], 'archives', call)
  const [mainClass] = valuesOf(options, 'class').slice(-1)
  const file = await fetchFile(program, 'program', call)
  return launchDriver(
    {
      file,
      args,
      ...(mainClass !== undefined && { mainClass }),
      jars: await fetchList(lastOf(options, 'jars'), 'jars', call),
      pyFiles: await fetchList(lastOf(options, 'py-files'), 'py-files', call),
      conf: {
        ...conf,
        ...(files.length > 0 && { 'spark.files': files.join(',') }),
        ...(archives.length > 0 && { 'spark.archives': archives.join(',') }),
      },
      ...(master !== undefined && { master }),
    },
    await sparkOf(call),
    call,
  )
}

const lastOf = (options: readonly Option[], name: string): string | undefined =>
  valuesOf(options, name).at(-1)

/** A driver's settings: those of a file, of `--conf`, then of options. @throws HeadrigError `invalid` */
async function settingsOf(
  options: readonly Option[],
  call: CommandCall,
): Promise<{ conf: Record<string, string>; master: string | undefined }> {
  const conf: Record<string, string> = {}
  const file = lastOf(options, 'properties-file')
  if (file !== undefined && call.context.user !== undefined && !file.startsWith('s3'))
    throw new HeadrigError('invalid', `--properties-file ${file}: give it in S3`)
  if (file !== undefined)
    Object.assign(
      conf,
      parseProperties(await readFile(await fetchFile(file, 'properties', call), 'utf8')),
    )
  for (const pair of valuesOf(options, 'conf')) {
    const at = pair.indexOf('=')
    if (at < 1)
      throw new HeadrigError('invalid', `--conf ${pair}: write it like spark.executor.memory=2g`)
    conf[pair.slice(0, at)] = pair.slice(at + 1)
  }
  for (const [name, value] of options) {
    const meaning = SPARK_OPTIONS.values[name] ?? SPARK_OPTIONS.flags[name] ?? '-'
    if (meaning.startsWith('spark.')) conf[meaning] = value
    else if (meaning !== '-')
      throw new HeadrigError('invalid', `spark-submit --${name}: ${meaning}`)
  }
  checkMode(lastOf(options, 'deploy-mode') ?? conf['spark.submit.deployMode'] ?? 'client')
  return { conf, master: masterOf(lastOf(options, 'master') ?? conf['spark.master'] ?? 'yarn') }
}

function checkMode(mode: string): void {
  if (mode !== 'client' && mode !== 'cluster')
    throw new HeadrigError('invalid', `--deploy-mode ${mode}: write client or cluster`)
}

/** Undefined for the step's own cluster. */
function masterOf(master: string): string | undefined {
  if (/^local(?:\[[\w*,]+\])?$/.test(master)) return master
  if (/^yarn(?:-client|-cluster)?$/.test(master)) return undefined
  throw new HeadrigError(
    'invalid',
    `--master ${master}: a step works on its own cluster: write yarn, local[n], or leave it out`,
  )
}

/** Files of a list with commas, on this machine; `#name` after one stays. */
async function fetchList(
  list: string | undefined,
  into: string,
  call: CommandCall,
): Promise<string[]> {
  const uris = (list ?? '').split(',').filter((uri) => uri.trim() !== '')
  return mapLimit(uris, 4, async (uri, at) => {
    const [, plain = uri, name = ''] = /^([^#]*)(#.*)?$/.exec(uri.trim()) ?? []
    return (await fetchFile(plain, `${into}/${at}`, call)) + name
  })
}
