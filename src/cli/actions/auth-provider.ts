import { resolve } from 'node:path'
import { readFile } from 'node:fs/promises'
import { discoverKeys } from '../../auth/bearer/discover.js'
import { HeadrigError, messageOf } from '../../core/errors.js'
import type { Cli } from '../cli.js'
import type { AuthFlags } from '../flags/auth-flags.js'
import { report } from '../report.js'
import { withDirectory } from '../with-directory.js'

export interface ProviderAddFlags extends AuthFlags {
  readonly audience: readonly string[]
  readonly keys?: string
}

export async function runProviderAdd(
  this: Cli,
  flags: ProviderAddFlags,
  url: string,
): Promise<void> {
  const { audience: audiences, keys: given } = flags
  const keys = given === undefined ? await discoverKeys(url) : await keysAt(this, given)
  const [made, account] = await withDirectory(this, flags, (d) => [
    d.providers.put({ url, audiences, keys }),
    d.account,
  ])
  const arn = `arn:aws:iam::${account}:oidc-provider/${made.name}`
  await report(this, flags, { ...made, arn }, [`provider ${made.name} is taken in: ${arn}`])
}

export async function runProviderList(this: Cli, flags: AuthFlags): Promise<void> {
  const providers = await withDirectory(this, flags, (d) => d.providers.list())
  const lines = providers.map((p) => `${p.url}: ${p.audiences.join(', ')}`)
  await report(
    this,
    flags,
    { providers },
    lines.length > 0 ? lines : ['no provider: headrig auth provider add'],
  )
}

export async function runProviderRemove(this: Cli, flags: AuthFlags, url: string): Promise<void> {
  await withDirectory(this, flags, (d) => d.providers.remove(url))
  await report(this, flags, { removed: url }, [`provider ${url} is removed`])
}

/** A URL as it is; the keys of a file. */
async function keysAt(
  cli: Cli,
  text: string,
): Promise<string | { readonly keys: readonly object[] }> {
  if (/^https?:/i.test(text)) return text
  const path = resolve(cli.system.cwd, text)
  const found = await readFile(path, 'utf8')
    .then((json) => JSON.parse(json) as unknown)
    .catch((error: unknown) => {
      throw new HeadrigError('invalid', `cannot read keys from ${path}: ${messageOf(error)}`)
    })
  if (typeof found === 'object' && found !== null && 'keys' in found && Array.isArray(found.keys))
    return { keys: found.keys as readonly object[] }
  throw new HeadrigError('invalid', `${path} is no JWKS: it has no list "keys"`)
}
