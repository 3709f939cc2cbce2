import { AwsError } from '../wire/aws-error.js'

/** What a caller asked wrongly, as operations on job flows say it. */
export function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message)
}

/** What a caller asked wrongly, as later operations say it: `ErrorCode` is one of its own. */
export function invalidRequest(message: string, code = 'ValidationException'): AwsError {
  return new AwsError('InvalidRequestException', message, { members: { ErrorCode: code } })
}
