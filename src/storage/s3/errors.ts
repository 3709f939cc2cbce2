import { HeadrigError, messageOf, type ErrorKind } from '../../core/errors.js'

/** A failure as S3, the SDK or the network reports it. */
export interface S3Failure {
  /** S3's error code or Node's, such as `NoSuchKey` or `ECONNRESET`. */
  readonly code: string
  readonly status?: number | undefined
  readonly message: string
  /** The region that the bucket is in, when S3 says that it is elsewhere. */
  readonly region?: string | undefined
}

const KINDS: Readonly<Record<string, readonly [ErrorKind, string]>> = {
  NoSuchKey: ['not-found', 'no object'],
  NotFound: ['not-found', 'no object'],
  NoSuchBucket: ['not-found', 'no such bucket (check its name):'],
  AccessDenied: [
    'forbidden',
    'S3 denies access (grant these credentials s3:GetObject and s3:ListBucket, s3:PutObject to write) to',
  ],
  Forbidden: ['forbidden', 'S3 denies access (grant these credentials access) to'],
  InvalidObjectState: ['forbidden', 'archived (restore it first):'],
  CredentialsProviderError: [
    'unauthenticated',
    'no AWS credentials found (set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY) for',
  ],
  TokenProviderError: ['unauthenticated', 'the AWS session has ended (run "aws sso login") for'],
  ExpiredToken: ['unauthenticated', 'the AWS session token has expired (renew it) for'],
  InvalidToken: ['unauthenticated', 'S3 does not know this session token (renew it) for'],
  InvalidAccessKeyId: ['unauthenticated', 'S3 does not know this access key (check it) for'],
  SignatureDoesNotMatch: ['unauthenticated', 'S3 refuses the signature (check the secret key) for'],
  RequestTimeTooSkewed: ['unauthenticated', "this machine's clock is wrong (set it) for"],
  PermanentRedirect: ['invalid', 'the bucket is in another region (name it) for'],
  AuthorizationHeaderMalformed: ['invalid', 'the bucket is in another region (name it) for'],
  InvalidBucketName: ['invalid', 'not the name of a bucket (check it):'],
  EndpointError: ['invalid', 'not the name of a bucket in a region (check both):'],
  ENOTFOUND: ['unavailable', 'no such host (check the endpoint, the region and the network) for'],
  ECONNREFUSED: ['unavailable', 'nothing listens (check the endpoint) for'],
  SlowDown: ['unavailable', 'S3 asks to slow down at'],
  TimeoutError: ['unavailable', 'S3 did not answer in time (repeat later) at'],
  ConditionalRequestConflict: ['unavailable', 'another write is under way (repeat) at'],
  OperationAborted: ['unavailable', 'another write is under way (repeat) at'],
  ShortBody: ['unavailable', 'the body ended before its announced length at'],
}

const NETWORK = /^(E[A-Z_]+|ERR_STREAM_[A-Z_]+|HPE_[A-Z_]+|RequestTimeout|InternalError)$/
const TLS = /^ERR_TLS|^CERT_|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)/

/** An answer of S3 that is no success, on its way to becoming the product's error. */
export class AnswerError extends Error {
  readonly failure: S3Failure

  constructor(failure: S3Failure) {
    super(failure.message)
    this.failure = failure
  }
}

/** The error of the product for whatever a request at a URI threw. */
export function asHeadrigError(error: unknown, uri: string): HeadrigError {
  if (error instanceof HeadrigError) return error
  const failure = failureOf(error)
  const [kind, what] = KINDS[failure.code] ?? guess(failure)
  const { code, status, message } = failure
  const answer = [status, code, message].filter((part) => part !== undefined && part !== '')
  return new HeadrigError(kind, `${what} ${uri} (${answer.join(' ')})`, {
    cause: withoutResponse(error),
    details: { code, status, uri },
  })
}

// The SDK's error holds the whole request with its session token, which no log may show.
function withoutResponse(error: unknown): unknown {
  if (!(error instanceof Error) || !('$metadata' in error)) return error
  const { name, message, stack } = error
  return Object.assign(new Error(message), { name, stack })
}

function guess({ code, status = 0 }: S3Failure): readonly [ErrorKind, string] {
  if (TLS.test(code))
    return ['invalid', 'the certificate is not trusted (set NODE_EXTRA_CA_CERTS) at']
  if (status >= 500 || status === 408 || status === 429 || NETWORK.test(code))
    return ['unavailable', 'S3 is not available (repeat later) at']
  if (status === 404) return KINDS['NoSuchKey'] ?? ['not-found', 'no object']
  if (status === 403) return KINDS['AccessDenied'] ?? ['forbidden', 'denied']
  if (status === 401) return ['unauthenticated', 'S3 refuses the credentials for']
  if (status >= 300) return ['invalid', 'S3 refuses the request for']
  return ['internal', 'an S3 request failed for']
}

interface SdkError extends Error {
  readonly code?: string
  readonly Region?: string
  readonly $metadata?: { readonly httpStatusCode?: number }
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> }
}

/** What the SDK, the network or an answer of S3 says went wrong. */
export function failureOf(error: unknown): S3Failure {
  if (error instanceof AnswerError) return error.failure
  if (!(error instanceof Error)) return { code: 'Unknown', message: messageOf(error) }
  const { name, code, message, Region, $metadata, $response } = error as SdkError
  const status = $metadata?.httpStatusCode
  return {
    code: code !== undefined && status === undefined ? code : name,
    status,
    message: message === 'UnknownError' ? '' : message,
    region: $response?.headers?.['x-amz-bucket-region'] ?? Region,
  }
}

/** The failure that an answer with an XML body tells of. */
export function failureOfAnswer(
  status: number,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  body: string,
): S3Failure {
  const element = (name: string): string | undefined =>
    new RegExp(`<${name}>([^<]*)</${name}>`).exec(body)?.[1]
  const region = headers['x-amz-bucket-region'] ?? element('Region')
  return {
    code: element('Code') ?? `Http${status}`,
    status,
    message: element('Message') ?? '',
    region: typeof region === 'string' ? region : undefined,
  }
}
