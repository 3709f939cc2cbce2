import { sleep } from '../core/concurrency.js'
import { HeadrigError, reasonOf, type ErrorKind } from '../core/errors.js'
import { sha256Hex } from '../core/sha256.js'
import type { AwsIdentity } from './aws-identity.js'
import { signed } from './sigv4.js'

/** A call of an AWS API whose requests are all POST, such as STS (forms) and KMS (JSON). */
export interface AwsPost {
  /** By the name that is signed: `kms`. */
  readonly service: string
  readonly url: URL
  /** `content-type` and the like, with lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Asked before every attempt. */
  readonly identity: () => Promise<AwsIdentity>
  readonly signal?: AbortSignal | undefined
}

const ATTEMPTS = 4
const PATIENCE_MS = 200
const TIMEOUT_MS = 10_000
const LONGEST = 256 << 10

/** Error names of AWS's services, in our kinds; the first that fits. */
const KINDS: readonly (readonly [RegExp, ErrorKind])[] = [
  [/Throttl|TooMany|RequestLimit|Unavailable|Timeout|Internal/i, 'unavailable'],
  [/UnrecognizedClient|InvalidClientToken|Signature|Expired|MissingAuth/i, 'unauthenticated'],
  [/AccessDenied|NotAuthorized|Unauthorized|Forbidden/i, 'forbidden'],
  [/NotFound|NoSuch/i, 'not-found'],
]

/**
 * Calls an AWS API; what may help is tried again.
 * @returns the body of the answer
 * @throws HeadrigError of the kind that the service's error is of; `unavailable` when it is out of reach
 */
export async function postAws(post: AwsPost): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await postOnce(post)
    } catch (error) {
      post.signal?.throwIfAborted()
      const again = error instanceof HeadrigError && error.kind === 'unavailable'
      if (!again || attempt === ATTEMPTS) throw error
      await sleep(PATIENCE_MS * 2 ** (attempt - 1) * (0.5 + Math.random()), post.signal)
    }
  }
}

async function postOnce({
  service,
  url,
  headers,
  body,
  identity,
  signal,
}: AwsPost): Promise<string> {
  const { region, credentials } = await identity()
  const { host: _, ...sent } = signed({
    service,
    region,
    method: 'POST',
    path: url.pathname,
    query: '',
    headers: { ...headers, host: url.host },
    payloadSha256: sha256Hex(body),
    credentials,
    now: new Date(),
  })
  const timeout = AbortSignal.timeout(TIMEOUT_MS)
  let status: number
  let text: string
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: sent,
      body,
      redirect: 'error',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    })
    status = answer.status
    text = (await answer.text()).slice(0, LONGEST)
  } catch (error) {
    throw new HeadrigError(
      'unavailable',
      `cannot reach ${service} at ${url.host}: ${reasonOf(error)}`,
      { cause: error },
    )
  }
  if (status === 200) return text
  throw refusal(service, status, text)
}

function refusal(service: string, status: number, text: string): HeadrigError {
  const name = /(?:"__type"\s*:\s*"(?:[^"#]*#)?|<Code>)(\w{1,100})/.exec(text)?.[1] ?? ''
  const said =
    /(?:"message"\s*:\s*"|<Message>)([^"<]{1,500})/i.exec(text)?.[1] ?? `status ${status}`
  const kind =
    KINDS.find(([pattern]) => pattern.test(name))?.[1] ??
    (status >= 500 ? 'unavailable' : status === 403 ? 'forbidden' : 'invalid')
  return new HeadrigError(kind, `${service} answers ${name || status}: ${said}`, {
    details: { name, status },
  })
}
