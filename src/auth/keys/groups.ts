import { HeadrigError } from '../../core/errors.js'
import type { Collection } from '../../state/collection.js'
import { did, type ChangeOf } from './changes.js'
import type { GroupDocument, UserDocument } from './documents.js'
import { checkNew, missing } from './refusals.js'

export interface GroupsContext {
  readonly groups: Collection<GroupDocument>
  readonly users: Collection<UserDocument>
  /** All of it or nothing. */
  readonly write: <R>(change: ChangeOf, work: () => R) => R
  /** @throws HeadrigError `not-found` for a policy that is not there */
  readonly checkPolicies: (policies: readonly string[]) => void
  readonly now: () => Date
}

/** The most groups of a user, as in AWS. */
const MOST = 10

/** Groups of users: a user may do what the policies of its groups allow, beside its own. */
export class Groups {
  readonly #context: GroupsContext

  constructor(context: GroupsContext) {
    this.#context = context
  }

  get(name: string): GroupDocument | undefined {
    return this.#context.groups.get(name)
  }

  list(): readonly GroupDocument[] {
    return this.#context.groups.list()
  }

  /** The names of those that are in it. */
  members(name: string): readonly string[] {
    return this.#context.users
      .list()
      .filter((user) => user.groups?.includes(name))
      .map((user) => user.name)
  }

  /** The policies that a user has by its groups. */
  policiesOf({ groups = [] }: UserDocument): readonly string[] {
    return groups.flatMap((name) => this.get(name)?.policies ?? [])
  }

  /** @throws HeadrigError `conflict` for a name that is taken, `not-found` for a policy that is not there */
  add(name: string, policies: readonly string[]): GroupDocument {
    const { groups, write, checkPolicies, now } = this.#context
    return write(did('CreateGroup', { groupName: name }), () => {
      checkNew('group', name, groups.get(name) !== undefined)
      checkPolicies(policies)
      const made = { name, policies, createdAt: now().toISOString() }
      groups.put(name, made)
      return made
    })
  }

  /** Its members are in it no longer. */
  remove(name: string): void {
    const { groups, write } = this.#context
    write(did('DeleteGroup', { groupName: name }), () => {
      if (!groups.delete(name)) throw missing('group', name, groups.list())
      for (const member of this.members(name)) this.#change(member, (had) => without(had, name))
    })
  }

  /** Takes a user into a group. @throws HeadrigError `not-found`, `conflict` for more groups than a user may be in */
  join(name: string, user: string): void {
    const { groups, write } = this.#context
    write(did('AddUserToGroup', { groupName: name, userName: user }), () => {
      if (!groups.get(name)) throw missing('group', name, groups.list())
      this.#change(user, (had) => [...without(had, name), name])
    })
  }

  leave(name: string, user: string): void {
    const { groups, write } = this.#context
    write(did('RemoveUserFromGroup', { groupName: name, userName: user }), () => {
      if (!groups.get(name)) throw missing('group', name, groups.list())
      this.#change(user, (had) => without(had, name))
    })
  }

  #change(user: string, change: (had: readonly string[]) => readonly string[]): void {
    const { users } = this.#context
    const found = users.get(user)
    if (!found) throw missing('user', user, users.list())
    const groups = change(found.groups ?? [])
    if (groups.length > MOST)
      throw new HeadrigError('conflict', `${user} is in ${MOST} groups: let it leave one first`)
    users.put(user, { ...found, groups })
  }
}

function without(names: readonly string[], name: string): readonly string[] {
  return names.filter((one) => one !== name)
}
