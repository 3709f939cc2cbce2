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
