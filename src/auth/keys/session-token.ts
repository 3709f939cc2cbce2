import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Sealer } from './seal.js'

/** What a session token holds, so that nobody needs to keep sessions. Times are epoch seconds. */
export interface SessionClaims {
  /** `ASIA…`. */
  readonly accessKeyId: string
  readonly secret: string
  /** Whose session: a role's, a user's, or without either the account's own. */
  readonly role?: { readonly name: string; readonly id: string; readonly session: string }
  readonly user?: { readonly name: string; readonly id: string }
  readonly createdAt: number
  readonly expiresAt: number
  readonly tags: Readonly<Record<string, string>>
  readonly sourceIdentity?: string
  /** Policy documents that cap the session. */
  readonly policies?: readonly string[]
  /** Policies of the directory that cap it, by name. */
  readonly policyNames?: readonly string[]
}

/** The longest token: it goes along in a header with each request. */
export const LONGEST_TOKEN = 4096
const LONGEST_CLAIMS = 65_536
const LABEL = 'session'

/** An opaque text that cannot be made or changed without the master key. */
export function sealSession(tokens: Sealer, claims: SessionClaims): string {
  return tokens.seal(deflateRawSync(JSON.stringify(claims)), LABEL)
}

/** Undefined for a text that was not made here, or was changed. */
export function openSession(tokens: Sealer, token: string): SessionClaims | undefined {
  if (token.length > 2 * LONGEST_TOKEN) return undefined
  const plain = tokens.open(token, LABEL)
  if (!plain) return undefined
  const json = inflateRawSync(plain, { maxOutputLength: LONGEST_CLAIMS }).toString('utf8')
  return JSON.parse(json) as SessionClaims
}
