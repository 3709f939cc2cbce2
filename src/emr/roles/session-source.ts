import type { StepCredentials } from '../../core/emr-settings.js'
import type { AwsIdentity } from '../../storage/aws-identity.js'
import type { S3Credentials } from '../../storage/s3/options.js'
import { assumeRole } from '../../storage/sts.js'
import type { StepRole } from './role-of-step.js'

/** AWS credentials of a step, until they lapse. */
export interface StepSession extends S3Credentials {
  readonly expiration: Date
}

/** Gives credentials that last for a while, the same ones again until they are about to lapse. */
export type SessionSource = () => Promise<StepSession>

export interface SessionSourceOptions {
  readonly mode: StepCredentials
  /** Of an STS. */
  readonly endpoint: string
  /** The server's own. */
  readonly identity: () => Promise<AwsIdentity>
  readonly now?: () => number
}

/** As long as a role may be had by one that is itself assumed. */
const SECONDS = 3600
/** SDKs ask again some minutes before the end: what they are given then must be new. */
const FRESH_MS = 15 * 60_000

/**
 * The credentials of one step; undefined where it has none.
 * @throws from the function: HeadrigError when the role cannot be assumed
 */
export function sessionSource(
  role: StepRole | undefined,
  sessionName: string,
  { mode, endpoint, identity, now = Date.now }: SessionSourceOptions,
): SessionSource | undefined {
  if (mode === 'none' || (mode === 'assume' && role === undefined)) return undefined
  const fetched = async (): Promise<StepSession> => {
    if (mode === 'assume' && role)
      return assumeRole(
        { roleArn: role.arn, sessionName, seconds: SECONDS, sourceIdentity: role.sourceIdentity },
        { endpoint, identity },
      )
    const { credentials } = await identity()
    return { ...credentials, expiration: new Date(now() + SECONDS * 1000) }
  }
  return kept(fetched, now)
}

function kept(fetched: SessionSource, now: () => number): SessionSource {
  let session: StepSession | undefined
  let asking: Promise<StepSession> | undefined
  return async () => {
    const left = session === undefined ? 0 : session.expiration.getTime() - now()
    if (session !== undefined && left > FRESH_MS) return session
    asking ??= fetched().finally(() => (asking = undefined))
    try {
      return (session = await asking)
    } catch (error) {
      // What is still good is better than nothing while the STS is away.
      if (session !== undefined && left > 0) return session
      throw error
    }
  }
}
