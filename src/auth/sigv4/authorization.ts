import { SIGNATURE_ALGORITHM } from '../../core/aws-signature.js'
import { AuthError } from '../auth-error.js'

/** What an `Authorization` header of Signature Version 4 says. */
export interface Authorization {
  readonly accessKeyId: string
  /** `yyyymmdd`. */
  readonly day: string
  readonly region: string
  readonly service: string
  /** Lower case, in their order. */
  readonly signedHeaders: readonly string[]
  /** 64 hex digits. */
  readonly signature: string
}

const LONGEST = 8192
const CREDENTIAL =
  /^([A-Za-z0-9]{16,128})\/(\d{8})\/([a-z0-9-]{1,64})\/([a-z0-9-]{1,64})\/aws4_request$/

/**
 * Takes the header apart.
 * @throws AuthError `missing` without one, `incomplete` for one that is something else
 */
export function parseAuthorization(header: string | undefined): Authorization {
  if (header === undefined || header.trim() === '')
    throw new AuthError('missing', 'Missing Authentication Token')
  if (header.length > LONGEST) throw incomplete(`is longer than ${LONGEST} characters`)
  const [algorithm, rest = ''] = halves(header.trim(), ' ')
  if (algorithm !== SIGNATURE_ALGORITHM)
    throw incomplete(`begins with ${shown(algorithm)}, not with ${SIGNATURE_ALGORITHM}`)
  const parts = new Map<string, string>()
  for (const part of rest.split(',')) {
    const [name, value = ''] = halves(part.trim(), '=')
    if (parts.has(name)) throw incomplete(`has ${shown(name)} twice`)
    parts.set(name, value)
  }
  const [, accessKeyId, day, region, service] = CREDENTIAL.exec(need(parts, 'Credential')) ?? []
  if (!accessKeyId || !day || !region || !service)
    throw incomplete('has a Credential that is not key/yyyymmdd/region/service/aws4_request')
  const signedHeaders = need(parts, 'SignedHeaders').split(';')
  if (signedHeaders.some((name, i) => i > 0 && name <= (signedHeaders[i - 1] ?? '')))
    throw incomplete('has SignedHeaders out of order or twice')
  if (signedHeaders.some((name) => !/^[a-z0-9-]+$/.test(name)))
    throw incomplete('has SignedHeaders that are no lower-case header names')
  const signature = need(parts, 'Signature')
  if (!/^[0-9a-f]{64}$/.test(signature))
    throw incomplete('has a Signature that is not 64 hex digits')
  return { accessKeyId, day, region, service, signedHeaders, signature }
}

function need(parts: ReadonlyMap<string, string>, name: string): string {
  const value = parts.get(name)
  if (!value) throw incomplete(`requires the parameter ${name}`)
  return value
}

function halves(text: string, mark: string): readonly [string, string?] {
  const at = text.indexOf(mark)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + mark.length)]
}

function incomplete(why: string): AuthError {
  return new AuthError('incomplete', `Authorization header ${why}`)
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 40))
}
