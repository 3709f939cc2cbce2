import type { State } from '../../state/state.js'

/** Whether this server may be reached without TLS. Kind `emr.block-public-access`. */
export interface BlockPublicAccess {
  readonly isOn: boolean
  /** Ports that are let through, both ends included. */
  readonly permitted: readonly { readonly from: number; readonly to: number }[]
  /** Who said so last. */
  readonly by: string
  /** Milliseconds since 1970. */
  readonly since: number
}

/** Until somebody says otherwise; `since` and `by` are of the account's beginning. */
function initialBlock(account: string): BlockPublicAccess {
  return { isOn: true, permitted: [], by: `arn:aws:iam::${account}:root`, since: 0 }
}

/** What is set, in place of what AWS's account setting guards: security groups that let everybody in. */
export class BlockPublicAccessStore {
  readonly #docs
  readonly #account: string

  constructor(state: State, account: string) {
    this.#docs = state.collection<BlockPublicAccess>('emr.block-public-access')
    this.#account = account
  }

  get(): BlockPublicAccess {
    return this.#docs.get('1') ?? initialBlock(this.#account)
  }

  put(block: BlockPublicAccess): void {
    this.#docs.put('1', block)
  }
}

/** Whether a port may not be open to other machines in the clear. */
export function isBlocked({ isOn, permitted }: BlockPublicAccess, port: number): boolean {
  return isOn && !permitted.some(({ from, to }) => port >= from && port <= to)
}
