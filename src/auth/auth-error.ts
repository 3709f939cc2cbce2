/** Why a call is not let in, by its name in JSON protocols, in the Query protocol, and its HTTP status. */
const CODES = {
  missing: {
    json: 'MissingAuthenticationTokenException',
    query: 'MissingAuthenticationToken',
    status: 403,
  },
  incomplete: { json: 'IncompleteSignature', query: 'IncompleteSignature', status: 400 },
  'unknown-key': {
    json: 'UnrecognizedClientException',
    query: 'InvalidClientTokenId',
    status: 403,
  },
  mismatch: { json: 'InvalidSignatureException', query: 'SignatureDoesNotMatch', status: 403 },
  expired: { json: 'RequestExpired', query: 'RequestExpired', status: 400 },
  unreachable: { json: 'IDPCommunicationError', query: 'IDPCommunicationError', status: 400 },
  'expired-token': { json: 'ExpiredTokenException', query: 'ExpiredToken', status: 403 },
} as const

export type AuthErrorKind = keyof typeof CODES

/** A call that is not let in, in AWS's words; a server gives it the name that its protocol knows. */
export class AuthError extends Error {
  override readonly name = 'AuthError'
  readonly kind: AuthErrorKind
  /** What JSON clients read from `__type`. */
  readonly code: string
  /** What clients of the Query protocol read from `Code`. */
  readonly queryCode: string
  /** HTTP. */
  readonly status: number

  constructor(kind: AuthErrorKind, message: string) {
    super(message)
    this.kind = kind
    const { json, query, status } = CODES[kind]
    this.code = json
    this.queryCode = query
    this.status = status
  }
}
