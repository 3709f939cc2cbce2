import { AuthError } from '../auth-error.js'
import type { Principal } from '../principal.js'
import type { KeySource, SigningCredential } from '../sigv4/verify.js'
import type { Directory } from './directory.js'
import type { KeyDocument } from './documents.js'
import { roleSession, rootOf, userOf } from './principals.js'
import { openSession, type SessionClaims } from './session-token.js'

interface Known extends SigningCredential {
  /** Epoch seconds. */
  readonly expiresAt?: number
}

/** More than the keys and sessions that are in use at once. */
const KEPT = 10_000

/**
 * The keys of a directory, for signatures. What was looked up is kept until the directory changes,
 * by whichever process.
 */
export function keysOf(directory: Directory): KeySource {
  let version = ''
  const kept = new Map<string, Known>()
  return {
    find(accessKeyId, sessionToken, now) {
      const current = directory.version()
      if (current !== version || kept.size >= KEPT) kept.clear()
      version = current
      const id = `${accessKeyId} ${sessionToken ?? ''}`
      const known =
        kept.get(id) ??
        (sessionToken === undefined
          ? longLived(directory, accessKeyId)
          : ofSession(directory, accessKeyId, sessionToken))
      if (known.expiresAt !== undefined && known.expiresAt * 1000 <= now.getTime())
        throw new AuthError(
          'expired-token',
          'The security token included in the request is expired',
        )
      kept.set(id, known)
      return known
    },
  }
}

function longLived(directory: Directory, id: string): Known {
  const key = directory.key(id)
  const secret = key?.isActive ? directory.secretOf(key) : undefined
  const principal = key && principalOfKey(directory, key)
  if (secret === undefined || !principal) throw unknown()
  return { secret, principal }
}

function ofSession(directory: Directory, accessKeyId: string, token: string): Known {
  const claims = openSession(directory.tokens, token)
  const principal = claims && principalOfSession(directory, claims)
  if (!claims || !principal || claims.accessKeyId !== accessKeyId) throw unknown()
  return { secret: claims.secret, principal, expiresAt: claims.expiresAt }
}

function principalOfKey(directory: Directory, key: KeyDocument): Principal | undefined {
  const { account } = directory
  if (key.user === undefined) return { ...rootOf(account), accessKeyId: key.id }
  const user = directory.user(key.user)
  return user && { ...userOf(account, user), accessKeyId: key.id }
}

/** Undefined when the role or user of a session is gone, or another of the same name. */
function principalOfSession(directory: Directory, claims: SessionClaims): Principal | undefined {
  const { account } = directory
  const { role, user, sourceIdentity, policies, policyNames, accessKeyId } = claims
  const session = {
    createdAt: new Date(claims.createdAt * 1000),
    expiresAt: new Date(claims.expiresAt * 1000),
    mfaAuthenticated: false,
    ...(sourceIdentity !== undefined && { sourceIdentity }),
    ...(policies && { policies }),
    ...(policyNames && { policyNames }),
  }
  if (role) {
    const found = directory.role(role.name)
    if (found?.id !== role.id) return undefined
    const principal = roleSession(account, found, role.session, session)
    return {
      ...principal,
      accessKeyId,
      tags: { ...found.tags, ...claims.tags },
      session: { ...principal.session, ...session },
    }
  }
  if (!user) return { ...rootOf(account), accessKeyId, session }
  const found = directory.user(user.name)
  return found?.id === user.id ? { ...userOf(account, found), accessKeyId, session } : undefined
}

function unknown(): AuthError {
  return new AuthError('unknown-key', 'The security token included in the request is invalid.')
}
