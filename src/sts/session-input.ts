import type { Directory } from '../auth/keys/directory.js'
import { parsePolicy } from '../auth/policy/parse.js'
import { messageOf } from '../core/errors.js'
import { AwsError } from '../wire/aws-error.js'
import { objectsOf, textOf } from '../wire/members.js'
import type { JsonObject } from '../wire/service.js'

const LONGEST_POLICY = 2048
const MOST_TAGS = 50

/** The tags of a session, by key. @throws AwsError `ValidationError` */
export function tagsOf(input: JsonObject): Readonly<Record<string, string>> {
  if (objectsOf(input['TransitiveTagKeys']).length > 0)
    throw invalid('TransitiveTagKeys are not supported: give the tags again in the next session')
  const tags = objectsOf(input['Tags']).map(
    (tag) => [textOf(tag['Key']) ?? '', textOf(tag['Value']) ?? ''] as const,
  )
  if (tags.length > MOST_TAGS) throw invalid(`A session has at most ${MOST_TAGS} tags`)
  const keys = new Set(tags.map(([key]) => key.toLowerCase()))
  if (keys.size < tags.length)
    throw invalid('Duplicate tag keys found: keys differ by more than case')
  if (keys.has('') || keys.has('__proto__')) throw invalid('A tag needs a key of its own')
  return Object.fromEntries(tags)
}

/** The policies that cap a session. @throws AwsError `MalformedPolicyDocument`, `ValidationError` */
export function limitsOf(
  input: JsonObject,
  directory: Directory,
): { readonly policies?: readonly string[]; readonly policyNames?: readonly string[] } {
  const policy = textOf(input['Policy'])
  if (policy !== undefined) checkPolicy(policy)
  const names = objectsOf(input['PolicyArns']).map((one) =>
    policyName(textOf(one['arn']) ?? '', directory),
  )
  return {
    ...(policy !== undefined && { policies: [policy] }),
    ...(names.length > 0 && { policyNames: names }),
  }
}

function checkPolicy(text: string): void {
  if (text.length > LONGEST_POLICY)
    throw invalid(`Policy has ${text.length} characters: ${LONGEST_POLICY} are the most`)
  try {
    parsePolicy(text, 'of the session', 'identity')
  } catch (error) {
    throw new AwsError('MalformedPolicyDocument', messageOf(error), { cause: error })
  }
}

function policyName(arn: string, directory: Directory): string {
  const [, name] = /^arn:aws:iam::(?:aws|\d{12}):policy\/(?:.*\/)?([^/]+)$/.exec(arn) ?? []
  if (name === undefined || !directory.policy(name))
    throw invalid(`PolicyArns: there is no policy ${JSON.stringify(arn)}`)
  return name
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message)
}
