import type { Authoriser } from '../auth/authoriser.js'
import type { Directory } from '../auth/keys/directory.js'
import type { RoleDocument } from '../auth/keys/documents.js'
import type { AccessRequest } from '../auth/principal.js'
import { AwsError } from '../wire/aws-error.js'
import type { AwsOperation, Call, JsonObject } from '../wire/service.js'
import { credentialsOf, issue, refuseSecondFactor, secondsOf } from './credentials.js'
import { limitsOf, tagsOf, textOf } from './session-input.js'

const HOUR = 3600

/** A session of a role, for whom the role's trust policy lets in. */
export function assumeRole(directory: Directory, authoriser: Authoriser): AwsOperation {
  return {
    readOnly: true,
    // The trust policy decides together with the caller's: `run` asks them.
    access: () => [],
    run(input, call) {
      refuseSecondFactor(input)
      const { principal, now } = call
      const arn = textOf(input, 'RoleArn') ?? ''
      if (principal.kind === 'Root') throw denied('Roles may not be assumed by root accounts.')
      const role = directory.role(roleName(arn, directory.account))
      const tags = tagsOf(input)
      if (role) checkLeave(role, arn, input, { call, tags, authoriser })
      else throw notAuthorised(principal.arn, 'sts:AssumeRole', arn)
      const limits = limitsOf(input, directory)
      const most = principal.session?.issuer ? Math.min(HOUR, role.maxSession) : role.maxSession
      const seconds = secondsOf(input, { least: 900, most, initial: HOUR })
      const sourceIdentity = sourceIdentityOf(input, call)
      const name = textOf(input, 'RoleSessionName') ?? ''
      const session = issue(directory, {
        role: { name: role.name, id: role.id, session: name },
        tags,
        ...limits,
        ...(sourceIdentity !== undefined && { sourceIdentity }),
        seconds,
        now,
      })
      return {
        Credentials: credentialsOf(session),
        AssumedRoleUser: {
          AssumedRoleId: `${role.id}:${name}`,
          Arn: `arn:aws:sts::${directory.account}:assumed-role/${role.name}/${name}`,
        },
        PackedPolicySize: session.fill,
        ...(sourceIdentity !== undefined && { SourceIdentity: sourceIdentity }),
      }
    },
  }
}

interface Asked {
  readonly call: Call
  readonly tags: Readonly<Record<string, string>>
  readonly authoriser: Authoriser
}

/** All that the call does must be allowed, by the trust policy too. */
function checkLeave(
  role: RoleDocument,
  resource: string,
  input: JsonObject,
  { call, tags, authoriser }: Asked,
): void {
  const seconds = input['DurationSeconds']
  const context: Record<string, string | readonly string[]> = {
    ...named('sts:RoleSessionName', textOf(input, 'RoleSessionName')),
    ...named('sts:ExternalId', textOf(input, 'ExternalId')),
    ...named('sts:SourceIdentity', textOf(input, 'SourceIdentity')),
    ...(typeof seconds === 'number' && { 'sts:DurationSeconds': String(seconds) }),
  }
  for (const [key, value] of Object.entries(tags)) context[`aws:RequestTag/${key}`] = value
  for (const [key, value] of Object.entries(role.tags)) context[`aws:ResourceTag/${key}`] = value
  if (Object.keys(tags).length > 0) context['aws:TagKeys'] = Object.keys(tags)
  const actions = ['sts:AssumeRole']
  if (Object.keys(tags).length > 0) actions.push('sts:TagSession')
  if (input['SourceIdentity'] !== undefined) actions.push('sts:SetSourceIdentity')
  const { now, region, sourceIp, userAgent, principal } = call
  for (const action of actions) {
    const request: AccessRequest = { action, resource, context }
    const facts = { now, region, sourceIp, userAgent }
    const trust = { role: role.name, text: role.trust }
    if (!authoriser.decide(principal, request, facts, trust).allowed)
      throw notAuthorised(principal.arn, action, resource)
  }
}

/** One that was set stays for all sessions that follow from it. */
function sourceIdentityOf(input: JsonObject, { principal }: Call): string | undefined {
  const asked = textOf(input, 'SourceIdentity')
  const before = principal.session?.sourceIdentity
  if (before !== undefined && asked !== undefined && asked !== before)
    throw denied(`The source identity is ${before} and cannot be changed`)
  return before ?? asked
}

function named(key: string, value: string | undefined): Record<string, string> {
  return value === undefined ? {} : { [key]: value }
}

/** Of a role of this account; its path does not matter. */
function roleName(arn: string, account: string): string {
  const start = `arn:aws:iam::${account}:role/`
  return arn.startsWith(start) ? (arn.split('/').at(-1) ?? '') : ''
}

function notAuthorised(caller: string, action: string, resource: string): AwsError {
  return denied(`User: ${caller} is not authorized to perform: ${action} on resource: ${resource}`)
}

function denied(message: string): AwsError {
  return new AwsError('AccessDenied', message, { status: 403 })
}
