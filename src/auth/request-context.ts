import type { AccessRequest, Principal } from './principal.js'
import type { Context } from './policy/template.js'

/** What policies may ask about a call, beside who calls. */
export interface CallFacts {
  readonly now: Date
  /** As text; undefined where none is known. */
  readonly sourceIp?: string
  /** Whether the call came over TLS. */
  readonly secureTransport?: boolean
  readonly region: string
  readonly userAgent?: string
}

/** The condition keys of one request: the global ones, and those of the request itself. */
export function contextOf(principal: Principal, request: AccessRequest, facts: CallFacts): Context {
  const context = new Map<string, readonly string[]>()
  const set = (key: string, value: string | readonly string[] | undefined): void => {
    if (value !== undefined)
      context.set(key.toLowerCase(), typeof value === 'string' ? [value] : value)
  }
  const { session, tags, userName, arn, account, webIdentity } = principal
  for (const [key, value] of Object.entries(request.context ?? {})) set(key, value)
  set('aws:CurrentTime', facts.now.toISOString())
  set('aws:EpochTime', String(Math.floor(facts.now.getTime() / 1000)))
  set('aws:SourceIp', facts.sourceIp)
  set('aws:SecureTransport', facts.secureTransport?.toString())
  set('aws:RequestedRegion', facts.region)
  set('aws:UserAgent', facts.userAgent)
  set('aws:PrincipalArn', session?.issuer?.arn ?? arn)
  set('aws:PrincipalAccount', account)
  set('aws:PrincipalType', TYPES[principal.kind])
  set('aws:PrincipalIsAWSService', String(principal.kind === 'AWSService'))
  set('aws:userid', principal.principalId)
  set('aws:username', session?.issuer ? undefined : userName)
  for (const [key, value] of Object.entries(tags)) set(`aws:PrincipalTag/${key}`, value)
  if (webIdentity) {
    const { name, audience, subject, methods, provider } = webIdentity
    set(`${name}:aud`, audience)
    set(`${name}:sub`, subject)
    if (methods.length > 0) set(`${name}:amr`, methods)
    set('aws:FederatedProvider', provider)
  }
  if (session) {
    set('aws:MultiFactorAuthPresent', String(session.mfaAuthenticated))
    set('aws:TokenIssueTime', session.createdAt.toISOString())
    set('aws:SourceIdentity', session.sourceIdentity)
  }
  return context
}

const TYPES: Readonly<Record<Principal['kind'], string>> = {
  Root: 'Account',
  IAMUser: 'User',
  AssumedRole: 'AssumedRole',
  AWSService: 'Service',
  WebIdentityUser: 'FederatedUser',
}
