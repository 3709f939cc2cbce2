import type { Directory } from '../auth/keys/directory.js'
import { openDirectory } from '../auth/keys/open-directory.js'
import { HeadrigError } from '../core/errors.js'
import type { Cli } from './cli.js'
import type { AuthFlags } from './flags/auth-flags.js'
import { configFor } from './with-lake.js'

/** Works with the users, roles, keys and policies of this machine, also beside a server. */
export async function withDirectory<R>(
  cli: Cli,
  flags: AuthFlags,
  work: (directory: Directory) => R | Promise<R>,
): Promise<R> {
  const { settings } = await configFor(cli, flags)
  const { dataFolder, masterKeyFile } = settings
  const directory = openDirectory({ dataFolder, masterKeyFile })
  try {
    return await work(directory)
  } finally {
    directory.close()
  }
}

/** `key=value`, by key. Throws `invalid` for one without `=`. */
export function parsePairs(flag: string, pairs: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=')
      if (at > 0) return [pair.slice(0, at), pair.slice(at + 1)] as const
      throw new HeadrigError('invalid', `${flag} ${JSON.stringify(pair)}: write key=value`)
    }),
  )
}
