import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { HeadrigError, isErrno } from '../../core/errors.js'
import type { IssuedKey } from '../../auth/keys/directory.js'
import type { Cli } from '../cli.js'
import type { AuthFlags, IdentityFlags } from '../flags/auth-flags.js'
import { report } from '../report.js'
import { parsePairs, withDirectory } from '../with-directory.js'

export interface RoleAddFlags extends IdentityFlags {
  readonly trust: string
  readonly maxSession: number
}

export interface OwnerFlags extends AuthFlags {
  readonly user?: string
  readonly role?: string
}

export interface AttachFlags extends OwnerFlags {
  readonly group?: string
}

export async function runUserAdd(this: Cli, flags: IdentityFlags, name: string): Promise<void> {
  const made = await withDirectory(this, flags, (d) => d.addUser({ name, ...identityOf(flags) }))
  const next = `user ${name} is made: headrig auth key create ${name} gives it a key`
  await report(this, flags, made, [next])
}

export async function runUserList(this: Cli, flags: AuthFlags): Promise<void> {
  const users = await withDirectory(this, flags, (d) => d.users())
  const lines = users.map((u) => `${u.name}: ${u.policies.join(', ') || 'no policy'}`)
  await report(
    this,
    flags,
    { users },
    lines.length > 0 ? lines : ['no user: headrig auth user add'],
  )
}

export async function runUserRemove(this: Cli, flags: AuthFlags, name: string): Promise<void> {
  await withDirectory(this, flags, (d) => d.removeUser(name))
  await report(this, flags, { removed: name }, [`user ${name} is removed, with its keys`])
}

export async function runRoleAdd(this: Cli, flags: RoleAddFlags, name: string): Promise<void> {
  const { trust: file, maxSession } = flags
  const trust = await textOf(this, file)
  const role = { name, ...identityOf(flags), trust, maxSession }
  const [made, account] = await withDirectory(this, flags, (d) => [d.addRole(role), d.account])
  const arn = `arn:aws:iam::${account}:role/${name}`
  await report(this, flags, { ...made, arn }, [`role ${name} is made: ${arn}`])
}

export async function runRoleList(this: Cli, flags: AuthFlags): Promise<void> {
  const roles = await withDirectory(this, flags, (d) => d.roles())
  const lines = roles.map((r) => `${r.name}: ${r.policies.join(', ') || 'no policy'}`)
  await report(
    this,
    flags,
    { roles },
    lines.length > 0 ? lines : ['no role: headrig auth role add'],
  )
}

export async function runRoleRemove(this: Cli, flags: AuthFlags, name: string): Promise<void> {
  await withDirectory(this, flags, (d) => d.removeRole(name))
  await report(this, flags, { removed: name }, [`role ${name} is removed, its sessions end`])
}

export async function runKeyCreate(this: Cli, flags: AuthFlags, user: string): Promise<void> {
  const key = await withDirectory(this, flags, (d) => d.createKey(user))
  await report(this, flags, key, keyLines(key))
}

export async function runKeyList(this: Cli, flags: AuthFlags): Promise<void> {
  const kept = await withDirectory(this, flags, (d) => d.keys())
  const keys = kept.map(({ id, user, isActive, createdAt }) => ({ id, user, isActive, createdAt }))
  const lines = keys.map(
    (k) => `${k.id} ${k.user ?? '(root)'} ${k.isActive ? 'active' : 'disabled'} ${k.createdAt}`,
  )
  await report(
    this,
    flags,
    { keys },
    lines.length > 0 ? lines : ['no key: headrig auth key create'],
  )
}

export async function runKeyDisable(this: Cli, flags: AuthFlags, id: string): Promise<void> {
  await withDirectory(this, flags, (d) => d.setKeyActive(id, false))
  await report(this, flags, { disabled: id }, [`key ${id} is disabled`])
}

export async function runKeyEnable(this: Cli, flags: AuthFlags, id: string): Promise<void> {
  await withDirectory(this, flags, (d) => d.setKeyActive(id, true))
  await report(this, flags, { enabled: id }, [`key ${id} is enabled`])
}

export async function runKeyDelete(this: Cli, flags: AuthFlags, id: string): Promise<void> {
  await withDirectory(this, flags, (d) => d.deleteKey(id))
  await report(this, flags, { deleted: id }, [`key ${id} is deleted`])
}

export async function runPolicyPut(
  this: Cli,
  flags: AuthFlags,
  name: string,
  file: string,
): Promise<void> {
  const text = await textOf(this, file)
  await withDirectory(this, flags, (d) => d.putPolicy(name, text))
  await report(this, flags, { name }, [`policy ${name} is kept`])
}

export async function runPolicyList(this: Cli, flags: AuthFlags): Promise<void> {
  const policies = await withDirectory(this, flags, (d) => d.policies())
  await report(
    this,
    flags,
    { policies },
    policies.map((p) => p.name),
  )
}

export async function runPolicyRemove(this: Cli, flags: AuthFlags, name: string): Promise<void> {
  await withDirectory(this, flags, (d) => d.removePolicy(name))
  await report(this, flags, { removed: name }, [`policy ${name} is removed`])
}

export async function runPolicyAttach(this: Cli, flags: AttachFlags, name: string): Promise<void> {
  await changePolicies(this, flags, (had) => [...had, name])
}

export async function runPolicyDetach(this: Cli, flags: AttachFlags, name: string): Promise<void> {
  await changePolicies(this, flags, (had) => had.filter((one) => one !== name))
}

async function changePolicies(
  cli: Cli,
  flags: AttachFlags,
  change: (had: readonly string[]) => readonly string[],
): Promise<void> {
  const { group } = flags
  if (group !== undefined && (flags.user ?? flags.role) !== undefined)
    throw new HeadrigError('invalid', 'say whose policies: one of --user, --role and --group')
  const owner = group === undefined ? ownerOf(flags) : ({ kind: 'group', name: group } as const)
  const { kind, name } = owner
  const policies = await withDirectory(cli, flags, (d) => {
    const had = (): readonly string[] =>
      (kind === 'group' ? d.groups.get(name) : d[kind](name))?.policies ?? []
    d.setPolicies(kind, name, change(had()))
    return had()
  })
  await report(cli, flags, { [kind]: name, policies }, [
    `${kind} ${name}: ${policies.join(', ') || 'no policy'}`,
  ])
}

/** The user or role that is meant: one of the two. */
export function ownerOf({ user, role }: OwnerFlags): {
  readonly kind: 'user' | 'role'
  readonly name: string
} {
  if (user !== undefined && role === undefined) return { kind: 'user', name: user }
  if (role !== undefined && user === undefined) return { kind: 'role', name: role }
  throw new HeadrigError('invalid', 'say whose policies: one of --user and --role')
}

/** What a shell takes over as it is. */
function keyLines({ accessKeyId, secretAccessKey }: IssuedKey): readonly string[] {
  return [
    '# shown this once',
    `export AWS_ACCESS_KEY_ID=${accessKeyId}`,
    `export AWS_SECRET_ACCESS_KEY=${secretAccessKey}`,
  ]
}

function identityOf({ policy = [], boundary, tag }: IdentityFlags): {
  readonly policies: readonly string[]
  readonly boundary?: string
  readonly tags: Readonly<Record<string, string>>
} {
  const tags = parsePairs('--tag', tag)
  return { policies: policy, ...(boundary !== undefined && { boundary }), tags }
}

async function textOf(cli: Cli, file: string): Promise<string> {
  const path = resolve(cli.system.cwd, file)
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (isErrno(error, 'ENOENT')) throw new HeadrigError('not-found', `no file ${path}`)
    throw error
  }
}
