import { isKind } from '../core/errors.js'
import type { Directory } from './keys/directory.js'
import {
  decide,
  type Caller,
  type Decision,
  type PolicyLayer,
  type PolicySet,
} from './policy/decide.js'
import { parsePolicy } from './policy/parse.js'
import type { Policy } from './policy/policy.js'
import type { AccessRequest, Principal } from './principal.js'
import { contextOf, type CallFacts } from './request-context.js'

/** More than the policies in use. */
const KEPT = 1000

/** A policy that no longer reads as one allows nothing, and denies all. */
const DENY_ALL =
  '{"Version":"2012-10-17","Statement":[{"Sid":"Unreadable","Effect":"Deny","Action":"*","Resource":"*"}]}'

/** Decides by the policies of a directory. */
export class Authoriser {
  readonly #directory: Directory
  readonly #parsed = new Map<string, Policy>()
  readonly #sets = new Map<string, PolicySet>()
  #version = ''

  constructor(directory: Directory) {
    this.#directory = directory
  }

  /**
   * Why not, in AWS's words; undefined when all requests are allowed. The account itself (root) may
   * do everything.
   * @example authoriser.denial(principal, [{ action: 'elasticmapreduce:ListClusters', resource: '*' }], { now, region, secureTransport: true })
   */
  denial(
    principal: Principal,
    requests: readonly AccessRequest[],
    facts: CallFacts,
  ): string | undefined {
    for (const request of requests) {
      const decision = this.decide(principal, request, facts)
      if (!decision.allowed) return denialOf(principal, request, decision)
    }
    return undefined
  }

  /** The decision on one request, with the policy that made it. `trust`: of the role to be assumed. */
  decide(
    principal: Principal,
    request: AccessRequest,
    facts: CallFacts,
    trust?: { readonly role: string; readonly text: string },
  ): Decision {
    const isBare =
      principal.session?.policies === undefined && principal.session?.policyNames === undefined
    if (principal.kind === 'Root' && isBare && !trust) return { allowed: true }
    const context = contextOf(principal, request, facts)
    const policies = this.#policiesOf(principal)
    const resource = trust && this.#parse(trust.text, `trust of ${trust.role}`, 'trust')
    return decide(
      { ...policies, ...(resource && { resource, resourceMustAllow: true }) },
      { ...request, caller: callerOf(principal), context },
    )
  }

  #policiesOf(principal: Principal): PolicySet {
    const version = this.#directory.version()
    if (version !== this.#version || this.#sets.size >= KEPT) this.#sets.clear()
    this.#version = version
    const id = `${principal.arn} ${principal.accessKeyId ?? ''} ${principal.session?.createdAt.getTime() ?? ''}`
    const kept = this.#sets.get(id)
    if (kept) return kept
    const set = this.#readPolicies(principal)
    this.#sets.set(id, set)
    return set
  }

  #readPolicies({ kind, session, userName }: Principal): PolicySet {
    const role = session?.issuer && this.#directory.role(session.issuer.userName)
    const user = userName === undefined ? undefined : this.#directory.user(userName)
    const owner = session?.issuer ? role : user
    const own = owner?.policies ?? []
    const ofGroups = user && !role ? this.#directory.groups.policiesOf(user) : []
    const identity = kind === 'Root' ? ['AdministratorAccess'] : [...own, ...ofGroups]
    const named = (name: string): Policy =>
      this.#parse(this.#directory.policy(name)?.text ?? DENY_ALL, name, 'identity')
    const inline = (session?.policies ?? []).map((text) =>
      this.#parse(text, 'of the session', 'identity'),
    )
    const caps = [...inline, ...(session?.policyNames ?? []).map(named)]
    return {
      identity: identity.map(named),
      ...(owner?.boundary !== undefined && { boundary: named(owner.boundary) }),
      ...(caps.length > 0 && { session: caps }),
    }
  }

  #parse(text: string, name: string, kind: 'identity' | 'trust'): Policy {
    const id = `${kind} ${name} ${text}`
    const kept = this.#parsed.get(id)
    if (kept) return kept
    if (this.#parsed.size >= KEPT) this.#parsed.clear()
    const policy = readable(text, name, kind)
    this.#parsed.set(id, policy)
    return policy
  }
}

function readable(text: string, name: string, kind: 'identity' | 'trust'): Policy {
  try {
    return parsePolicy(text, name, kind)
  } catch (error) {
    if (!isKind(error, 'invalid')) throw error
    return parsePolicy(DENY_ALL, `${name} (unreadable)`, 'identity')
  }
}

function callerOf({ account, arn, session, kind, principalId, webIdentity }: Principal): Caller {
  return {
    account,
    arn,
    ...(session?.issuer && { roleArn: session.issuer.arn }),
    ...(kind === 'AWSService' && { service: principalId }),
    ...(webIdentity && { federated: webIdentity.provider }),
  }
}

const LAYERS: Readonly<Record<PolicyLayer, string>> = {
  identity: 'identity-based policy',
  resource: 'resource-based policy',
  boundary: 'permissions boundary',
  session: 'session policy',
}

/** As AWS words it. */
export function denialOf(
  { arn }: Principal,
  { action, resource }: AccessRequest,
  { isExplicit, layer }: Exclude<Decision, { readonly allowed: true }>,
): string {
  const article = layer === 'identity' ? 'an' : 'a'
  const why = isExplicit
    ? `with an explicit deny in ${article} ${LAYERS[layer]}`
    : `because no ${LAYERS[layer]} allows the ${action} action`
  return `User: ${arn} is not authorized to perform: ${action} on resource: ${resource} ${why}`
}

/** The request that handing a role to a service makes; every API that takes a role asks it. */
export function passRole(roleArn: string, service: string): AccessRequest {
  return {
    action: 'iam:PassRole',
    resource: roleArn,
    context: { 'iam:PassedToService': service },
  }
}
