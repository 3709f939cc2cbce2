/** How S3 is reached; what is left out comes from the environment and the profile, as in the AWS CLI. */
export interface S3Options {
  /** Of another S3 service, such as `http://127.0.0.1:9000`. */
  readonly endpoint?: string | undefined
  /** Tried first; a bucket that is elsewhere says where, and is followed there. */
  readonly region?: string | undefined
  /** Bucket in the path instead of the host name; true unless given when there is an endpoint. */
  readonly pathStyle?: boolean | undefined
  readonly profile?: string | undefined
  /** A function is asked again before what it gave lapses. */
  readonly credentials?: S3Credentials | S3CredentialSource | undefined
  /** Agree to be charged for reading from a requester-pays bucket. */
  readonly requesterPays?: boolean | undefined
  /** Connections kept open at most, 64 unless given. */
  readonly maxSockets?: number | undefined
  /** Keys that one LIST request asks for, 1000 (the most that S3 gives) unless given. */
  readonly keysPerPage?: number | undefined
  /** Milliseconds without a byte after which a request fails as `unavailable`, 30,000 unless given. */
  readonly timeoutMs?: number | undefined
  /** How S3 encrypts what is written; the bucket's default unless given. */
  readonly encryption?: S3Encryption | undefined
  /** Until when nobody may delete what is written; the bucket must have Object Lock. */
  readonly objectLock?: S3ObjectLock | undefined
}

export type S3Encryption =
  | { readonly mode: 'AES256' }
  /** The bucket's own KMS key unless one is given. */
  | { readonly mode: 'aws:kms'; readonly keyId?: string }

export interface S3ObjectLock {
  /** GOVERNANCE: those with a special permission may; COMPLIANCE: nobody. */
  readonly mode: 'GOVERNANCE' | 'COMPLIANCE'
  readonly days: number
}

export interface S3Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
}

/** Credentials that may lapse. */
export type S3CredentialSource = () => Promise<S3Credentials & { readonly expiration?: Date }>
