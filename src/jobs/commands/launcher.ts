import { HeadrigError } from '../../core/errors.js'
import { ticketVariables } from '../hadoop/kerberos.js'
import { hdfsPaths } from '../hadoop/hdfs-paths.js'
import type { Launcher } from '../launch.js'
import type { Command, CommandContext } from './command.js'
import { hadoopStreaming } from './hadoop-streaming.js'
import { hadoop, isStreamingJar } from './hadoop.js'
import { headrig } from './headrig.js'
import { runJar } from './jar.js'
import { REFUSED } from './refusals.js'
import { s3DistCp } from './s3-dist-cp.js'
import { scriptRunner } from './script-runner.js'
import { sparkExample } from './spark-example.js'
import { sparkSubmit } from './spark-submit.js'
import { hive, hiveScript, sparkSql } from './sql-script.js'
import { statePusher } from './state-pusher.js'

const COMMANDS: Readonly<Record<string, Command>> = {
  hadoop,
  'hadoop-streaming': hadoopStreaming,
  headrig,
  hive,
  'hive-script': hiveScript,
  'run-example': sparkExample,
  's3-dist-cp': s3DistCp,
  'spark-example': sparkExample,
  'spark-sql': sparkSql,
  'spark-submit': sparkSubmit,
  'state-pusher-script': statePusher,
}

/** Jars of EMR's, at the places that clients know them by. */
const JARS: readonly (readonly [RegExp, Command])[] = [
  [/^command-runner\.jar$/, (call) => run(call)],
  [/\/libs\/script-runner\/script-runner\.jar$/, (call) => runScript(call)],
  [/\/(?:emr-)?s3-?dist-?cp(?:-[\d.]+)?\.jar$/, s3DistCp],
]
/** Where EMR keeps its jars: its buckets, and folders of its nodes. */
const OF_EMR =
  /^(?:command-runner\.jar$|s3:\/\/(?:[a-z0-9-]+\.)?elasticmapreduce\/|\/home\/hadoop\/|\/usr\/(?:lib|share)\/)/
/** Programs of EMR's at a place in its buckets, which old clients run by `script-runner.jar`. */
const PROGRAM =
  /^s3:\/\/(?:[a-z0-9-]+\.)?elasticmapreduce\/libs\/(?:hive|pig|state-pusher)\/(?:[\w.]+\/)?([\w-]+)$/

/**
 * Finds what a step runs, by its jar: `command-runner.jar` runs its first argument, a program of EMR's or any other
 * on the path; `script-runner.jar` a script from a store; any other jar its main class.
 * @throws HeadrigError `invalid` by the launcher, for what headrig does not run
 */
export function commandLauncher(context: CommandContext): Launcher {
  const launch = jarLauncher(context)
  return async (spec, place) => {
    const found = await launch(spec, place)
    if (found.kind === 'work') return found
    return { ...found, environment: { ...found.environment, ...ticketVariables(context.ticket) } }
  }
}

function jarLauncher(context: CommandContext): Launcher {
  return async (spec, place) => {
    const { jar } = spec
    const given = { ...place, spec, args: spec.args, context }
    if (isStreamingJar(jar)) return hadoopStreaming(given)
    const call = { ...given, args: await hdfsPaths(given) }
    const own = OF_EMR.test(jar) ? JARS.find(([name]) => name.test(jar))?.[1] : undefined
    if (own !== undefined) return own(call)
    if (!/\.jar$/i.test(jar))
      throw new HeadrigError('invalid', `cannot run ${jar}: give command-runner.jar or a .jar`)
    return runJar(call)
  }
}

/** Runs the program that the first argument names. */
const run: Command = async (call) => {
  const [program = '', ...args] = call.args
  if (program === '')
    throw new HeadrigError('invalid', 'command-runner.jar has nothing to run: give its arguments')
  // The AWS CLI and users write both spark-submit and /usr/bin/spark-submit.
  const name = program.slice(program.lastIndexOf('/') + 1)
  const refused = Object.hasOwn(REFUSED, name) ? REFUSED[name] : undefined
  if (refused !== undefined) throw new HeadrigError('invalid', `cannot run ${program}: ${refused}`)
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  return command?.({ ...call, args }) ?? { kind: 'process', command: program, args }
}

/** What `script-runner.jar` was given: a script, or a program of EMR's by the place that it once had. */
const runScript: Command = (call) => {
  const [script = '', ...args] = call.args
  const program = PROGRAM.exec(script)?.[1] ?? (script.startsWith('/home/hadoop/') ? script : '')
  if (program === '') return scriptRunner(call)
  const name = program === 'fetch' ? 'state-pusher-script' : program
  return run({ ...call, args: [name, ...args] })
}
