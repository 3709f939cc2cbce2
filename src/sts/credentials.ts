import { isKind } from '../core/errors.js'
import type { Directory } from '../auth/keys/directory.js'
import {
  issueSession,
  type SessionCredentials,
  type SessionWish,
} from '../auth/keys/issue-session.js'
import { AwsError } from '../wire/aws-error.js'
import type { JsonObject } from '../wire/service.js'

/** Issues a session. @throws AwsError `PackedPolicyTooLarge` */
export function issue(directory: Directory, wish: SessionWish): SessionCredentials {
  try {
    return issueSession(directory, wish)
  } catch (error) {
    if (!isKind(error, 'invalid')) throw error
    throw new AwsError('PackedPolicyTooLarge', error.message, { cause: error })
  }
}

/** As STS answers them. */
export function credentialsOf(session: SessionCredentials): JsonObject {
  return {
    AccessKeyId: session.accessKeyId,
    SecretAccessKey: session.secretAccessKey,
    SessionToken: session.sessionToken,
    Expiration: session.expiresAt.getTime() / 1000,
  }
}

/** What a call asks for, as a number of seconds within bounds. */
export function secondsOf(
  input: JsonObject,
  {
    least,
    most,
    initial,
  }: { readonly least: number; readonly most: number; readonly initial: number },
): number {
  const given = input['DurationSeconds']
  if (given === undefined) return Math.min(initial, most)
  if (typeof given === 'number' && Number.isInteger(given) && given >= least && given <= most)
    return given
  throw new AwsError(
    'ValidationError',
    `The requested DurationSeconds ${JSON.stringify(given)} is not between ${least} and ${most}`,
  )
}

/** @throws AwsError for what is asked with a second factor, which is not there */
export function refuseSecondFactor(input: JsonObject): void {
  if (input['SerialNumber'] !== undefined || input['TokenCode'] !== undefined)
    throw new AwsError('AccessDenied', 'MultiFactorAuthentication is not supported', {
      status: 403,
    })
}
