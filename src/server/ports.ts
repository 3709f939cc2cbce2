import type { AwsError } from '../wire/aws-error.js'
import type { CallSignal } from './call-signal.js'
import type { AccessRequest, Principal } from '../auth/principal.js'

/** A request as it came over the wire. */
export interface WireRequest {
  readonly method: string
  /** The request line's target, as it is. */
  readonly target: string
  /** Names and values by turns, as Node has them: nothing joined or dropped. */
  readonly rawHeaders: readonly string[]
  readonly body: Uint8Array
  /** Why its body was not read: the call is to be refused, and recorded. */
  readonly refused?: AwsError | undefined
  readonly sourceIp: string
  readonly requestId: string
  readonly receivedAt: Date
  /** Undefined over plain HTTP. */
  readonly tls?: { readonly tlsVersion: string; readonly cipherSuite: string } | undefined
  /** Told when nobody waits for the answer any more. */
  readonly ending: CallSignal
}

export interface Authenticated {
  readonly principal: Principal
  /** The very same signature came before. */
  readonly replayed: boolean
}

export interface AuthenticateOptions {
  /** That the request must be signed for. */
  readonly service: string
  readonly region: string
  readonly now: Date
  /** Errors have other names in the Query protocol. */
  readonly protocol: 'json' | 'query'
}

/** Finds out who calls. */
export interface Authenticator {
  /** @throws AwsError for a signature that is missing, wrong or old */
  authenticate(request: WireRequest, options: AuthenticateOptions): Promise<Authenticated>
}

/** What policies may ask about a call beside its principal. */
export interface AccessContext {
  readonly now: Date
  readonly sourceIp: string
  readonly userAgent: string
  readonly secureTransport: boolean
  readonly region: string
}

/** Decides what a caller may. */
export interface Authoriser {
  /** Why not, in AWS's words; undefined when all of it is allowed. */
  denial(
    principal: Principal,
    requests: readonly AccessRequest[],
    context: AccessContext,
  ): string | undefined
}
