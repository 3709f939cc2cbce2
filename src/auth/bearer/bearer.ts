import {
  createLocalJWKSet,
  createRemoteJWKSet,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
} from 'jose'
import type { Directory } from '../keys/directory.js'
import { roleSession } from '../keys/principals.js'
import type { Principal } from '../principal.js'
import { refused, verifyToken } from './verify-token.js'

/** Whom an identity provider's tokens let in, and as which role. */
export interface BearerOptions {
  /** The provider, as its tokens have it in `iss`. */
  readonly issuer: string
  /** For whom the tokens are: `aud`. */
  readonly audience: string
  /** The provider's keys, or where they are published. */
  readonly keys: JSONWebKeySet | URL
  /** Tried from the top, the first that matches gives the role; a token that none matches is refused. */
  readonly roles: readonly RoleMapping[]
}

export interface RoleMapping {
  /** The claim to look at: `groups`, `sub`. */
  readonly claim: string
  /** The claim's value, or one of its values. */
  readonly value: string
  /** By name. */
  readonly role: string
}

/**
 * A check of bearer tokens (OIDC): signature, issuer, audience and time, then the role that the
 * claims map to. Its sessions end with the token.
 * @throws AuthError (the check) for a token that is not let in
 * @example const check = bearerCheck(directory, { issuer, audience: 'headrig', keys: new URL('https://id.example/jwks'), roles })
 *          const principal = await check(token, new Date())
 */
export function bearerCheck(
  directory: Directory,
  { issuer, audience, keys, roles }: BearerOptions,
): (token: string, now: Date) => Promise<Principal> {
  const source: JWTVerifyGetKey =
    keys instanceof URL ? createRemoteJWKSet(keys) : createLocalJWKSet(keys)
  return async (token, now) => {
    const claims = await verifyToken(token, source, { issuer, audience, now })
    const mapping = roles.find(({ claim, value }) => has(claims, claim, value))
    const role = mapping && directory.role(mapping.role)
    if (!role) throw refused('no role is mapped to the claims of the token')
    const session = (claims.sub ?? '')
      .replace(/[^\w+=,.@-]/g, '_')
      .slice(0, 64)
      .padEnd(2, '_')
    return roleSession(directory.account, role, session, {
      createdAt: new Date((claims.iat ?? now.getTime() / 1000) * 1000),
      expiresAt: new Date((claims.exp ?? 0) * 1000),
    })
  }
}

/** Own claims only: a claim may be called like a method of all objects. */
function has(claims: JWTPayload, name: string, value: string): boolean {
  const given: unknown = Object.hasOwn(claims, name) ? claims[name] : undefined
  return Array.isArray(given) ? given.includes(value) : given === value
}
