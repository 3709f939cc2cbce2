import type { Principal } from '../principal.js'
import type { RoleDocument, UserDocument } from './documents.js'

/** The account itself, which may do everything. */
export function rootOf(account: string): Principal {
  const arn = `arn:aws:iam::${account}:root`
  return { kind: 'Root', account, arn, principalId: account, tags: {} }
}

/** A user with a key of its own. */
export function userOf(account: string, { name, id, tags }: UserDocument): Principal {
  const arn = `arn:aws:iam::${account}:user/${name}`
  return { kind: 'IAMUser', account, arn, principalId: id, userName: name, tags }
}

/** A session of a role, of an hour from now where nothing else is said. */
export function roleSession(
  account: string,
  { name, id, tags }: RoleDocument,
  sessionName: string,
  times: { readonly createdAt: Date; readonly expiresAt: Date } = hourFrom(new Date()),
): Principal & { readonly session: NonNullable<Principal['session']> } {
  return {
    kind: 'AssumedRole',
    account,
    arn: `arn:aws:sts::${account}:assumed-role/${name}/${sessionName}`,
    principalId: `${id}:${sessionName}`,
    tags,
    session: {
      ...times,
      mfaAuthenticated: false,
      issuer: { arn: `arn:aws:iam::${account}:role/${name}`, principalId: id, userName: name },
    },
  }
}

function hourFrom(now: Date): { readonly createdAt: Date; readonly expiresAt: Date } {
  return { createdAt: now, expiresAt: new Date(now.getTime() + 3_600_000) }
}
