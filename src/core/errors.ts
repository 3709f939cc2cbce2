/** What went wrong, in the words both the CLI and an HTTP server translate. */
export const ERROR_KINDS = {
  invalid: { status: 400, exit: 2 },
  unauthenticated: { status: 401, exit: 3 },
  forbidden: { status: 403, exit: 3 },
  'not-found': { status: 404, exit: 4 },
  conflict: { status: 409, exit: 5 },
  unavailable: { status: 503, exit: 6 },
  internal: { status: 500, exit: 1 },
} as const

export type ErrorKind = keyof typeof ERROR_KINDS

/**
 * The one error class. The message is lower case without a full stop, prints the bad value and
 * says what to do; `details` is machine-readable context: never a secret, never a whole record.
 */
export class HeadrigError extends Error {
  override readonly name = 'HeadrigError'
  readonly kind: ErrorKind
  readonly details: Readonly<Record<string, unknown>>

  constructor(
    kind: ErrorKind,
    message: string,
    options: ErrorOptions & { details?: Record<string, unknown> } = {},
  ) {
    super(message, options)
    this.kind = kind
    this.details = options.details ?? {}
  }
}

/** True when `error` is a HeadrigError of this kind. */
export function isKind(error: unknown, kind: ErrorKind): error is HeadrigError {
  return error instanceof HeadrigError && error.kind === kind
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** The message of the cause of what was thrown, where it has one: `fetch` says there why it failed. */
export function reasonOf(error: unknown): string {
  return messageOf(error instanceof Error && error.cause instanceof Error ? error.cause : error)
}

/** True for a Node system error with this code, such as `ENOENT`. */
export function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === code
}
