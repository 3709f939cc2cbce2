import { inspect } from 'node:util'
import { ERROR_KINDS, HeadrigError, messageOf } from '../core/errors.js'

/** What the machine refused, by Node's code, in the exit codes of the command line. */
const SYSTEM_ERRORS: Readonly<Record<string, number>> = {
  ENOENT: ERROR_KINDS['not-found'].exit,
  ENOTDIR: ERROR_KINDS.invalid.exit,
  EISDIR: ERROR_KINDS.invalid.exit,
  EACCES: ERROR_KINDS.forbidden.exit,
  EPERM: ERROR_KINDS.forbidden.exit,
  EROFS: ERROR_KINDS.forbidden.exit,
  ENOSPC: ERROR_KINDS.unavailable.exit,
  EMFILE: ERROR_KINDS.unavailable.exit,
}

/** The exit code for anything thrown: that of its kind, or 1 for a bug. */
export function exitCodeOf(error: unknown): number {
  if (isAbort(error)) return 130
  if (error instanceof HeadrigError) return ERROR_KINDS[error.kind].exit
  return systemExit(error) ?? ERROR_KINDS.internal.exit
}

/**
 * What to print for anything thrown, without a line end: the message alone when the user can act on it,
 * else that this is a bug and where to report it. `debug` adds the stack and its causes.
 */
export function renderError(error: unknown, debug: boolean): string {
  if (isAbort(error)) return 'interrupted'
  const stack = debug ? `\n${inspect(error, { depth: 6 })}` : ''
  const bug =
    error instanceof HeadrigError ? error.kind === 'internal' : systemExit(error) === undefined
  if (!bug) return `error: ${messageOf(error)}${stack}`
  const hint = debug ? '' : '\nrun it again with --debug to see where it comes from'
  return `error: ${messageOf(error)}\nthis is a bug in headrig: please report it to its issue tracker, with the command you ran${hint}${stack}`
}

/** True for what an aborted signal throws. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError'
}

function systemExit(error: unknown): number | undefined {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
  return SYSTEM_ERRORS[code ?? '']
}
