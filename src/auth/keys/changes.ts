import { randomUUID } from 'node:crypto'
import { userInfo } from 'node:os'
import type { Collection } from '../../state/collection.js'

/** What was changed in a directory, in IAM's words, until it is in the audit log. */
export interface Change {
  readonly id: string
  /** ISO 8601. */
  readonly at: string
  /** The user of this machine who did it. */
  readonly by: string
  /** `CreateUser`. */
  readonly eventName: string
  readonly parameters: Readonly<Record<string, string>>
}

/** A change that is about to be made. */
export type ChangeOf = Pick<Change, 'eventName' | 'parameters'>

/** @example did('CreateUser', { userName: 'ada' }) */
export function did(eventName: string, parameters: ChangeOf['parameters']): ChangeOf {
  return { eventName, parameters }
}

/** What has policies. */
export interface Attached {
  readonly name: string
  readonly policies: readonly string[]
}

/** What is attached, and what detached, for it to have these policies. */
export function attachments(
  kind: 'user' | 'role' | 'group',
  { name, policies: had }: Attached,
  wanted: readonly string[],
): ChangeOf[] {
  const of = (what: string, policyName: string): ChangeOf =>
    did(`${what}${kind.replace(/^./, (first) => first.toUpperCase())}Policy`, {
      [`${kind}Name`]: name,
      policyName,
    })
  return [
    ...wanted.filter((policy) => !had.includes(policy)).map((policy) => of('Attach', policy)),
    ...had.filter((policy) => !wanted.includes(policy)).map((policy) => of('Detach', policy)),
  ]
}

/** The changes that no server has recorded yet, kept in one transaction with what they change. */
export class Changes {
  readonly #docs: Collection<Change>
  readonly #now: () => Date

  constructor(docs: Collection<Change>, now: () => Date) {
    this.#docs = docs
    this.#now = now
  }

  /** The oldest first. */
  list(limit: number): readonly Change[] {
    return this.#docs.list({ limit })
  }

  add(change: ChangeOf): void {
    const [id, at] = [randomUUID(), this.#now()]
    const doc = { id, at: at.toISOString(), by: userName(), ...change }
    this.#docs.put(id, doc, { position: at.getTime() })
  }

  delete(id: string): void {
    this.#docs.delete(id)
  }
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    // In containers the user may have no name.
    return String(process.getuid?.() ?? 'unknown')
  }
}
