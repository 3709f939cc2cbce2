import { HeadrigError } from '../../core/errors.js'
import type { Directory } from './directory.js'
import { newId, newSecret } from './ids.js'
import { LONGEST_TOKEN, sealSession, type SessionClaims } from './session-token.js'

/** Credentials that end by themselves. */
export interface SessionCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly expiresAt: Date
  /** How much of what a token can hold is used, in percent. */
  readonly fill: number
}

/** Whose session, for how long, with which limits. */
export type SessionWish = Omit<
  SessionClaims,
  'accessKeyId' | 'secret' | 'createdAt' | 'expiresAt'
> & { readonly seconds: number; readonly now: Date }

/**
 * New temporary credentials; nothing is kept of them here.
 * @throws HeadrigError `invalid` when policies and tags are more than a token can hold
 */
export function issueSession(
  directory: Directory,
  { seconds, now, ...wish }: SessionWish,
): SessionCredentials {
  const createdAt = Math.floor(now.getTime() / 1000)
  const claims: SessionClaims = {
    ...wish,
    accessKeyId: newId('ASIA'),
    secret: newSecret(),
    createdAt,
    expiresAt: createdAt + seconds,
  }
  const sessionToken = sealSession(directory.tokens, claims)
  if (sessionToken.length > LONGEST_TOKEN)
    throw new HeadrigError(
      'invalid',
      `the session's policies and tags make a token of ${sessionToken.length} characters, ${LONGEST_TOKEN} are the most: name policies instead of writing them`,
    )
  return {
    accessKeyId: claims.accessKeyId,
    secretAccessKey: claims.secret,
    sessionToken,
    expiresAt: new Date(claims.expiresAt * 1000),
    fill: Math.ceil((sessionToken.length / LONGEST_TOKEN) * 100),
  }
}
