import {
  createLocalJWKSet,
  createRemoteJWKSet,
  decodeJwt,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
} from 'jose'
import { AuthError } from '../auth-error.js'
import type { Directory } from '../keys/directory.js'
import type { ProviderDocument } from '../keys/documents.js'
import { providerName } from '../keys/providers.js'
import type { Principal } from '../principal.js'
import { refused, verifyToken } from './verify-token.js'

const TIMEOUT_MS = 5000

/**
 * Finds out whom a token of one of the directory's identity providers (OpenID Connect) speaks of.
 * @throws AuthError (the check) for a token that is not let in
 * @example const principal = await webIdentityCheck(directory)(token, new Date())
 */
export function webIdentityCheck(
  directory: Directory,
): (token: string, now: Date) => Promise<Principal> {
  const sources = new Map<string, JWTVerifyGetKey>()
  const keysOf = (provider: ProviderDocument): JWTVerifyGetKey => {
    const id = JSON.stringify(provider)
    const kept = sources.get(id)
    if (kept) return kept
    const { keys } = provider
    const made =
      typeof keys === 'string'
        ? reachable(createRemoteJWKSet(new URL(keys), { timeoutDuration: TIMEOUT_MS }))
        : createLocalJWKSet(keys as unknown as JSONWebKeySet)
    if (sources.size >= directory.providers.list().length) sources.clear()
    sources.set(id, made)
    return made
  }
  return async (token, now) => {
    const provider = directory.providers.get(providerName(issuerOf(token)))
    if (!provider) throw refused('no identity provider of this server issued it')
    const { url: issuer, audiences } = provider
    const claims = await verifyToken(token, keysOf(provider), { issuer, audience: audiences, now })
    return principalOf(directory.account, provider, claims)
  }
}

/** That a provider cannot be asked is not the token's fault: clients try again. */
function reachable(source: JWTVerifyGetKey): JWTVerifyGetKey {
  return async (...asked) => {
    try {
      return await source(...asked)
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey) throw error
      throw new AuthError('unreachable', "The identity provider's keys could not be read")
    }
  }
}

/** What the token says; whether it is true is found out with its keys. */
function issuerOf(token: string): string {
  try {
    return decodeJwt(token).iss ?? ''
  } catch {
    throw refused('it is no JSON Web Token')
  }
}

function principalOf(
  account: string,
  { name, audiences }: ProviderDocument,
  { aud, sub = '', amr }: JWTPayload,
): Principal {
  const provider = `arn:aws:iam::${account}:oidc-provider/${name}`
  const audience = [aud ?? []].flat().filter((one) => audiences.includes(one))
  const principalId = `${provider}:${audience[0] ?? ''}:${sub}`
  const methods = Array.isArray(amr) ? amr.filter((one) => typeof one === 'string') : []
  return {
    kind: 'WebIdentityUser',
    account,
    arn: principalId,
    principalId,
    tags: {},
    webIdentity: { provider, name, subject: sub, audience, methods },
  }
}
