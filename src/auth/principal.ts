/** Who calls, as CloudTrail's userIdentity and IAM's policy variables have it. */
export interface Principal {
  readonly kind: 'Root' | 'IAMUser' | 'AssumedRole' | 'AWSService' | 'WebIdentityUser'
  readonly account: string
  /** `arn:aws:iam::111122223333:user/ada`, `arn:aws:sts::111122223333:assumed-role/jobs/session`. */
  readonly arn: string
  /** `AIDA…`; for a role `AROA…:session`. */
  readonly principalId: string
  readonly userName?: string
  /** Of the key that signed; a secret's name, no secret. */
  readonly accessKeyId?: string
  /** `aws:PrincipalTag/…`. */
  readonly tags: Readonly<Record<string, string>>
  /** Of temporary credentials. */
  readonly session?: PrincipalSession
  /** Of who has a token of an identity provider, and no key yet. */
  readonly webIdentity?: WebIdentity
}

export interface WebIdentity {
  /** `arn:aws:iam::111122223333:oidc-provider/id.example`. */
  readonly provider: string
  /** `id.example`: what condition keys begin with. */
  readonly name: string
  readonly subject: string
  readonly audience: readonly string[]
  /** How they signed in: `amr`. */
  readonly methods: readonly string[]
}

export interface PrincipalSession {
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly mfaAuthenticated: boolean
  readonly sourceIdentity?: string
  /** The role that was assumed; undefined for GetSessionToken. */
  readonly issuer?: {
    readonly arn: string
    readonly principalId: string
    readonly userName: string
  }
  /** Policy documents that are the most the session may do. */
  readonly policies?: readonly string[]
  /** Policies of the directory, by name, that are so too. */
  readonly policyNames?: readonly string[]
}

/** One thing that a call needs a policy's leave for. */
export interface AccessRequest {
  /** `elasticmapreduce:RunJobFlow`, `iam:PassRole`. */
  readonly action: string
  /** An ARN, or `*` where the action knows no resource. */
  readonly resource: string
  /** Condition keys beside the global ones, such as `elasticmapreduce:RequestTag/team`; keys are compared without case. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>
}
