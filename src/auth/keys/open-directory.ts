import { join } from 'node:path'
import { Directory } from './directory.js'
import { loadMasterKey } from './master-key.js'

export interface OpenDirectoryOptions {
  /** Of the settings: the directory is in its `auth`. */
  readonly dataFolder: string
  /** Default: `master.key` beside the directory, made when it is not there. */
  readonly masterKeyFile?: string | undefined
  /** 12 digits; without it that of the last time. */
  readonly account?: string
  readonly now?: () => Date
}

/**
 * Opens the users, roles, keys and policies of this machine, or makes them.
 * @throws HeadrigError `unavailable` for a master key or a file that cannot be used
 * @example const directory = openDirectory({ dataFolder: settings.dataFolder, account: '111122223333' })
 */
export function openDirectory(options: OpenDirectoryOptions): Directory {
  const { dataFolder, masterKeyFile, account, now = () => new Date() } = options
  const folder = join(dataFolder, 'auth')
  const masterKey = loadMasterKey(masterKeyFile ?? join(folder, 'master.key'))
  return new Directory(join(folder, 'auth.db'), {
    masterKey,
    now,
    ...(account !== undefined && { account }),
  })
}
