import { holds } from './condition.js'
import type { Choice, Policy, PrincipalPattern, ResourcePattern, Statement } from './policy.js'
import { fill, splitArn, type Context } from './template.js'
import { isMatch } from './wildcard.js'

/** All the policies that speak about one caller and one thing. */
export interface PolicySet {
  /** Of the user or role. */
  readonly identity: readonly Policy[]
  /** Of the thing itself, or who may assume a role. */
  readonly resource?: Policy
  /** Whether that must speak for the caller in any case: a role's trust policy. */
  readonly resourceMustAllow?: boolean
  /** The most that the user or role may do. */
  readonly boundary?: Policy
  /** The most that this session may do. */
  readonly session?: readonly Policy[]
}

/** Who asks, as far as policies of resources tell callers apart. */
export interface Caller {
  readonly account: string
  /** Of the user or the session. */
  readonly arn: string
  /** Of the role of a session. */
  readonly roleArn?: string
  /** `emr.amazonaws.com`: a service itself asks. */
  readonly service?: string
  /** Of a token's provider: only who names it speaks of its callers. */
  readonly federated?: string
}

export interface PolicyRequest {
  readonly action: string
  readonly resource: string
  readonly caller: Caller
  readonly context: Context
}

/** Which kind of policy decided. */
export type PolicyLayer = 'identity' | 'resource' | 'boundary' | 'session'

export type Decision =
  | { readonly allowed: true }
  | {
      readonly allowed: false
      readonly isExplicit: boolean
      readonly layer: PolicyLayer
      readonly statement?: string
    }

/**
 * May they? As IAM decides within one account: an explicit deny anywhere wins; a boundary and a
 * session's policies cap what the identity's allow; a policy of the resource that names the user or
 * session itself needs no other, one that names the role is capped, one that names the account only
 * leaves it to the identity's policies.
 * Source: AWS, "Policy evaluation logic".
 */
export function decide(policies: PolicySet, request: PolicyRequest): Decision {
  const layers: readonly (readonly [PolicyLayer, readonly Policy[]])[] = [
    ['identity', policies.identity],
    ['resource', policies.resource ? [policies.resource] : []],
    ['boundary', policies.boundary ? [policies.boundary] : []],
    ['session', policies.session ?? []],
  ]
  for (const [layer, list] of layers)
    for (const policy of list)
      for (const statement of policy.statements)
        if (!statement.isAllow && applies(statement, request) !== 'no') {
          const where = `${policy.name}, statement ${statement.label}`
          return { allowed: false, isExplicit: true, layer, statement: where }
        }
  const grant = policies.resource ? best(policies.resource, request) : 'no'
  if (grant === 'direct') return { allowed: true }
  const refused = (layer: PolicyLayer): Decision => ({ allowed: false, isExplicit: false, layer })
  const isAllowed = (list: readonly Policy[]): boolean =>
    list.some((policy) => best(policy, request) !== 'no')
  if (grant === 'no' && policies.resourceMustAllow) return refused('resource')
  if (grant !== 'role' && !isAllowed(policies.identity)) return refused('identity')
  if (policies.boundary && !isAllowed([policies.boundary])) return refused('boundary')
  if (policies.session && !isAllowed(policies.session)) return refused('session')
  return { allowed: true }
}

/** How a statement speaks of the caller: as itself, by its role, by its account, or not. */
type Grant = 'direct' | 'role' | 'account' | 'no'
const GRANTS: readonly Grant[] = ['direct', 'role', 'account']

function best(policy: Policy, request: PolicyRequest): Grant {
  const grants = new Set(
    policy.statements.filter((s) => s.isAllow).map((statement) => applies(statement, request)),
  )
  return GRANTS.find((grant) => grants.has(grant)) ?? 'no'
}

function applies(
  statement: Statement,
  { action, resource, caller, context }: PolicyRequest,
): Grant {
  const { actions, resources, principals, conditions } = statement
  const lower = action.toLowerCase()
  const isAction = (pattern: (typeof actions.patterns)[number]): boolean =>
    isMatch(fill(pattern, context) ?? [], lower)
  if (actions.patterns.some(isAction) === actions.isNot) return 'no'
  if (resources) {
    const parts = splitArn(resource)
    const covered = resources.patterns.map((pattern) => covers(pattern, parts, context))
    if (covered.includes(true) === resources.isNot) return 'no'
    // What an exception means is not known: it must not widen what is allowed.
    if (resources.isNot && statement.isAllow && covered.includes(undefined)) return 'no'
  }
  const grant = principals ? grantOf(principals, caller, statement.isAllow) : 'direct'
  if (grant === 'no') return 'no'
  return conditions.every((condition) => holds(condition, context, statement.isAllow))
    ? grant
    : 'no'
}

/** Undefined: a variable of the pattern has no value, so it is no resource at all. */
function covers(
  pattern: ResourcePattern,
  parts: readonly string[],
  context: Context,
): boolean | undefined {
  if (pattern === '*') return true
  const filled = pattern.map((template) => fill(template, context))
  if (filled.includes(undefined)) return undefined
  return (
    parts.length === 6 &&
    filled.every((part, i) => part !== undefined && isMatch(part, parts[i] ?? ''))
  )
}

function grantOf(choice: Choice<PrincipalPattern>, caller: Caller, isAllow: boolean): Grant {
  if (caller.federated !== undefined) return federatedGrant(choice, caller.federated, isAllow)
  const { isNot, patterns } = choice
  const grants = new Set(patterns.map((pattern) => namedBy(pattern, caller)))
  const found = GRANTS.find((grant) => grants.has(grant)) ?? 'no'
  if (!isNot) return found
  return found === 'no' || found === 'account' ? 'direct' : 'no'
}

/** Whom nobody but a provider knows is not let in by an exception, nor by `*`; both may keep them out. */
function federatedGrant(
  { isNot, patterns }: Choice<PrincipalPattern>,
  provider: string,
  isAllow: boolean,
): Grant {
  const isNamed = patterns.some(
    ({ type, value }) =>
      (type === 'Federated' && value === provider) || (value === '*' && !isAllow),
  )
  if (isAllow) return isNamed && !isNot ? 'direct' : 'no'
  return isNamed === isNot ? 'no' : 'direct'
}

function namedBy({ type, value }: PrincipalPattern, caller: Caller): Grant {
  if (type === 'Service') return caller.service === value ? 'direct' : 'no'
  if (type !== 'AWS' && type !== '*') return 'no'
  if (value === '*' || (value === caller.arn && caller.service === undefined)) return 'direct'
  if (value === caller.roleArn) return 'role'
  const isAccount = value === caller.account || value === `arn:aws:iam::${caller.account}:root`
  return isAccount && caller.service === undefined ? 'account' : 'no'
}
