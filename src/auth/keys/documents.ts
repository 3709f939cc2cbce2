/** What has policies: a user or a role. Times are ISO 8601. */
interface IdentityDocument {
  readonly name: string
  /** `AIDA…`, `AROA…`: another one when it is removed and made again. */
  readonly id: string
  readonly createdAt: string
  /** By name. */
  readonly policies: readonly string[]
  /** The policy that is the most it may do. */
  readonly boundary?: string
  readonly tags: Readonly<Record<string, string>>
}

export interface UserDocument extends IdentityDocument {
  /** By name; none unless given. */
  readonly groups?: readonly string[]
}

export interface GroupDocument {
  readonly name: string
  readonly createdAt: string
  /** By name. */
  readonly policies: readonly string[]
}

export interface RoleDocument extends IdentityDocument {
  /** Who may assume it: a policy document. */
  readonly trust: string
  /** The longest session, in seconds. */
  readonly maxSession: number
}

/** An identity provider (OpenID Connect). */
export interface ProviderDocument {
  /** Its URL without the scheme. */
  readonly name: string
  /** As its tokens have it in `iss`. */
  readonly url: string
  /** One of these must be in `aud`. */
  readonly audiences: readonly string[]
  /** Where its keys are published, or the keys themselves (JWKS). */
  readonly keys: string | { readonly keys: readonly object[] }
  readonly createdAt: string
}

export interface PolicyDocument {
  readonly name: string
  readonly createdAt: string
  readonly text: string
}

export interface KeyDocument {
  /** `AKIA…`. */
  readonly id: string
  /** A user's name; undefined for the account itself (root). */
  readonly user?: string
  readonly sealedSecret: string
  readonly isActive: boolean
  readonly createdAt: string
}
