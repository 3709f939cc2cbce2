import { HeadrigError, type ErrorKind } from '../core/errors.js'
import { AwsError } from '../wire/aws-error.js'

const CODES: Readonly<Record<ErrorKind, readonly [code: string, status: number]>> = {
  invalid: ['ValidationException', 400],
  unauthenticated: ['UnrecognizedClientException', 403],
  forbidden: ['AccessDeniedException', 400],
  'not-found': ['InvalidRequestException', 400],
  conflict: ['InvalidRequestException', 400],
  unavailable: ['ServiceUnavailable', 503],
  internal: ['InternalFailure', 500],
}

/** What a client is told of anything that was thrown: of a bug, only that there is one. */
export function asAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error
  if (!(error instanceof HeadrigError) || error.kind === 'internal')
    return new AwsError(
      'InternalFailure',
      'An internal error occurred: see the log of the server',
      {
        status: 500,
        cause: error,
      },
    )
  const [code, status] = CODES[error.kind]
  return new AwsError(code, error.message, { status, cause: error })
}
