import type { Authoriser } from '../auth/authoriser.js'
import type { Directory } from '../auth/keys/directory.js'
import { textOf } from '../wire/members.js'
import type { AwsOperation, Call, JsonObject } from '../wire/service.js'
import { answerOf, checkLeave, denied, notAuthorised, roleOf } from './assumed.js'
import { issue, refuseSecondFactor, secondsOf } from './credentials.js'
import { limitsOf, tagsOf } from './session-input.js'

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
      const arn = textOf(input['RoleArn']) ?? ''
      if (principal.kind === 'Root') throw denied('Roles may not be assumed by root accounts.')
      const role = roleOf(directory, arn)
      const tags = tagsOf(input)
      if (!role) throw notAuthorised(principal.arn, 'sts:AssumeRole', arn)
      const actions = ['sts:AssumeRole']
      if (Object.keys(tags).length > 0) actions.push('sts:TagSession')
      if (input['SourceIdentity'] !== undefined) actions.push('sts:SetSourceIdentity')
      checkLeave(role, arn, input, { call, tags, authoriser, actions })
      const limits = limitsOf(input, directory)
      const most = principal.session?.issuer ? Math.min(HOUR, role.maxSession) : role.maxSession
      const seconds = secondsOf(input, { least: 900, most, initial: HOUR })
      const sourceIdentity = sourceIdentityOf(input, call)
      const name = textOf(input['RoleSessionName']) ?? ''
      const session = issue(directory, {
        role: { name: role.name, id: role.id, session: name },
        tags,
        ...limits,
        ...(sourceIdentity !== undefined && { sourceIdentity }),
        seconds,
        now,
      })
      return {
        ...answerOf(directory, role, name, session),
        ...(sourceIdentity !== undefined && { SourceIdentity: sourceIdentity }),
      }
    },
  }
}

/** One that was set stays for all sessions that follow from it. */
function sourceIdentityOf(input: JsonObject, { principal }: Call): string | undefined {
  const asked = textOf(input['SourceIdentity'])
  const before = principal.session?.sourceIdentity
  if (before !== undefined && asked !== undefined && asked !== before)
    throw denied(`The source identity is ${before} and cannot be changed`)
  return before ?? asked
}
