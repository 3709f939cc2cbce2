import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { HeadrigError } from '../../core/errors.js'
import type { Launch } from '../launch.js'
import { sparkOf } from '../spark/driver.js'
import type { StepSpark } from '../spark/step-spark.js'
import type { Command, CommandCall } from './command.js'

/** `headrig collect …`, `headrig sql …`: our own command line, with the server's lake, as the step's process. */
export const headrig: Command = async (call) => {
  const { args } = call
  if (args[0] === 'submit') return ownCommand(await submitArguments(call), call)
  const asksForSpark = args.some(
    (word, at) => word === '--engine=spark' || (word === 'spark' && args[at - 1] === '--engine'),
  )
  if (!asksForSpark) return ownCommand(args, call)
  if (call.spec.role !== undefined)
    throw new HeadrigError(
      'invalid',
      '--engine spark works with the rights of the cluster, and the step has a role of its own: leave one of them out',
    )
  return ownCommand(args, call, await sparkOf(call))
}

/**
 * Our own command line with these arguments.
 * @param spark where `--engine spark` works
 * @throws HeadrigError `invalid` on a server that does not know its command line
 */
export async function ownCommand(
  args: readonly string[],
  { context, folder }: CommandCall,
  spark?: StepSpark,
): Promise<Launch> {
  const [command, ...first] = context.headrig ?? []
  if (command === undefined)
    throw new HeadrigError(
      'invalid',
      'this server does not run its own command line: call it beside the server',
    )
  return {
    kind: 'process',
    command,
    args: [...first, ...args],
    environment: {
      HEADRIG_QUIET: 'yes',
      HEADRIG_DATA: join(folder, 'data'),
      HEADRIG_TEMP: join(folder, 'tmp'),
      ...context.settings,
      ...(spark && {
        HEADRIG_SPARK_URL: spark.connectUrl,
        ...(spark.token !== undefined && { HEADRIG_SPARK_TOKEN: spark.token }),
      }),
    },
  }
}

/** `submit` with the step's cluster as its place, unless it names another. */
async function submitArguments(call: CommandCall): Promise<readonly string[]> {
  const { args, folder } = call
  const end = args.indexOf('--')
  const own = end < 0 ? args : args.slice(0, end)
  if (own.some((word) => /^--(?:local|master|cluster)(?:=|$)/.test(word))) return args
  const { master, home } = await sparkOf(call)
  const [jar] = home.extraJars
  const spark = [
    '--spark-home',
    home.folder,
    ...(jar === undefined ? [] : ['--spark-jars', dirname(jar)]),
  ]
  const [first = '', ...rest] = args
  if (!master.url.startsWith('spark:')) return [first, '--local', ...spark, ...rest]
  const secret = join(folder, 'master-secret')
  await writeFile(secret, master.secret ?? '', { mode: 0o600 })
  const enforced = Object.entries(master.enforced ?? {})
  const place = [
    '--master',
    master.url,
    '--master-secret-file',
    secret,
    '--driver-host',
    master.driverHost,
    ...enforced.flatMap(([name, value]) => ['--conf', `${name}=${value}`]),
  ]
  return [first, ...place, ...spark, ...rest]
}
