import { HeadrigError } from '../../core/errors.js'
import type { Collection } from '../../state/collection.js'
import { did, type ChangeOf } from './changes.js'
import type { ProviderDocument } from './documents.js'
import { missing } from './refusals.js'

const LONGEST = 255

/** How ARNs and condition keys name a provider: its URL without the scheme. */
export function providerName(url: string): string {
  return url.replace(/^https?:\/\//i, '').replace(/\/$/, '')
}

/** Identity providers (OpenID Connect) whose tokens are taken for sessions of roles. */
export class Providers {
  readonly #docs: Collection<ProviderDocument>
  readonly #write: <R>(change: ChangeOf, work: () => R) => R
  readonly #now: () => Date

  constructor(
    docs: Collection<ProviderDocument>,
    write: <R>(change: ChangeOf, work: () => R) => R,
    now: () => Date,
  ) {
    this.#docs = docs
    this.#write = write
    this.#now = now
  }

  get(name: string): ProviderDocument | undefined {
    return this.#docs.get(name)
  }

  list(): readonly ProviderDocument[] {
    return this.#docs.list()
  }

  /**
   * Takes a provider in, in place of one of that URL.
   * @throws HeadrigError `invalid` for a URL that others could speak for
   */
  put(provider: Pick<ProviderDocument, 'url' | 'audiences' | 'keys'>): ProviderDocument {
    const { url, audiences, keys } = provider
    checkUrl(url)
    if (typeof keys === 'string') checkUrl(keys)
    if (audiences.length === 0 || audiences.some((one) => one === '' || one.length > LONGEST))
      throw new HeadrigError(
        'invalid',
        'name an audience: --audience, as the tokens have it in aud',
      )
    const name = providerName(url)
    const made = { name, url, audiences, keys, createdAt: this.#now().toISOString() }
    this.#write(
      did('CreateOpenIDConnectProvider', { url, clientIDList: audiences.join(', ') }),
      () => this.#docs.put(name, made),
    )
    return made
  }

  remove(name: string): void {
    this.#write(did('DeleteOpenIDConnectProvider', { url: name }), () => {
      if (!this.#docs.delete(providerName(name))) throw missing('provider', name, this.list())
    })
  }
}

function checkUrl(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isHere = url?.hostname === '127.0.0.1' || url?.hostname === 'localhost'
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isHere)
  if (!url || !isSafe || text.length > LONGEST || url.search || url.hash || url.username)
    throw new HeadrigError(
      'invalid',
      `${JSON.stringify(text.slice(0, LONGEST))} is no URL of a provider: write it like https://id.example`,
    )
}
