import type { Cli } from '../cli.js'
import type { AuthFlags } from '../flags/auth-flags.js'
import { report } from '../report.js'
import { withDirectory } from '../with-directory.js'

export interface GroupAddFlags extends AuthFlags {
  readonly policy?: readonly string[]
}

export async function runGroupAdd(this: Cli, flags: GroupAddFlags, name: string): Promise<void> {
  const made = await withDirectory(this, flags, (d) => d.groups.add(name, flags.policy ?? []))
  const next = `group ${name} is made: headrig auth group join ${name} <user> takes a user in`
  await report(this, flags, made, [next])
}

export async function runGroupList(this: Cli, flags: AuthFlags): Promise<void> {
  const groups = await withDirectory(this, flags, (d) =>
    d.groups.list().map((group) => ({ ...group, members: d.groups.members(group.name) })),
  )
  const lines = groups.map(
    (g) =>
      `${g.name}: ${g.policies.join(', ') || 'no policy'}; ${g.members.join(', ') || 'nobody'}`,
  )
  await report(
    this,
    flags,
    { groups },
    lines.length > 0 ? lines : ['no group: headrig auth group add'],
  )
}

export async function runGroupRemove(this: Cli, flags: AuthFlags, name: string): Promise<void> {
  await withDirectory(this, flags, (d) => d.groups.remove(name))
  await report(this, flags, { removed: name }, [`group ${name} is removed`])
}

export async function runGroupJoin(
  this: Cli,
  flags: AuthFlags,
  group: string,
  user: string,
): Promise<void> {
  await withDirectory(this, flags, (d) => d.groups.join(group, user))
  await report(this, flags, { group, user }, [`${user} is in the group ${group}`])
}

export async function runGroupLeave(
  this: Cli,
  flags: AuthFlags,
  group: string,
  user: string,
): Promise<void> {
  await withDirectory(this, flags, (d) => d.groups.leave(group, user))
  await report(this, flags, { group, user }, [`${user} is not in the group ${group}`])
}
