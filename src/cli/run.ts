import { ExitCode, proposeCompletions, run as runApplication } from '@stricli/core'
import { application } from './application.js'
import type { Cli } from './cli.js'
import { refuseLater } from './later.js'
import { exitCodeOf, renderError } from './render-error.js'
import type { System } from './system.js'

/**
 * Runs one command line and gives its exit code; never throws and never exits.
 * @example await run(['tables', '--lake', 'lake'], processSystem()) // 0
 */
export async function run(argv: readonly string[], system: System): Promise<number> {
  const debug = argv.includes('--debug')
  const abort = new AbortController()
  const stop = system.onInterrupt(() => {
    if (system.stderr.isTTY) system.stderr.write('\nstopping; Ctrl-C again ends it at once\n')
    abort.abort()
  })
  try {
    refuseLater(argv)
    const process: { stdout: Sink; stderr: Sink; exitCode?: number | string | null } = {
      stdout: { write: (text) => void system.stdout.write(text) },
      stderr: { write: (text) => void system.stderr.write(text) },
    }
    const app = application(debug)
    const cli: Cli & { readonly process: typeof process } = {
      process,
      system,
      signal: abort.signal,
      exitWith: (code) => void (process.exitCode = code),
      async propose(words) {
        const found = await proposeCompletions(app, words, cli)
        return found.map(({ completion }) => completion)
      },
    }
    await runApplication(app, argv, cli)
    return publicCode(Number(process.exitCode ?? 0))
  } catch (error) {
    system.stderr.write(`${renderError(error, debug)}\n`)
    return exitCodeOf(error)
  } finally {
    stop()
  }
}

interface Sink {
  readonly write: (text: string) => void
}

/** The argument parser has negative codes of its own; a script sees 2 (its input) or 1 (a bug). */
function publicCode(code: number): number {
  if (code === ExitCode.UnknownCommand || code === ExitCode.InvalidArgument) return 2
  return code < 0 ? 1 : code
}
