import { HeadrigError } from '../core/errors.js'
import type { AwsIdentity } from './aws-identity.js'
import { postAws } from './aws-post.js'
import type { S3Credentials } from './s3/options.js'

/** Which role, for whom. */
export interface AssumeRole {
  readonly roleArn: string
  readonly sessionName: string
  readonly seconds: number
  readonly sourceIdentity?: string | undefined
}

export interface RoleSession extends Required<S3Credentials> {
  readonly sessionToken: string
  readonly expiration: Date
}

/** An STS, and who asks it. */
export interface StsOptions {
  readonly endpoint: string
  readonly identity: () => Promise<AwsIdentity>
}

/**
 * A session of a role, from an STS. Nothing is kept.
 * @throws HeadrigError `forbidden` when the role may not be assumed, `unavailable` for an STS that is out of reach
 * @example await assumeRole({ roleArn, sessionName: 's-1', seconds: 3600 }, { endpoint, identity })
 */
export async function assumeRole(
  { roleArn, sessionName, seconds, sourceIdentity }: AssumeRole,
  { endpoint, identity }: StsOptions,
): Promise<RoleSession> {
  const form = new URLSearchParams({
    Action: 'AssumeRole',
    Version: '2011-06-15',
    RoleArn: roleArn,
    RoleSessionName: sessionName,
    DurationSeconds: String(seconds),
    ...(sourceIdentity !== undefined && { SourceIdentity: sourceIdentity }),
  })
  const text = await postAws({
    service: 'sts',
    url: new URL('/', endpoint),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
    identity,
  })
  const read = (name: string): string =>
    new RegExp(`<${name}>([^<]+)</${name}>`).exec(text)?.[1] ?? ''
  const expiration = new Date(read('Expiration'))
  const session = {
    accessKeyId: read('AccessKeyId'),
    secretAccessKey: read('SecretAccessKey'),
    sessionToken: read('SessionToken'),
    expiration,
  }
  if (Object.values(session).includes('') || Number.isNaN(expiration.getTime()))
    throw new HeadrigError(
      'unavailable',
      `${new URL(endpoint).host} answers AssumeRole with no credentials: is it an STS? set emr.sts_endpoint`,
    )
  return session
}
