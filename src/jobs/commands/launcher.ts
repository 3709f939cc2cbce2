import { HeadrigError } from '../../core/errors.js'
import type { Launcher } from '../launch.js'
import type { Command, CommandContext } from './command.js'
import { hadoopStreaming } from './hadoop-streaming.js'
import { hadoop, isStreamingJar } from './hadoop.js'
import { REFUSED } from './refusals.js'
import { scriptRunner } from './script-runner.js'
import { statePusher } from './state-pusher.js'

const COMMANDS: Readonly<Record<string, Command>> = {
  hadoop,
  'hadoop-streaming': hadoopStreaming,
  'state-pusher-script': statePusher,
}
const SCRIPT_RUNNER =
  /^s3:\/\/(?:[a-z0-9-]+\.)?elasticmapreduce\/libs\/script-runner\/script-runner\.jar$/

/**
 * Finds what a step runs, by its jar: `command-runner.jar` runs its first argument, a program of EMR's or any other
 * on the path; `script-runner.jar` a script from a store.
 * @throws HeadrigError `invalid` by the launcher, for what headrig does not run
 */
export function commandLauncher(context: CommandContext): Launcher {
  return async (spec, place) => {
    const { jar, args } = spec
    if (SCRIPT_RUNNER.test(jar)) return scriptRunner({ ...place, spec, args, context })
    if (isStreamingJar(jar)) return hadoopStreaming({ ...place, spec, args, context })
    if (jar !== 'command-runner.jar')
      throw new HeadrigError('invalid', `cannot run ${jar}: not yet; give command-runner.jar`)
    const [program = '', ...rest] = args
    if (program === '')
      throw new HeadrigError('invalid', 'command-runner.jar has nothing to run: give its arguments')
    // The AWS CLI and users write both spark-submit and /usr/bin/spark-submit.
    const name = program.slice(program.lastIndexOf('/') + 1)
    const refused = Object.hasOwn(REFUSED, name) ? REFUSED[name] : undefined
    if (refused !== undefined)
      throw new HeadrigError('invalid', `cannot run ${program}: ${refused}`)
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
    return (
      command?.({ ...place, spec, args: rest, context }) ?? {
        kind: 'process',
        command: program,
        args: rest,
      }
    )
  }
}
