import { AuthError } from '../auth/auth-error.js'
import type { Authoriser } from '../auth/authoriser.js'
import { webIdentityCheck } from '../auth/bearer/web-identity.js'
import type { Directory } from '../auth/keys/directory.js'
import { AwsError } from '../wire/aws-error.js'
import { textOf } from '../wire/members.js'
import type { AwsOperation } from '../wire/service.js'
import { answerOf, checkLeave, notAuthorised, roleOf } from './assumed.js'
import { issue, secondsOf } from './credentials.js'
import { limitsOf } from './session-input.js'

const HOUR = 3600

/**
 * A session of a role, for whom the role's trust policy lets in by a token of an identity provider;
 * nobody signs it.
 */
export function assumeRoleWithWebIdentity(
  directory: Directory,
  authoriser: Authoriser,
): AwsOperation {
  const check = webIdentityCheck(directory)
  return {
    readOnly: true,
    identify: (input, now) =>
      check(textOf(input['WebIdentityToken']) ?? '', now).catch((error: unknown) => {
        throw inWordsOfSts(error)
      }),
    // The role's trust policy decides: `run` asks it.
    access: () => [],
    run(input, call) {
      const { principal, now } = call
      const arn = textOf(input['RoleArn']) ?? ''
      const action = 'sts:AssumeRoleWithWebIdentity'
      const role = roleOf(directory, arn)
      if (!role) throw notAuthorised(principal.arn, action, arn)
      checkLeave(role, arn, input, { call, tags: {}, authoriser, actions: [action] })
      const seconds = secondsOf(input, { least: 900, most: role.maxSession, initial: HOUR })
      const name = textOf(input['RoleSessionName']) ?? ''
      const session = issue(directory, {
        role: { name: role.name, id: role.id, session: name },
        tags: {},
        ...limitsOf(input, directory),
        seconds,
        now,
      })
      const { subject = '', audience = [], provider } = principal.webIdentity ?? {}
      return {
        ...answerOf(directory, role, name, session),
        SubjectFromWebIdentityToken: subject,
        Audience: audience[0],
        Provider: provider,
      }
    },
  }
}

function inWordsOfSts(error: unknown): unknown {
  if (!(error instanceof AuthError)) return error
  const code = error.kind === 'unknown-key' ? 'InvalidIdentityToken' : error.code
  return new AwsError(code, error.message, { cause: error })
}
