import type { Directory } from '../auth/keys/directory.js'
import { AwsError } from '../wire/aws-error.js'
import type { AwsOperation } from '../wire/service.js'
import { credentialsOf, issue, refuseSecondFactor, secondsOf } from './credentials.js'

const HOUR = 3600

/** Temporary credentials of the caller itself; needs no leave, as in AWS. */
export function getSessionToken(directory: Directory): AwsOperation {
  return {
    readOnly: true,
    access: () => [],
    run(input, { principal, now }) {
      refuseSecondFactor(input)
      if (principal.session)
        throw new AwsError('AccessDenied', 'Cannot call GetSessionToken with session credentials', {
          status: 403,
        })
      const isRoot = principal.kind === 'Root'
      const most = isRoot ? HOUR : 36 * HOUR
      const seconds = secondsOf(input, { least: 900, most, initial: 12 * HOUR })
      const { userName, principalId: id } = principal
      const user = userName === undefined ? {} : { user: { name: userName, id } }
      const session = issue(directory, { ...user, tags: {}, seconds, now })
      return { Credentials: credentialsOf(session) }
    },
  }
}
