import type { Principal } from '../auth/principal.js'
import type { ServiceModel } from '../wire/model.js'
import type { JsonObject } from '../wire/service.js'

/** One call of one API, as much of it as is known when it is about to be answered. */
export interface AuditEntry {
  /** When the call came in. */
  readonly now: Date
  /** Also the answer's x-amzn-RequestId. */
  readonly requestId: string
  /** The account and region of the server. */
  readonly account: string
  readonly region: string
  readonly sourceIp: string
  readonly userAgent: string
  /** Undefined when it was not found out who calls: no signature, a wrong one. */
  readonly principal?: Principal | undefined
  /** The access key that such a caller said to have. */
  readonly claimedAccessKeyId?: string | undefined
  /** `elasticmapreduce.amazonaws.com`. */
  readonly eventSource: string
  /** The operation, as far as it could be read. */
  readonly eventName: string
  /** Default `AwsApiCall`. */
  readonly eventType?: 'AwsApiCall' | 'AwsConsoleSignIn'
  readonly readOnly: boolean
  /** Tells the members of input and output, and which are secret; without it neither is recorded, but for sign-ins and what is plain. */
  readonly model?: ServiceModel | undefined
  /** Input and output have no model; what they hide is told by its name. */
  readonly isPlain?: boolean
  readonly input?: JsonObject | undefined
  readonly output?: JsonObject | undefined
  /** In AWS's words: `AccessDenied`, `ValidationException`. */
  readonly error?: { readonly code: string; readonly message: string } | undefined
  readonly tls?: TlsDetails | undefined
  /** additionalEventData, such as `{ replayedSignature: true }`. */
  readonly additional?: JsonObject | undefined
  /** What the call was about. */
  readonly resources?: readonly AuditResource[] | undefined
}

export interface TlsDetails {
  /** `TLSv1.3`. */
  readonly tlsVersion: string
  /** `TLS_AES_128_GCM_SHA256`. */
  readonly cipherSuite: string
  readonly clientProvidedHostHeader: string
}

export interface AuditResource {
  readonly arn: string
  /** `AWS::EMR::Cluster`. */
  readonly type?: string
}

/** Takes the records of calls. */
export interface AuditSink {
  /**
   * Resolves when the record survives kill -9 and a power cut: only then is the call to be answered.
   * @throws HeadrigError `unavailable` when it cannot be kept: then the call must fail
   */
  record(entry: AuditEntry): Promise<void>
  /**
   * Why records are not, or will soon not be kept, such as a full disk; undefined when all is well.
   * A call is to be refused (503) before it runs while there is a problem, and /ready says it.
   */
  problem(): string | undefined
}
