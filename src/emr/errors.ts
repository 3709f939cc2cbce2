import { AwsError } from '../wire/aws-error.js'

/** What a caller asked wrongly, as EMR says it: `ErrorCode` is one of its own. */
export function invalidRequest(message: string, code = 'ValidationException'): AwsError {
  return new AwsError('InvalidRequestException', message, { members: { ErrorCode: code } })
}
