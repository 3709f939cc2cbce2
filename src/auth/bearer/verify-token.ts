import {
  errors,
  jwtVerify,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
} from 'jose'
import { AuthError } from '../auth-error.js'

/** Never `none`, never a shared secret. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'ES256', 'ES384', 'EdDSA']
const LONGEST = 16_384
const CLOCK_SECONDS = 60

export interface TokenOptions {
  /** As the token has it in `iss`. */
  readonly issuer: string
  /** For whom the token may be: one of these in `aud`. */
  readonly audience: string | readonly string[]
  readonly now: Date
}

/**
 * The claims of a token of an identity provider, when its signature, issuer, audience and time are right.
 * @throws AuthError for a token that is not
 */
export async function verifyToken(
  token: string,
  keys: JWTVerifyGetKey,
  { issuer, audience, now }: TokenOptions,
): Promise<JWTPayload> {
  if (token.length > LONGEST) throw refused(`the token is longer than ${LONGEST} characters`)
  const options: JWTVerifyOptions = {
    issuer,
    audience: typeof audience === 'string' ? audience : [...audience],
    algorithms: ALGORITHMS,
    requiredClaims: ['exp', 'sub'],
    clockTolerance: CLOCK_SECONDS,
    currentDate: now,
  }
  try {
    return (await jwtVerify(token, keys, options)).payload
  } catch (error) {
    if (error instanceof errors.JWTExpired)
      throw new AuthError('expired-token', 'The bearer token is expired')
    if (error instanceof errors.JOSEError) throw refused(error.message)
    throw error
  }
}

export function refused(why: string): AuthError {
  return new AuthError('unknown-key', `The bearer token is invalid: ${why}`)
}
