import { HeadrigError } from '../../core/errors.js'
import type { Collection } from '../../state/collection.js'
import { openState, type State } from '../../state/state.js'
import { parsePolicy } from '../policy/parse.js'
import type {
  GroupDocument,
  KeyDocument,
  PolicyDocument,
  RoleDocument,
  UserDocument,
} from './documents.js'
import { attachments, Changes, did, type Attached, type ChangeOf } from './changes.js'
import { Groups } from './groups.js'
import { newId, newSecret } from './ids.js'
import { Providers } from './providers.js'
import { checkNew, missing, missingKey } from './refusals.js'
import { sealer, type Sealer } from './seal.js'

/** A key as it is shown, once. */
export interface IssuedKey {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

export interface DirectoryOptions {
  /** The account that all of it is of, 12 digits; without it that of the last time. */
  readonly account?: string
  /** Of {@link loadMasterKey}. */
  readonly masterKey: Uint8Array
  readonly now: () => Date
}

/** The most keys of a user, as in AWS. */
const MOST_KEYS = 2

/** The policy that every directory has. */
const ADMINISTRATOR: PolicyDocument = {
  name: 'AdministratorAccess',
  createdAt: '1970-01-01T00:00:00.000Z',
  text: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
}

/** Users, roles, keys and policies: one file, which a server and `headrig auth` may have open at once. */
export class Directory {
  readonly account: string
  /** Of session tokens. */
  readonly tokens: Sealer
  readonly groups: Groups
  readonly providers: Providers
  /** What is not in the audit log yet. */
  readonly changes: Changes
  readonly #state: State
  readonly #secrets: Sealer
  readonly #now: () => Date
  readonly #users: Collection<UserDocument>
  readonly #roles: Collection<RoleDocument>
  readonly #policies: Collection<PolicyDocument>
  readonly #keys: Collection<KeyDocument>
  #writes = 0
  #version: string | undefined

  constructor(path: string, { account, masterKey, now }: DirectoryOptions) {
    this.#now = now
    this.#secrets = sealer(masterKey, 'secrets')
    this.tokens = sealer(masterKey, 'session tokens')
    this.#state = openState(path, { shared: true })
    this.#users = this.#state.collection('auth.user')
    this.#roles = this.#state.collection('auth.role')
    this.#policies = this.#state.collection('auth.policy')
    this.#keys = this.#state.collection('auth.key')
    this.changes = new Changes(this.#state.collection('auth.change'), now)
    this.groups = new Groups({
      groups: this.#state.collection('auth.group'),
      users: this.#users,
      write: (change, work) => this.#write(change, work),
      checkPolicies: (policies) => this.#checkPolicies({ policies }),
      now,
    })
    this.providers = new Providers(
      this.#state.collection('auth.provider'),
      (change, work) => this.#write(change, work),
      now,
    )
    const accounts = this.#state.collection<string>('auth.account')
    if (account !== undefined && accounts.get('') !== account) accounts.put('', account)
    this.account = accounts.get('') ?? '000000000000'
  }

  /**
   * Another text when anything was written since, by whichever process. Calls that came in together
   * are told the same: the file is asked once for all that a turn of the event loop has read.
   */
  version(): string {
    if (this.#version === undefined) {
      this.#version = `${this.#state.version()}.${this.#writes}`
      setImmediate(() => (this.#version = undefined))
    }
    return this.#version
  }

  user(name: string): UserDocument | undefined {
    return this.#users.get(name)
  }

  role(name: string): RoleDocument | undefined {
    return this.#roles.get(name)
  }

  policy(name: string): PolicyDocument | undefined {
    return name === ADMINISTRATOR.name ? ADMINISTRATOR : this.#policies.get(name)
  }

  key(id: string): KeyDocument | undefined {
    return this.#keys.get(id)
  }

  users(): readonly UserDocument[] {
    return this.#users.list()
  }

  roles(): readonly RoleDocument[] {
    return this.#roles.list()
  }

  policies(): readonly PolicyDocument[] {
    return [ADMINISTRATOR, ...this.#policies.list()]
  }

  keys(): readonly KeyDocument[] {
    return this.#keys.list()
  }

  /** The secret of a key; undefined when the master key is another than it was made with. */
  secretOf(key: KeyDocument): string | undefined {
    return this.#secrets.open(key.sealedSecret, key.id)?.toString('utf8')
  }

  /** @throws HeadrigError `conflict` for a name that is taken, `not-found` for a policy that is not there */
  addUser(user: Omit<UserDocument, 'id' | 'createdAt'>): UserDocument {
    return this.#write(did('CreateUser', { userName: user.name }), () => {
      checkNew('user', user.name, this.#users.get(user.name) !== undefined)
      this.#checkPolicies(user)
      const made = { ...user, id: newId('AIDA'), createdAt: this.#now().toISOString() }
      this.#users.put(user.name, made)
      return made
    })
  }

  /** @throws HeadrigError as {@link addUser}, and `invalid` for a trust policy that is none */
  addRole(role: Omit<RoleDocument, 'id' | 'createdAt'>): RoleDocument {
    parsePolicy(role.trust, `of trust of ${role.name}`, 'trust')
    return this.#write(
      did('CreateRole', { roleName: role.name, assumeRolePolicyDocument: role.trust }),
      () => {
        checkNew('role', role.name, this.#roles.get(role.name) !== undefined)
        this.#checkPolicies(role)
        const made = { ...role, id: newId('AROA'), createdAt: this.#now().toISOString() }
        this.#roles.put(role.name, made)
        return made
      },
    )
  }

  /** Removes a user with its keys. */
  removeUser(name: string): void {
    this.#write(did('DeleteUser', { userName: name }), () => {
      if (!this.#users.delete(name)) throw missing('user', name, this.#users.list())
      for (const key of this.#keys.list()) if (key.user === name) this.#keys.delete(key.id)
    })
  }

  /** Its sessions end with it. */
  removeRole(name: string): void {
    this.#write(did('DeleteRole', { roleName: name }), () => {
      if (!this.#roles.delete(name)) throw missing('role', name, this.#roles.list())
    })
  }

  /** Writes a policy in place of one of the same name. @throws HeadrigError `invalid` */
  putPolicy(name: string, text: string): void {
    parsePolicy(text, name, 'identity')
    if (!/^[\w+=,.@-]{1,128}$/.test(name) || name === ADMINISTRATOR.name)
      throw new HeadrigError('invalid', `a policy cannot be called ${JSON.stringify(name)}`)
    this.#write(did('CreatePolicy', { policyName: name, policyDocument: text }), () =>
      this.#policies.put(name, { name, text, createdAt: this.#now().toISOString() }),
    )
  }

  /** @throws HeadrigError `conflict` while someone has it */
  removePolicy(name: string): void {
    this.#write(did('DeletePolicy', { policyName: name }), () => {
      const owner = [...this.#users.list(), ...this.#roles.list(), ...this.groups.list()].find(
        (one) => one.policies.includes(name) || ('boundary' in one && one.boundary === name),
      )
      if (owner)
        throw new HeadrigError('conflict', `${owner.name} has the policy ${name}: detach it first`)
      if (!this.#policies.delete(name)) throw missing('policy', name, this.policies())
    })
  }

  /** Gives a user, role or group exactly these policies. */
  setPolicies(kind: 'user' | 'role' | 'group', name: string, given: readonly string[]): void {
    const policies = [...new Set(given)]
    const change = <T extends Attached>(all: Collection<T>): void => {
      const found = all.get(name)
      if (!found) throw missing(kind, name, all.list())
      this.#checkPolicies({ policies })
      all.put(name, { ...found, policies })
      for (const each of attachments(kind, found, policies)) this.changes.add(each)
    }
    this.#write(undefined, () => {
      if (kind === 'user') change(this.#users)
      else if (kind === 'role') change(this.#roles)
      else change(this.#state.collection<GroupDocument>('auth.group'))
    })
  }

  /** A new key; the secret is shown here and never again. Undefined: of the account itself. */
  createKey(user: string | undefined): IssuedKey {
    const [id, secret] = [newId('AKIA'), newSecret()]
    const what = did('CreateAccessKey', {
      ...(user !== undefined && { userName: user }),
      accessKeyId: id,
    })
    return this.#write(what, () => {
      if (user !== undefined && !this.#users.get(user)) throw missing('user', user, this.users())
      if (this.#keys.list().filter((key) => key.user === user).length >= MOST_KEYS)
        throw new HeadrigError(
          'conflict',
          `${user ?? 'root'} has ${MOST_KEYS} keys: delete one with headrig auth key delete`,
        )
      this.#keys.put(id, {
        id,
        ...(user !== undefined && { user }),
        sealedSecret: this.#secrets.seal(Buffer.from(secret), id),
        isActive: true,
        createdAt: this.#now().toISOString(),
      })
      return { accessKeyId: id, secretAccessKey: secret }
    })
  }

  /** A key of the account itself when there is no key at all: what the first start shows. */
  bootstrap(): IssuedKey | undefined {
    return this.#state.transaction(() =>
      this.#keys.list({ limit: 1 }).length > 0 ? undefined : this.createKey(undefined),
    )
  }

  setKeyActive(id: string, isActive: boolean): void {
    this.#write(
      did('UpdateAccessKey', { accessKeyId: id, status: isActive ? 'Active' : 'Inactive' }),
      () => {
        const key = this.#keys.get(id)
        if (!key) throw missingKey(id)
        this.#keys.put(id, { ...key, isActive })
      },
    )
  }

  deleteKey(id: string): void {
    this.#write(did('DeleteAccessKey', { accessKeyId: id }), () => {
      if (!this.#keys.delete(id)) throw missingKey(id)
    })
  }

  close(): void {
    this.#state.close()
  }

  /** `change`: undefined where the work says itself what it changes. */
  #write<R>(change: ChangeOf | undefined, work: () => R): R {
    this.#writes++
    this.#version = undefined
    return this.#state.transaction(() => {
      const done = work()
      if (change) this.changes.add(change)
      return done
    })
  }

  #checkPolicies({
    policies,
    boundary,
  }: {
    readonly policies: readonly string[]
    readonly boundary?: string
  }): void {
    for (const name of boundary === undefined ? policies : [...policies, boundary])
      if (!this.policy(name)) throw missing('policy', name, this.policies())
  }
}
