import type { Authoriser } from '../auth/authoriser.js'
import type { Directory } from '../auth/keys/directory.js'
import type { RoleDocument } from '../auth/keys/documents.js'
import type { SessionCredentials } from '../auth/keys/issue-session.js'
import type { AccessRequest } from '../auth/principal.js'
import { AwsError } from '../wire/aws-error.js'
import { textOf } from '../wire/members.js'
import type { Call, JsonObject } from '../wire/service.js'
import { credentialsOf } from './credentials.js'

/** A call that wants to assume a role. */
export interface Asked {
  readonly call: Call
  readonly tags: Readonly<Record<string, string>>
  readonly authoriser: Authoriser
  /** What it does, each of which must be allowed. */
  readonly actions: readonly string[]
}

/** All that the call does must be allowed, by the trust policy too. @throws AwsError `AccessDenied` */
export function checkLeave(
  role: RoleDocument,
  resource: string,
  input: JsonObject,
  { call, tags, authoriser, actions }: Asked,
): void {
  const seconds = input['DurationSeconds']
  const context: Record<string, string | readonly string[]> = {
    ...named('sts:RoleSessionName', textOf(input['RoleSessionName'])),
    ...named('sts:ExternalId', textOf(input['ExternalId'])),
    ...named('sts:SourceIdentity', textOf(input['SourceIdentity'])),
    ...(typeof seconds === 'number' && { 'sts:DurationSeconds': String(seconds) }),
  }
  for (const [key, value] of Object.entries(tags)) context[`aws:RequestTag/${key}`] = value
  for (const [key, value] of Object.entries(role.tags)) context[`aws:ResourceTag/${key}`] = value
  if (Object.keys(tags).length > 0) context['aws:TagKeys'] = Object.keys(tags)
  const { now, region, sourceIp, userAgent, principal } = call
  for (const action of actions) {
    const request: AccessRequest = { action, resource, context }
    const facts = { now, region, sourceIp, userAgent }
    const trust = { role: role.name, text: role.trust }
    if (!authoriser.decide(principal, request, facts, trust).allowed)
      throw notAuthorised(principal.arn, action, resource)
  }
}

/** The role of an ARN, when it is of this account; its path does not matter. */
export function roleOf(directory: Directory, arn: string): RoleDocument | undefined {
  const start = `arn:aws:iam::${directory.account}:role/`
  return arn.startsWith(start) ? directory.role(arn.split('/').at(-1) ?? '') : undefined
}

/** What every way to assume a role answers. */
export function answerOf(
  directory: Directory,
  role: RoleDocument,
  name: string,
  session: SessionCredentials,
): JsonObject {
  return {
    Credentials: credentialsOf(session),
    AssumedRoleUser: {
      AssumedRoleId: `${role.id}:${name}`,
      Arn: `arn:aws:sts::${directory.account}:assumed-role/${role.name}/${name}`,
    },
    PackedPolicySize: session.fill,
  }
}

export function notAuthorised(caller: string, action: string, resource: string): AwsError {
  return denied(`User: ${caller} is not authorized to perform: ${action} on resource: ${resource}`)
}

export function denied(message: string): AwsError {
  return new AwsError('AccessDenied', message, { status: 403 })
}

function named(key: string, value: string | undefined): Record<string, string> {
  return value === undefined ? {} : { [key]: value }
}
